"""A visit or another service of the entitlements, planned by its frequency or started by a person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing

VISIT_NUMBERS = Sequence("visit_numbers", metadata=Base.metadata, schema="callback")
_OPEN = "state in ('planned', 'rescheduled')"


class VisitRow(Base):
    """One occasion of one service; what was learnt never leaves this service by an event."""

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("callback.visit_plans.id"))
    service: Mapped[str]
    """A code of the pack."""
    origin: Mapped[str]
    """planned: owed by its frequency; started: by a person with a reason, counted untargeted."""
    pace: Mapped[str]
    tier: Mapped[str]
    """When its window was planned: it governs, whatever the customer becomes."""
    customer_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    """Whom it is owed to: the member, else the customer."""
    window_key: Mapped[str | None]
    window_from: Mapped[datetime]
    window_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """The window's end, later only by an approved move; of a trial its end."""
    planned_on: Mapped[date | None]
    state: Mapped[str]
    provider_post: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    gap: Mapped[str | None]
    """Why nobody is there: nobody_named, post_vacant or several_hold_post."""
    is_assigned: Mapped[bool] = mapped_column(server_default="false")
    """By a person: no later change of the named people takes it away."""
    moves: Mapped[int] = mapped_column(server_default="0")
    pending_move_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    """Why it was started."""
    cancel_reason: Mapped[str | None]
    is_excused: Mapped[bool | None]
    """Of a cancelled one: it leaves the figure; otherwise it counts as not fulfilled."""
    note: Mapped[str | None]
    planned_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When its clock began."""
    started_by: Mapped[UUID | None]
    visited_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    missed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """A missed one that may not be made up for any more."""
    learnt: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("origin in ('planned', 'started')", name="origin"),
        CheckConstraint("state in ('planned', 'rescheduled', 'done', 'cancelled', 'missed')", name="state"),
        CheckConstraint(
            "(origin = 'planned') <= (window_key is not null and window_until is not null and due_at is not null)",
            name="window",
        ),
        CheckConstraint("(origin = 'started') <= (reason is not null and started_by is not null)", name="started"),
        CheckConstraint("(state = 'done') = (done_at is not null)", name="done"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason is not null)", name="cancelled"),
        Index(
            "uq_visits_window",
            "company",
            "service",
            "subject_id",
            "window_key",
            unique=True,
            postgresql_where=text("origin = 'planned'"),
        ),
        Index("ix_visits_list", "company", "window_from", "id"),
        Index("ix_visits_customer", "customer_id", "window_from"),
        Index("ix_visits_owner", "owner_id", postgresql_where=text("state in ('planned', 'rescheduled', 'missed')")),
        Index("ix_visits_gap", "company", "id", postgresql_where=text(f"gap is not null and {_OPEN}")),
        Index("ix_visits_unopened", "company", "window_from", postgresql_where=text(f"opened_at is null and {_OPEN}")),
        Index("ix_visits_due", "company", "due_at", postgresql_where=text(_OPEN)),
        Index("ix_visits_missed", "company", "due_at", postgresql_where=text("state = 'missed' and ended_at is null")),
        Index("ix_visits_fulfilment", "company", "due_at", "tier", "provider_post"),
    )

    @property
    def routing(self) -> Routing:
        """Who it lies with."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done in time."""
        return self.state in ("planned", "rescheduled")
