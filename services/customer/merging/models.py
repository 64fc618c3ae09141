"""Tables of merging: merges, what each of them moved, and pairs that may be the same customer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.merging.errors import CandidateDecidedError, MergeUndoneError
from services.customer.merging.rules import CandidateState, MergeState

_CUSTOMER = "customer.customers.id"


class MergeRow(Base):
    """One row that ended in another; `survivor_before` and `survivor_after` hold the columns that it changed there."""

    __tablename__ = "customer_merges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    losing_id: Mapped[UUID] = mapped_column(ForeignKey(_CUSTOMER))
    surviving_id: Mapped[UUID] = mapped_column(ForeignKey(_CUSTOMER))
    state: Mapped[str]
    rules: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    reason: Mapped[str]
    standing_before: Mapped[str]
    survivor_before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    survivor_after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    merged_by: Mapped[UUID]
    merged_at: Mapped[datetime]
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    undo_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('merged', 'undone')", name="state"),
        CheckConstraint("(state = 'undone') = (undone_at is not null)", name="undone"),
        CheckConstraint("losing_id <> surviving_id", name="pair"),
        Index("uq_customer_merges_standing", "losing_id", unique=True, postgresql_where=text("state = 'merged'::text")),
        Index("ix_customer_merges_list", "company", text("id desc")),
        Index("ix_customer_merges_surviving", "company", "surviving_id"),
    )

    def undo(self, *, by: UUID, at: datetime, reason: str) -> None:
        """The two are two again.  Raises: MergeUndoneError."""
        if self.state != MergeState.MERGED:
            raise MergeUndoneError("该次合并已撤销")
        self.state, self.undone_by, self.undone_at, self.undo_reason = MergeState.UNDONE.value, by, at, reason
        self.version += 1


class MergeMoveRow(Base):
    """One row of another table that a merge moved or set aside, with the columns that it had before."""

    __tablename__ = "merge_moves"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customer_merges.id"), primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    has_moved: Mapped[bool]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class CandidateRow(Base):
    """Two customers that may be one; a person merges or dismisses them."""

    __tablename__ = "merge_candidates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    first_id: Mapped[UUID] = mapped_column(ForeignKey(_CUSTOMER))
    second_id: Mapped[UUID] = mapped_column(ForeignKey(_CUSTOMER))
    rules: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    found_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "first_id", "second_id", name="uq_merge_candidates_company_first_id_second_id"),
        CheckConstraint("state in ('open', 'merged', 'dismissed')", name="state"),
        CheckConstraint("first_id < second_id", name="pair"),
        Index("ix_merge_candidates_open", "company", text("id desc"), postgresql_where=text("state = 'open'::text")),
        Index("ix_merge_candidates_second", "company", "second_id"),
    )

    def dismiss(self, *, by: UUID, at: datetime, reason: str) -> None:
        """A person says that these are two.  Raises: CandidateDecidedError."""
        if self.state != CandidateState.OPEN:
            raise CandidateDecidedError("该疑似重复已处理", params={"state": self.state})
        self.state, self.decided_by, self.decided_at, self.reason = CandidateState.DISMISSED.value, by, at, reason
        self.version += 1
