"""What a missed promise is worth to the customer, from the proposal to the payment."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import SHARED, Base
from services.complaint.policy_redress import Per
from services.complaint.redress.rules import Act, RedressState, Terms, check
from shared.contracts.base import Routing


class RedressRow(Base):
    """One redress, of one clock; `version` guards every change."""

    __tablename__ = "redress"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    clock_id: Mapped[UUID]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"))
    cycle: Mapped[int]
    metric: Mapped[str]
    commitment: Mapped[str]
    tier: Mapped[str | None]
    authority: Mapped[str]
    clause: Mapped[str]
    state: Mapped[str]
    per: Mapped[str]
    unit_fen: Mapped[int] = mapped_column(BigInteger)
    period_minutes: Mapped[int | None]
    cap_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    steps: Mapped[int]
    breached_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime]
    authorisation_id: Mapped[UUID | None]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    paid_by: Mapped[UUID | None]
    paid_at: Mapped[datetime | None]
    payment_reference: Mapped[str | None]
    proof_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    refused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    customer_id: Mapped[UUID | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("clock_id"),
        CheckConstraint(
            "state in ('accruing', 'proposed', 'submitted', 'approved', 'paid', 'refused', 'withdrawn')", name="state"
        ),
        CheckConstraint("per in ('once', 'period')", name="per"),
        CheckConstraint("amount_fen > 0 and (cap_fen is null or amount_fen <= cap_fen)", name="amount"),
        Index("ix_redress_list", "company", text("id desc")),
        Index("ix_redress_complaint", "complaint_id", "id"),
        Index(
            "ix_redress_open",
            "company",
            "id",
            postgresql_where=text("state in ('accruing', 'proposed', 'submitted', 'approved')"),
        ),
        Index(
            "uq_redress_authorisation",
            "authorisation_id",
            unique=True,
            postgresql_where=text("authorisation_id is not null"),
        ),
        Index("ix_redress_proofs", "proof_ids", postgresql_using="gin"),
    )

    @property
    def terms(self) -> Terms:
        """What decides on the amount."""
        period = None if self.period_minutes is None else timedelta(minutes=self.period_minutes)
        return Terms(Per(self.per), self.unit_fen, period, self.cap_fen)

    @property
    def routing(self) -> Routing:
        """Who the case lies with, and the posts that pay."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    def take(self, act: Act, state: RedressState) -> None:
        """Move to a state.  Raises: RedressStepNotAllowedError."""
        check(act, RedressState(self.state))
        self.state = state.value
        self.version += 1


class RedressMarkRow(Base):
    """Up to when a company's breaches were looked at."""

    __tablename__ = "redress_marks"

    company: Mapped[str] = mapped_column(primary_key=True)
    looked_until: Mapped[datetime]


Index(
    "ix_clocks_breached",
    SHARED["clocks"].c.company,
    SHARED["clocks"].c.detected_at,
    postgresql_where=text("breached_at is not null"),
)
