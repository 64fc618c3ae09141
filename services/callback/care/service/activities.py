"""Activities (活动): opened for customers of some tiers, held or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care import events
from services.callback.care.errors import (
    ActivityInvalidError,
    ActivityStepError,
)
from services.callback.care.models import ActivityRow
from services.callback.care.repository import activities
from services.callback.care.rules import ActivityState, InvitationState
from services.callback.messages.rules import check_parameters
from services.callback.policy_in_force import Governances, Governing
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.callback_care import (
    ActivityCancelled,
    ActivityHeld,
    ActivityOpened,
)
from shared.errors import StaleError
from shared.events import outbox

SUBJECT = "activity"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to take place, when, where, for whom."""

    kind: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    seats: int | None
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityCall:
    """Who works on which activity, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    activity_id: UUID
    expected_version: int | None
    now: datetime


async def open_activity(
    session: AsyncSession,
    governances: Governances,
    principal: Principal,
    plan: Plan,
    *,
    activity_id: UUID,
    now: datetime,
) -> ActivityRow:
    """Plan an activity.  Raises: ActivityInvalidError, ParameterInvalidError."""
    governing = governances.in_force(principal.company, now)
    _check(governing, plan, now)
    row = ActivityRow(
        id=activity_id,
        company=principal.company,
        kind=plan.kind,
        title=plan.title,
        place=plan.place,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        seats=plan.seats,
        tiers=list(plan.tiers),
        state=ActivityState.PLANNED.value,
        owner_id=principal.staff_id,
        team=principal.team,
        department=principal.department,
        opened_at=now,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )
    await activities.store(session, row)
    await _tell(session, row, "open", now)
    await outbox.add(session, events.activity(row, ActivityOpened, now))
    return row


def _check(governing: Governing, plan: Plan, now: datetime) -> None:
    kind = governing.chapter.care.activities.get(plan.kind)
    if kind is None:
        raise ActivityInvalidError.at_pointer("/kind", "现行规章没有该活动种类。")
    if set(plan.tiers) - set(governing.policy.common.tiers):
        raise ActivityInvalidError.at_pointer("/tiers", "现行规章没有该客户级别。")
    if plan.starts_at <= now:
        raise ActivityInvalidError.at_pointer("/starts_at", "活动须在将来。")
    if plan.ends_at <= plan.starts_at:
        raise ActivityInvalidError.at_pointer("/ends_at", "结束须晚于开始。")
    if kind.template is not None:
        values = parameters(plan.title, plan.place, plan.starts_at, governing)
        check_parameters(governing.chapter.messages.templates[kind.template], values)


def parameters(title: str, place: str, starts_at: datetime, governing: Governing) -> dict[str, str]:
    """What stands in the invitation."""
    local = starts_at.astimezone(governing.zone)
    return {"title": title, "place": place, "on": local.date().isoformat(), "at": f"{local:%H:%M}"}


async def hold(call: ActivityCall) -> ActivityRow:
    """It took place: who was there is settled.  Raises: ActivityNotFoundError, StaleError, ActivityStepError."""
    row = await planned(call)
    if row.starts_at > call.now:
        raise ActivityStepError("活动尚未开始。")
    counts = await activities.counts(call.session, row.id)
    row.state = ActivityState.HELD.value
    row.version += 1
    await call.session.flush()
    await _tell(call.session, row, "hold", call.now)
    fact = events.activity(
        row,
        ActivityHeld,
        call.now,
        invited=sum(counts.values()),
        accepted=counts[InvitationState.ACCEPTED.value],
        attended=counts[InvitationState.ATTENDED.value],
    )
    await outbox.add(call.session, fact)
    return row


async def cancel(call: ActivityCall, *, reason: str) -> ActivityRow:
    """It does not take place.  Raises: ActivityNotFoundError, StaleError, ActivityStepError."""
    row = await planned(call)
    row.state, row.reason = ActivityState.CANCELLED.value, reason
    row.version += 1
    await call.session.flush()
    await _tell(call.session, row, "cancel", call.now)
    await outbox.add(call.session, events.activity(row, ActivityCancelled, call.now))
    return row


async def planned(call: ActivityCall) -> ActivityRow:
    """The activity, still to come, locked: seats are counted by one at a time."""
    row = await activities.get(call.session, call.activity_id, call.scope, lock=True)
    if call.expected_version is not None and row.version != call.expected_version:
        raise StaleError("活动已被他人修改，请重新读取后再操作。")
    if row.state != ActivityState.PLANNED:
        raise ActivityStepError(f"活动处于“{row.state}”，不能执行此操作。", params={"state": row.state})
    return row


async def _tell(session: AsyncSession, row: ActivityRow, action: str, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action=f"{action}_activity",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version},
    )


async def read(session: AsyncSession, activity_id: UUID, scope: RowScope) -> ActivityRow:
    """One of the scope.  Raises: ActivityNotFoundError."""
    return await activities.get(session, activity_id, scope)


async def page(
    session: AsyncSession, scope: RowScope, state: str | None, *, before: UUID | None, limit: int
) -> Sequence[ActivityRow]:
    """Newest first."""
    return await activities.page(session, scope, state, before=before, limit=limit)
