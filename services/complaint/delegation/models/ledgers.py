"""Tables of the monthly ledger: the month, its lines, who signed it, and how far each stratum was drawn."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base
from shared.contracts.base import Routing


class AuthorityLedgerRow(Base):
    """One month of one company; entries are added while it is a draft and never after."""

    __tablename__ = "authority_ledgers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    seed: Mapped[str]
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    digest: Mapped[str | None]
    drafted_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "month"),
        CheckConstraint("state in ('draft', 'signing', 'signed', 'locked')", name="state"),
    )

    @property
    def routing(self) -> Routing:
        """Who signs or locks it."""
        return Routing(posts=list(self.posts))


class AuthorityLedgerActRow(Base):
    """A signature under a month, or its lock; append-only."""

    __tablename__ = "authority_ledger_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    ledger_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.authority_ledgers.id"))
    act: Mapped[str]
    post: Mapped[str | None]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
    note: Mapped[str | None]

    __table_args__ = (Index("ix_authority_ledger_acts_ledger", "ledger_id", "at"),)


class AuthorityLedgerEntryRow(Base):
    """One use, as it was when it was entered; the database refuses any change once the month is closed."""

    __tablename__ = "authority_ledger_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.authorisations.id"))
    number: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    occurred_month: Mapped[str]
    is_late: Mapped[bool]
    customer_id: Mapped[UUID | None]
    complaint_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    authority: Mapped[str]
    item: Mapped[str]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    handler_id: Mapped[UUID]
    department: Mapped[str | None]
    decided_post: Mapped[str | None]
    approved_fen: Mapped[int | None] = mapped_column(BigInteger)
    executed_fen: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("authorisation_id"),
        Index("ix_authority_ledger_entries_month", "company", "month", "occurred_at", "id"),
    )


class AuthorityDrawRow(Base):
    """How many uses of a stratum there were in a month: the n of the next draw."""

    __tablename__ = "authority_draws"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    stratum: Mapped[str]
    uses: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("company", "month", "stratum"),)
