"""Tables of tiering: runs of the rules, and their proposals, which are also the ledger (台帐) of tiers."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Numeric, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.tiering.errors import TierRunNotReadyError, TierRunSupersededError
from services.customer.tiering.rules import RunState


def _time(*, optional: bool = False) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


class TierRunRow(Base):
    """One run of a chapter's rules over customers of a company; `version` guards its confirmation."""

    __tablename__ = "tier_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    customer_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid), nullable=True)
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    policy_sha256: Mapped[str] = mapped_column(Text)
    total_sales_fen: Mapped[Decimal] = mapped_column(Numeric(24, 0))
    judged: Mapped[int] = mapped_column(BigInteger, server_default="0")
    written: Mapped[int] = mapped_column(BigInteger, server_default="0")
    summary: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    job_id: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(Text)
    started_by: Mapped[UUID]
    started_at: Mapped[datetime] = _time()
    finished_at: Mapped[datetime | None] = _time(optional=True)
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None] = _time(optional=True)
    confirmed_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey("customer.tier_runs.id"))
    superseded_at: Mapped[datetime | None] = _time(optional=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('running', 'proposed', 'confirming', 'confirmed', 'superseded')", name="state"),
        CheckConstraint("(state = 'superseded') = (superseded_by is not null)", name="superseded"),
        CheckConstraint("confirmed_by <> started_by", name="four_eyes"),
        Index("ix_tier_runs_company", "company", text("id desc")),
    )

    def finish(self, *, summary: list[dict[str, Any]], at: datetime) -> None:
        """All rows are judged: the proposals lie ready for review."""
        self._move(RunState.RUNNING, RunState.PROPOSED)
        self.summary = summary
        self.finished_at = at

    def ensure_standing(self) -> None:
        """Nothing is confirmed of a run that a later one superseded.  Raises: TierRunSupersededError."""
        if self.state == RunState.SUPERSEDED:
            raise TierRunSupersededError(
                "后一次分级已接管其建议，请审核后一次", params={"superseded_by": str(self.superseded_by)}
            )

    def begin_confirmation(self, *, by: UUID, at: datetime) -> None:
        """The reviewing post has confirmed the run.  Raises: TierRunNotReadyError."""
        self._move(RunState.PROPOSED, RunState.CONFIRMING)
        self.confirmed_by = by
        self.confirmed_at = at

    def end_confirmation(self) -> None:
        """Every proposal of the run is in force."""
        self._move(RunState.CONFIRMING, RunState.CONFIRMED)

    def _move(self, before: RunState, after: RunState) -> None:
        if self.state != before:
            raise TierRunNotReadyError(f"该次分级处于“{self.state}”状态", params={"state": self.state})
        self.state = after.value
        self.version += 1


class TierProposalRow(Base):
    """One customer's result, of the run that said so last; confirmed ones are the ledger, newest first."""

    __tablename__ = "tier_proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("customer.tier_runs.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    from_tier: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    matches: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    needs_person: Mapped[bool]
    policy_version: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = _time()
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = _time(optional=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('proposed', 'confirmed', 'superseded', 'withdrawn')", name="state"),
        Index(
            "uq_tier_proposals_standing", "customer_id", unique=True, postgresql_where=text("state = 'proposed'::text")
        ),
        Index("ix_tier_proposals_company", "company", text("id desc")),
        Index("ix_tier_proposals_run", "run_id", "state", "customer_id"),
        Index(
            "ix_tier_proposals_confirmed",
            "customer_id",
            text("decided_at desc"),
            postgresql_where=text("state = 'confirmed'::text"),
        ),
    )
