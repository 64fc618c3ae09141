"""Tables of the programme: plans, what they hold, how they were adjusted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing

LEVELS = "level in ('company', 'department', 'team')"


class InspectionPlanRow(Base):
    """The plan of one level, place and period; `version` guards every change."""

    __tablename__ = "inspection_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    level: Mapped[str]
    pace: Mapped[str]
    period: Mapped[str]
    """`2026`, `2026-Q4` or `2026-11`."""
    place: Mapped[str]
    """The department or team whose plan it is; empty for the company's."""
    department: Mapped[str | None]
    team: Mapped[str | None]
    period_from: Mapped[datetime]
    period_until: Mapped[datetime]
    """Outside."""
    due_at: Mapped[datetime]
    """By when it is approved."""
    state: Mapped[str]
    owner_id: Mapped[UUID | None]
    """Who plans; null = any of the posts."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    made_by: Mapped[UUID | None]
    """Null = the job."""
    made_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    """Approved after it was due."""
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    adjustments: Mapped[int] = mapped_column(server_default="0")
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "level", "pace", "period", "place"),
        CheckConstraint(LEVELS, name="level"),
        CheckConstraint("pace in ('month', 'quarter', 'year')", name="pace"),
        CheckConstraint("state in ('draft', 'submitted', 'approved', 'ended')", name="state"),
        CheckConstraint("period_from < period_until", name="period"),
        CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended"),
        CheckConstraint("state <> 'approved' or approved_by <> submitted_by", name="four_eyes"),
        Index("ix_inspection_plans_list", "company", text("id desc")),
        Index("ix_inspection_plans_open", "company", "period_until", postgresql_where=text("state <> 'ended'")),
    )

    @property
    def routing(self) -> Routing:
        """Whom it lies with."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))


class PlannedInspectionRow(Base):
    """One inspection that a plan owes within its window, with its execution plan; `version` guards every change."""

    __tablename__ = "planned_inspections"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspection_plans.id"))
    level: Mapped[str]
    occasion: Mapped[str | None]
    """Of the pack; null = added by a person."""
    key: Mapped[str | None]
    """Tells the pack's windows apart."""
    kind: Mapped[str]
    theme: Mapped[str | None]
    department: Mapped[str]
    """Inspected, as is the team."""
    team: Mapped[str | None]
    led_by: Mapped[str | None]
    """The department whose plan it is; null = the company's."""
    is_announced: Mapped[bool]
    window_from: Mapped[datetime]
    window_until: Mapped[datetime]
    """Outside: the first instant after it, at which it is due."""
    state: Mapped[str]
    inspector_id: Mapped[UUID | None]
    is_named: Mapped[bool]
    """By a person; else drawn."""
    gap: Mapped[str | None]
    """Why nobody goes."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who finds an inspector where there is none."""
    moves: Mapped[int]
    planned_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When its clocks were started."""
    method: Mapped[str | None]
    held_on: Mapped[date | None]
    """On which day the execution plan has it."""
    sample_size: Mapped[int | None]
    checks: Mapped[str | None]
    """What is checked."""
    companion_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Who goes with the inspector."""
    execution_by: Mapped[UUID | None]
    execution_at: Mapped[datetime | None]
    inspection_id: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """When it was carried out."""
    is_late: Mapped[bool | None]
    missed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    """Nothing more becomes of it."""
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("plan_id", "key"),
        CheckConstraint(LEVELS, name="level"),
        CheckConstraint("state in ('planned', 'prepared', 'done', 'missed', 'cancelled')", name="state"),
        CheckConstraint("window_from < window_until", name="window"),
        CheckConstraint("(inspector_id is null) = (gap is not null)", name="gap"),
        CheckConstraint("(state in ('prepared', 'done')) = (inspection_id is not null)", name="inspection"),
        CheckConstraint("(state = 'done') = (done_at is not null)", name="done"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason is not null)", name="cancelled"),
        CheckConstraint("(execution_at is null) = (method is null)", name="execution"),
        CheckConstraint("sample_size is null or sample_size >= 0", name="sample_size"),
        Index("ix_planned_inspections_list", "company", text("id desc")),
        Index("ix_planned_inspections_due", "company", "window_until", "state"),
        Index("ix_planned_inspections_load", "company", "inspector_id", postgresql_where=text("ended_at is null")),
        Index(
            "ix_planned_inspections_unopened",
            "company",
            "window_from",
            postgresql_where=text("opened_at is null and ended_at is null"),
        ),
    )

    @property
    def name(self) -> str:
        """What the plan owes, in codes that are the same whenever it is made; what a person added goes by its id."""
        return f"{self.level}/{self.team or self.led_by or self.company}/{self.key or self.id}"

    @property
    def begins_at(self) -> datetime:
        """When its clocks begin: with the window, or when it was planned within it."""
        return max(self.window_from, self.planned_at)

    @property
    def routing(self) -> Routing:
        """Whom it lies with: never the inspected department as such, which may not know of it."""
        return Routing(owner_id=self.inspector_id, department=self.led_by, posts=list(self.posts))


class PlanAdjustmentRow(Base):
    """One change that a person made to a plan; never changed itself."""

    __tablename__ = "inspection_plan_adjustments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspection_plans.id"))
    planned_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.planned_inspections.id"))
    position: Mapped[int]
    act: Mapped[str]
    reason: Mapped[str]
    is_after_approval: Mapped[bool]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Window, inspector and state: ids, codes and times."""
    adjusted_by: Mapped[UUID]
    adjusted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("act in ('add', 'move', 'cancel', 'assign')", name="act"),
    )
