"""Taking a callback from the work list, for a time (领取); never the own work, never one that another holds."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.errors import (
    CallbackClaimedError,
    CallbackNotOpenError,
    InPersonError,
    NoCallbackWaitingError,
    NoQueueError,
    NotDueError,
    OwnWorkError,
    TooManyClaimsError,
    WindowExpiredError,
)
from services.callback.calls.models import CallbackRow
from services.callback.calls.repository import callbacks, queue
from services.callback.calls.rules.states import CallbackState, did_the_work, state_at
from services.callback.calls.service.desk import Call, CallDesk, queues_of
from services.callback.policy_in_force import Governing
from shared.access.principal import Principal
from shared.access.scope import RowScope


async def claim_next(
    session: AsyncSession,
    desk: CallDesk,
    principal: Principal,
    *,
    wanted: str | None,
    ticket: UUID,
    now: datetime,
) -> CallbackRow:
    """Claim what is due in the caller's work lists and whose window ends first; `ticket` marks this claim.

    Raises: NoQueueError, TooManyClaimsError, NoCallbackWaitingError.
    """
    governing = desk.governances.in_force(principal.company, now)
    queues = queues_of(governing.chapter.calls.queues, principal, is_own=False)
    chosen = [code for code in queues if wanted in (None, code)]
    if not chosen:
        raise NoQueueError("现行规章未安排您的岗位承担该类回访。")
    await _check_held(session, governing, principal, now)
    await queue.promote(session, principal.company, now)
    await queue.lapse(session, principal.company, now)
    callers = (principal.staff_id, *principal.acting_for)
    found = await queue.pick(
        session,
        principal.company,
        queues=chosen,
        own_queues=queues_of(governing.chapter.calls.queues, principal, is_own=True),
        callers=callers,
        now=now,
    )
    if found is None:
        raise NoCallbackWaitingError("您的队列中没有到时间的回访。")
    everything = RowScope.everything(principal.company)
    row = await callbacks.get(session, found, everything)
    call = Call(session, principal, everything, desk, row.id, row.version, now)
    row.claim_ticket = ticket
    return await _hold(call, row, governing)


async def claim(call: Call) -> CallbackRow:
    """Claim this one.

    Raises: as `Call.locked`, CallbackNotOpenError, CallbackClaimedError, WindowExpiredError, NotDueError, OwnWorkError,
    NoQueueError, InPersonError, TooManyClaimsError.
    """
    row, now = await call.locked(), call.now
    if not row.is_open:
        raise CallbackNotOpenError("回访已完成或已错过窗口。", params={"state": row.state})
    if row.state == CallbackState.CLAIMED and row.lease_until is not None and row.lease_until > now:
        raise CallbackClaimedError("该回访正由他人或您本人办理。")
    if row.latest_at <= now:
        raise WindowExpiredError("该回访的窗口已过。")
    if row.ready_at > now:
        raise NotDueError("该回访未到时间。")
    if did_the_work(row.staff_ids, call.callers):
        raise OwnWorkError("请由未经办此事的人员回访。")
    governing = call.desk.governances.in_force(row.company, now)
    _check_queue(call, row)
    await _check_held(call.session, governing, call.principal, now)
    return await _hold(call, row, governing)


async def extend(call: Call) -> CallbackRow:
    """Hold it for as long again from now.  Raises: as `Call.held`."""
    row = await call.held()
    governing = call.desk.governances.in_force(row.company, call.now)
    row.lease_until = call.now + timedelta(minutes=governing.chapter.calls.lease.minutes)
    row.version += 1
    await call.audit(row, "extend")
    return row


async def release(call: Call) -> CallbackRow:
    """Give it back to the work list.  Raises: as `Call.held`."""
    row = await call.held()
    let_go(row, call.now)
    row.version += 1
    await call.audit(row, "release")
    return row


def let_go(row: CallbackRow, now: datetime) -> None:
    """Nobody holds it from now on."""
    row.state = state_at(row.ready_at, now).value
    row.owner_id = row.team = row.lease_until = row.claimed_at = None


def _check_queue(call: Call, row: CallbackRow) -> None:
    own = [post for post in row.posts if post in call.principal.posts]
    if row.is_in_person and not own:
        raise InPersonError("该回访须由指定岗位本人进行，不得由他人代办。")
    if not any(call.principal.holds(post) for post in row.posts):
        raise NoQueueError("现行规章未安排您的岗位承担该回访。")


async def _check_held(session: AsyncSession, governing: Governing, principal: Principal, now: datetime) -> None:
    most = governing.chapter.calls.lease.most_held
    if await queue.held(session, principal.staff_id, now) >= most:
        raise TooManyClaimsError(f"同时最多领取 {most} 个回访，请先完成或退回。", params={"most_held": most})


async def _hold(call: Call, row: CallbackRow, governing: Governing) -> CallbackRow:
    row.state, row.owner_id, row.team = CallbackState.CLAIMED.value, call.principal.staff_id, call.principal.team
    row.claimed_at = call.now
    row.lease_until = call.now + timedelta(minutes=governing.chapter.calls.lease.minutes)
    row.claim_count += 1
    row.version += 1
    await call.audit(row, "claim", queue=row.queue)
    return row
