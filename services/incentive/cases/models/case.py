"""The table of cases."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base
from shared.contracts.base import Routing

STATES = (
    "state in ('talk', 'settled', 'signing', 'returned', 'rejected', 'dropped', 'approved', 'hearing',"
    " 'considering', 'effective', 'contested', 'reversed')"
)


class IncentiveCaseRow(Base):
    """One reward or penalty on its way; `version` guards every change."""

    __tablename__ = "incentive_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    proposal_id: Mapped[UUID]
    source: Mapped[str]
    provision: Mapped[str]
    kind: Mapped[str]
    level: Mapped[int | None]
    chain: Mapped[str]
    """Code of the pack's chain of signatures."""
    subject_type: Mapped[str]
    subject: Mapped[str]
    """Staff id, department code or customer id, as text."""
    department: Mapped[str | None]
    team: Mapped[str | None]
    head_id: Mapped[UUID | None]
    """The head of the department, where the clause also charges the head."""
    named_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Everybody whom it names, the head included: none of them signs."""
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Of a collective one: staff id, percent, whether the main contributor."""
    facts: Mapped[str | None]
    """What happened, in the words of the form."""
    evidence_digest: Mapped[str]
    """SHA-256 of the evidence that the proposal froze."""
    amounts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """As they stand: `amount_fen`, `head_amount_fen`, `points`, `department_points`, `gift`."""
    matter_id: Mapped[UUID]
    cause_type: Mapped[str]
    cause_id: Mapped[UUID]
    happened_at: Mapped[datetime]
    state: Mapped[str]
    round: Mapped[int]
    """Of the chain, from 1; grows when it was sent back."""
    step: Mapped[int]
    """Of the chain whose signature is awaited, from 1."""
    signer_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Who may sign, or must tell, hear or decide next, as the directory stood when the step began."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """The posts that it lies with."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    raised_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    """Of the last signature."""
    month: Mapped[str | None]
    """The month in which it was decided."""
    told_at: Mapped[datetime | None]
    told_by: Mapped[UUID | None]
    hearing_until: Mapped[datetime | None]
    """Until when the person may make a statement."""
    effective_at: Mapped[datetime | None]
    """When it first took effect."""
    effect: Mapped[int] = mapped_column(server_default="0")
    """How often it took effect: 0 = not yet, 2 = again after a failed appeal."""
    appeal_until: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    """Since when its cause is under appeal: nothing goes on meanwhile."""
    ended_at: Mapped[datetime | None]
    ended_for: Mapped[str | None]
    """Why it was dropped or reversed: office, cause_retracted or appeal."""
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        UniqueConstraint("company", "proposal_id"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint("kind in ('reward', 'penalty')", name="kind"),
        CheckConstraint("subject_type in ('employee', 'department', 'customer')", name="subject_type"),
        CheckConstraint("ended_for in ('office', 'cause_retracted', 'appeal')", name="ended_for"),
        CheckConstraint("(state in ('dropped', 'reversed')) = (ended_for is not null)", name="ended"),
        CheckConstraint("(state in ('effective', 'contested')) <= (effect > 0)", name="effect"),
        Index("ix_incentive_cases_list", "company", text("id desc")),
        Index("ix_incentive_cases_subject", "company", "subject", "happened_at"),
        Index("ix_incentive_cases_month", "company", "month", "state"),
        Index("ix_incentive_cases_cause", "company", "cause_id"),
        Index("ix_incentive_cases_named", "named_ids", postgresql_using="gin"),
        Index("ix_incentive_cases_signers", "signer_ids", postgresql_using="gin"),
        Index(
            "ix_incentive_cases_hearing",
            "company",
            "hearing_until",
            postgresql_where=text("state = 'hearing' and held_at is null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Whom it lies with: one person, or the posts."""
        owner = self.signer_ids[0] if len(self.signer_ids) == 1 else None
        return Routing(owner_id=owner, posts=list(self.posts))

    @property
    def subject_id(self) -> UUID | None:
        """Staff or customer id; a department has none."""
        return None if self.subject_type == "department" else UUID(self.subject)
