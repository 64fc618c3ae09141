"""The date of a visit is moved with a reason, beyond its window by two persons; it is assigned, or cancelled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.callback.policy_entitlements import Rescheduling
from services.callback.visits import events
from services.callback.visits.errors import (
    CancelReasonError,
    MoveDateError,
    MoveNotYoursError,
    MovePendingError,
    MovesExhaustedError,
    NoMovePendingError,
    OwnerUnfitError,
    OwnMoveError,
)
from services.callback.visits.models import MoveRow, VisitRow
from services.callback.visits.repository import visits
from services.callback.visits.rules.states import MoveState, VisitAct, VisitState, check
from services.callback.visits.rules.windows import end_of
from services.callback.visits.service.desk import VisitCall, promise_for, subject_of
from services.callback.visits.service.ending import close
from shared.contracts.callback_visits import VisitAssigned, VisitMoved
from shared.events import outbox
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Decision:
    """What the other person says of a move."""

    is_approved: bool
    reason: str


async def reschedule(call: VisitCall, *, planned_on: date, reason: str) -> VisitRow:
    """Move the date; beyond the window's end it waits for another person.

    Raises: VisitNotFoundError, StaleError, VisitStepNotAllowedError, MovePendingError, MovesExhaustedError,
    MoveDateError.
    """
    row = await call.locked()
    check(VisitAct.RESCHEDULE, row.state)
    governing = call.governing(row)
    rules = governing.chapter.entitlements.rescheduling
    if row.pending_move_id is not None:
        raise MovePendingError("已有超出本期的改期待批准。")
    if row.moves >= rules.most:
        raise MovesExhaustedError(f"每项最多改期 {rules.most} 次。", params={"most": rules.most})
    last_on = _last_on(row.due_at, governing.zone)
    _check_date(row, planned_on, call.now.astimezone(governing.zone).date(), rules, governing.zone)
    is_beyond = last_on is not None and planned_on > last_on
    move = MoveRow(
        id=new_id(),
        company=row.company,
        visit_id=row.id,
        position=len(await visits.moves(call.session, row.id)) + 1,
        from_on=row.planned_on,
        to_on=planned_on,
        is_beyond=is_beyond,
        reason=reason,
        state=(MoveState.PROPOSED if is_beyond else MoveState.TAKEN).value,
        asked_by=call.principal.staff_id,
        asked_at=call.now,
    )
    await visits.add(call.session, move)
    row.version += 1
    if is_beyond:
        row.pending_move_id = move.id
        await call.audit(row, "propose_move", to_on=planned_on.isoformat())
        return row
    await _take(call, row, move)
    return row


async def decide_move(call: VisitCall, decision: Decision) -> VisitRow:
    """Another person of the pack's posts decides on a move beyond the window; approved, the clock gets its new end.

    Raises: VisitNotFoundError, StaleError, VisitStepNotAllowedError, NoMovePendingError, OwnMoveError,
    MoveNotYoursError.
    """
    row = await call.locked()
    check(VisitAct.DECIDE_MOVE, row.state)
    governing = call.governing(row)
    pending = [one for one in await visits.moves(call.session, row.id) if one.id == row.pending_move_id]
    if not pending:
        raise NoMovePendingError("没有待批准的改期。")
    move = pending[0]
    if call.principal.is_self(move.asked_by) or call.principal.is_self(row.owner_id):
        raise OwnMoveError("改期须由申请人和负责人以外的人批准。")
    if not any(call.principal.holds(post) for post in governing.chapter.entitlements.rescheduling.decided_by):
        raise MoveNotYoursError("现行规章未授权您的岗位批准改期。")
    move.decided_by, move.decided_at = call.principal.staff_id, call.now
    move.decision_reason, row.pending_move_id = decision.reason, None
    row.version += 1
    if not decision.is_approved:
        move.state = MoveState.REFUSED.value
        await call.audit(row, "refuse_move")
        return row
    move.state = MoveState.APPROVED.value
    row.due_at = end_of(move.to_on, governing.zone)
    if row.opened_at is not None:
        promises = [promise_for(governing, row)]
        await call.book(governing).retarget(
            subject_of(row), governing.stamp(row.tier), promises, cause="postponed", actor=call.principal.actor
        )
    await _take(call, row, move)
    return row


async def assign(call: VisitCall, *, owner_id: UUID, reason: str) -> VisitRow:
    """Somebody of a providing post owes it from now on.

    Raises: VisitNotFoundError, StaleError, VisitStepNotAllowedError, OwnerUnfitError.
    """
    row = await call.locked()
    check(VisitAct.ASSIGN, row.state, is_ended=row.ended_at is not None)
    governing = call.governing(row)
    provider = governing.chapter.entitlements.services[row.service].provider
    member = (await call.desk.staff.current()).get(owner_id)
    posts = provider.posts if provider else (row.provider_post,)
    fitting = [post for post in posts if member is not None and post in member.posts]
    if member is None or member.company != row.company or not member.is_active or not fitting:
        raise OwnerUnfitError.at_pointer("/owner_id")
    row.owner_id, row.team, row.posts, row.gap = owner_id, member.team, [], None
    row.provider_post, row.is_assigned, row.note = fitting[0], True, reason
    row.version += 1
    await call.session.flush()
    await call.book(governing).transfer(subject_of(row), row.routing, actor=call.principal.actor)
    await call.audit(row, "assign", owner_id=str(owner_id))
    await outbox.add(call.session, events.said(row, VisitAssigned, call.now))
    return row


async def cancel(call: VisitCall, *, reason: str, note: str | None) -> VisitRow:
    """It is not made, for a reason of the pack.

    Raises: VisitNotFoundError, StaleError, VisitStepNotAllowedError, CancelReasonError.
    """
    row = await call.locked()
    check(VisitAct.CANCEL, row.state)
    known = call.governing(row).chapter.entitlements.cancellations.get(reason)
    if known is None:
        raise CancelReasonError.at_pointer("/reason")
    await close(
        call.session,
        call.desk.governances,
        row,
        reason,
        is_excused=known.is_excused,
        note=note,
        now=call.now,
        actor=call.principal.actor,
    )
    return row


async def _take(call: VisitCall, row: VisitRow, move: MoveRow) -> None:
    row.planned_on, row.state = move.to_on, VisitState.RESCHEDULED.value
    row.moves += 1
    await call.audit(row, "reschedule", to_on=move.to_on.isoformat(), is_beyond=move.is_beyond)
    said = events.said(row, VisitMoved, call.now, planned_on=move.to_on, is_beyond=move.is_beyond)
    await outbox.add(call.session, said)


def _last_on(at: datetime | None, zone: ZoneInfo) -> date | None:
    """The last civil day before an instant that lies outside; None where there is no such instant."""
    return None if at is None else (at - timedelta(microseconds=1)).astimezone(zone).date()


def _check_date(row: VisitRow, to_on: date, today: date, rules: Rescheduling, zone: ZoneInfo) -> None:
    """A planned one moves within its window and the pack's days after it; a trial's end is not moved beyond it."""
    first_on = row.window_from.astimezone(zone).date()
    ends_on = _last_on(row.window_until, zone)
    latest_on = ends_on + timedelta(days=rules.days_beyond) if ends_on else _last_on(row.due_at, zone)
    is_late = latest_on is not None and to_on > latest_on
    if to_on < max(today, first_on) or to_on == row.planned_on or is_late:
        raise MoveDateError.at_pointer("/planned_on", days=rules.days_beyond)
