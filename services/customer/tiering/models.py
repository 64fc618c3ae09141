"""Tables of tiering: runs of the rules, and their proposals, which are also the ledger (台帐) of tiers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.tiering.errors import (
    TierProposalDecidedError,
    TierRunNotReadyError,
    TierRunSupersededError,
)
from services.customer.tiering.rules import ProposalState, RunState

_DONE = "state = 'confirmed'::text"


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
    """One customer's result, of a run, a department, an event or a yearly review; confirmed ones are the ledger.

    A confirmed one is in force from `in_force_at` until `ended_at`, a scheduled one takes effect on `effective_on`.
    """

    __tablename__ = "tier_proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.tier_runs.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    state: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, server_default="rule")
    tier: Mapped[str] = mapped_column(Text)
    from_tier: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    matches: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    stated_facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    needs_person: Mapped[bool]
    is_upgrade: Mapped[bool] = mapped_column(server_default="false")
    base_tier: Mapped[str | None] = mapped_column(Text)
    base_rule: Mapped[str | None] = mapped_column(Text)
    is_base_settled: Mapped[bool] = mapped_column(server_default="false")
    policy_version: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[UUID | None]
    department: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    proposed_at: Mapped[datetime] = _time()
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = _time(optional=True)
    decision_reason: Mapped[str | None] = mapped_column(Text)
    effective_on: Mapped[date | None]
    in_force_at: Mapped[datetime | None] = _time(optional=True)
    ended_at: Mapped[datetime | None] = _time(optional=True)
    review_due_on: Mapped[date | None]
    holds_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    __table_args__ = (
        CheckConstraint(
            "state in ('proposed', 'confirmed', 'scheduled', 'rejected', 'superseded', 'withdrawn')", name="state"
        ),
        CheckConstraint("source in ('rule', 'department', 'event', 'review')", name="source"),
        CheckConstraint("run_id is not null or source <> 'rule'", name="origin"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("(state = 'confirmed') = (in_force_at is not null)", name="in_force"),
        CheckConstraint("ended_at is null or state = 'confirmed' and ended_at >= in_force_at", name="ended"),
        Index(
            "uq_tier_proposals_standing", "customer_id", unique=True, postgresql_where=text("state = 'proposed'::text")
        ),
        Index(
            "uq_tier_proposals_scheduled",
            "customer_id",
            unique=True,
            postgresql_where=text("state = 'scheduled'::text"),
        ),
        Index("ix_tier_proposals_company", "company", text("id desc")),
        Index("ix_tier_proposals_run", "run_id", "state", "customer_id"),
        Index("ix_tier_proposals_confirmed", "customer_id", text("in_force_at desc"), postgresql_where=text(_DONE)),
        Index("ix_tier_proposals_ledger", "company", "tier", "customer_id", postgresql_where=text(_DONE)),
        Index(
            "ix_tier_proposals_held",
            "customer_id",
            postgresql_where=text(f"{_DONE} and ended_at is null and holds_until is not null"),
        ),
        Index(
            "ix_tier_proposals_due",
            "company",
            "review_due_on",
            postgresql_where=text(f"{_DONE} and ended_at is null and review_due_on is not null"),
        ),
        Index(
            "ix_tier_proposals_effective",
            "company",
            "effective_on",
            postgresql_where=text("state = 'scheduled'::text"),
        ),
    )

    def confirm(self, *, by: UUID, at: datetime, reason: str | None, on: date, is_later: bool) -> None:
        """The reviewing post agrees; a later day waits for its day.  Raises: TierProposalDecidedError."""
        self._decide(ProposalState.SCHEDULED if is_later else ProposalState.CONFIRMED, by=by, at=at, reason=reason)
        self.effective_on = on
        if not is_later:
            self.in_force_at = at

    def reject(self, *, by: UUID, at: datetime, reason: str) -> None:
        """The reviewing post refuses.  Raises: TierProposalDecidedError."""
        self._decide(ProposalState.REJECTED, by=by, at=at, reason=reason)

    def take_effect(self, *, at: datetime) -> None:
        """The day of a scheduled decision has come."""
        self.state, self.in_force_at = ProposalState.CONFIRMED.value, at
        self.version += 1

    def give_way(self, state: ProposalState, *, at: datetime) -> None:
        """Something newer takes its place (`superseded`), or nothing is to be decided any more (`withdrawn`)."""
        self.ensure_waiting()
        self.state, self.decided_at = state.value, at
        self.version += 1

    def ensure_waiting(self) -> None:
        """Raises: TierProposalDecidedError."""
        if self.state != ProposalState.PROPOSED:
            raise TierProposalDecidedError(f"该建议处于“{self.state}”状态", params={"state": self.state})

    def _decide(self, state: ProposalState, *, by: UUID, at: datetime, reason: str | None) -> None:
        self.ensure_waiting()
        self.state, self.decided_by, self.decided_at, self.decision_reason = state.value, by, at, reason
        self.version += 1


class CustomerYearRow(Base):
    """What a customer bought in a year, as imported."""

    __tablename__ = "customer_years"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    sales_fen: Mapped[int] = mapped_column(BigInteger)
    purchases: Mapped[int | None]
    profit_fen: Mapped[int | None] = mapped_column(BigInteger)
    import_id: Mapped[UUID]
    imported_at: Mapped[datetime] = _time()

    __table_args__ = (
        UniqueConstraint("company", "year", "customer_id"),
        CheckConstraint("sales_fen >= 0 and purchases >= 0", name="figures"),
        CheckConstraint("year between 1990 and 2200", name="year"),
    )


class SalesYearRow(Base):
    """The company's sales of a year: the whole of which each customer has a share."""

    __tablename__ = "sales_years"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    total_fen: Mapped[Decimal] = mapped_column(Numeric(24, 0))
    is_stated: Mapped[bool]
    customers: Mapped[int] = mapped_column(BigInteger)
    import_id: Mapped[UUID]
    imported_by: Mapped[str | None] = mapped_column(Text)
    imported_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "year"),
        CheckConstraint("total_fen >= 0 and customers >= 0", name="figures"),
    )
