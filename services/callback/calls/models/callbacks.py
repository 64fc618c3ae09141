"""A callback, its attempts and its answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.calls.rules.states import CallbackState
from services.callback.database import Base
from shared.contracts.base import Routing

_OPEN = text("state in ('scheduled', 'waiting', 'claimed')")


class CallbackRow(Base):
    """One callback; `owner_id` holds it while it is claimed and stays the caller's when it is done."""

    __tablename__ = "callbacks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    business: Mapped[str]
    tier: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    subject_number: Mapped[str | None]
    work: Mapped[str | None]
    cycle: Mapped[int | None]
    customer_id: Mapped[UUID]
    staff_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Who did the work: they never call."""
    state: Mapped[str]
    queue: Mapped[str]
    is_in_person: Mapped[bool] = mapped_column(server_default="false")
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Of the queue, as the revision named them."""
    department: Mapped[str | None]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    script: Mapped[str]
    script_version: Mapped[int]
    occurred_at: Mapped[datetime]
    """When the work was done."""
    earliest_at: Mapped[datetime]
    latest_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    """Not to be called before: the window's start, the spacing, or what the customer asked for."""
    lease_until: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claim_count: Mapped[int] = mapped_column(server_default="0")
    claim_ticket: Mapped[UUID | None]
    """Of the last claim from the list, so that its repetition finds the same callback."""
    contacted_at: Mapped[datetime | None]
    contact_count: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Calls that nobody answered."""
    outcome: Mapped[str | None]
    score: Mapped[int | None]
    is_satisfied: Mapped[bool | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    words: Mapped[str | None]
    """What the customer said of why; never leaves this service by an event."""
    completed_by: Mapped[UUID | None]
    completed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime]
    matter_id: Mapped[UUID | None]
    correlation_id: Mapped[UUID]
    hops: Mapped[int]
    """Of the event from which it was drawn: what follows goes on counting (design.md 4)."""
    event_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    """A review found it falsified: it counts no more."""
    replaces_id: Mapped[UUID | None]
    """The void callback in whose place the customer is called."""
    is_review_numbered: Mapped[bool] = mapped_column(server_default="false")
    """The draw of quality reviews has seen it."""
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('scheduled', 'waiting', 'claimed', 'done', 'missed', 'void')", name="state"),
        CheckConstraint("(state = 'void') = (voided_at is not null)", name="void"),
        Index("uq_callbacks_replaces", "replaces_id", unique=True, postgresql_where=text("replaces_id is not null")),
        Index(
            "ix_callbacks_unreviewed",
            "company",
            "completed_at",
            "id",
            postgresql_where=text("state = 'done' and not is_review_numbered"),
        ),
        CheckConstraint("(state = 'claimed') = (lease_until is not null)", name="holder"),
        CheckConstraint("earliest_at < latest_at", name="window"),
        Index("ix_callbacks_queue", "company", "queue", "latest_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_callbacks_ready", "company", "ready_at", postgresql_where=text("state = 'scheduled'")),
        Index("ix_callbacks_lease", "company", "lease_until", postgresql_where=text("state = 'claimed'")),
        Index("uq_callbacks_ticket", "claim_ticket", unique=True, postgresql_where=text("claim_ticket is not null")),
        Index("ix_callbacks_holder", "owner_id", postgresql_where=text("state = 'claimed'")),
        Index("ix_callbacks_window", "company", "latest_at", postgresql_where=_OPEN),
        Index("ix_callbacks_list", "company", "latest_at", "id"),
        Index("ix_callbacks_subject", "subject_id"),
        Index("ix_callbacks_customer", "customer_id"),
        Index(
            "ix_callbacks_completed",
            "company",
            "completed_at",
            postgresql_where=text("completed_at is not null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Who it lies with: the queue's posts, and whoever holds it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to call."""
        return CallbackState(self.state) in CallbackState.open_states()


class AttemptRow(Base):
    """One call that was made."""

    __tablename__ = "callback_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    position: Mapped[int]
    staff_id: Mapped[UUID]
    result: Mapped[str]
    called_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    call_again_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("callback_id", "position"),
        CheckConstraint("result in ('reached', 'no_answer', 'refused', 'wrong_number', 'call_again')", name="result"),
    )


class AnswerRow(Base):
    """One answer of the customer, by the script's version."""

    __tablename__ = "callback_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    question: Mapped[str]
    kind: Mapped[str]
    choice: Mapped[str | None]
    score: Mapped[int | None]
    is_yes: Mapped[bool | None]
    text: Mapped[str | None]
    is_unsatisfied: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("callback_id", "question"),
        CheckConstraint("kind in ('choice', 'score', 'yes_no', 'text')", name="kind"),
    )
