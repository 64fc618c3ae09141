"""Taking a review from the work list, for a time; never of the own call, never both of a pair."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.desk import CallDesk
from services.callback.policy_quality import Quality
from services.callback.quality.errors import (
    NoReviewWaitingError,
    ReviewClaimedError,
    ReviewNotDueError,
    ReviewPostError,
    ReviewStepNotAllowedError,
    SameReviewerError,
    TooManyReviewsError,
)
from services.callback.quality.models import CallReviewRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.states import ReviewState, is_second_person
from services.callback.quality.service.desk import ReviewCall, check_own, exclusion_of
from shared.access.principal import Principal
from shared.access.scope import RowScope


async def claim_next(
    session: AsyncSession, desk: CallDesk, principal: Principal, *, ticket: UUID, now: datetime
) -> CallReviewRow:
    """Claim the oldest that the person may review; `ticket` marks this claim.

    Raises: ReviewPostError, TooManyReviewsError, NoReviewWaitingError.
    """
    quality = desk.governances.in_force(principal.company, now).chapter.quality
    posts = [post for post in quality.reviewers if principal.holds(post)]
    if not posts:
        raise ReviewPostError("现行规章未安排您的岗位评定通话。")
    await _check_held(session, quality, principal, now)
    await reviews.lapse(session, principal.company, now)
    row = await reviews.pick(session, principal.company, posts, exclusion_of(principal, quality), now=now)
    if row is None:
        raise NoReviewWaitingError("没有您可领取的评定。")
    everything = RowScope.everything(principal.company)
    call = ReviewCall(session, principal, everything, desk, row.id, row.version, now)
    row.claim_ticket = ticket
    return await _hold(call, row, quality)


async def claim(call: ReviewCall) -> CallReviewRow:
    """Claim this one.

    Raises: as `ReviewCall.locked`, ReviewStepNotAllowedError, ReviewClaimedError, ReviewNotDueError, ReviewPostError,
    OwnCallError, SameReviewerError, TooManyReviewsError.
    """
    row, now = await call.locked(), call.now
    if row.state == ReviewState.DONE:
        raise ReviewStepNotAllowedError("评定已完成。", params={"state": row.state})
    if row.lease_until is not None and row.lease_until > now:
        raise ReviewClaimedError("该评定正由他人或您本人办理。")
    if row.ready_at > now:
        raise ReviewNotDueError("未到再次致电的时间。")
    if not any(call.principal.holds(post) for post in row.posts):
        raise ReviewPostError("现行规章未安排您的岗位评定通话。")
    quality = call.governing(row).chapter.quality
    check_own(call, row, quality)
    others = [one for one in await reviews.pair(call.session, row.callback_id) if one.id != row.id]
    if not is_second_person(call.people, [who for one in others for who in (one.owner_id, one.reviewed_by)]):
        raise SameReviewerError("双人评定须由两人各自独立进行。")
    in_force = call.desk.governances.in_force(row.company, now).chapter.quality
    await _check_held(call.session, in_force, call.principal, now)
    return await _hold(call, row, in_force)


async def release(call: ReviewCall) -> CallReviewRow:
    """Give it back to the work list.  Raises: as `ReviewCall.held`."""
    row = await call.held()
    let_go(row)
    row.version += 1
    await call.tell(row, "release")
    return row


def let_go(row: CallReviewRow) -> None:
    """Nobody holds it from now on."""
    row.state = ReviewState.OPEN.value
    row.owner_id = row.team = row.lease_until = None


async def _check_held(session: AsyncSession, quality: Quality, principal: Principal, now: datetime) -> None:
    most = quality.lease.most_held
    if await reviews.held(session, principal.staff_id, now) >= most:
        raise TooManyReviewsError(f"同时最多领取 {most} 个评定，请先完成或退回。", params={"most_held": most})


async def _hold(call: ReviewCall, row: CallReviewRow, quality: Quality) -> CallReviewRow:
    row.state, row.owner_id, row.team = ReviewState.CLAIMED.value, call.principal.staff_id, call.principal.team
    row.lease_until = call.now + timedelta(minutes=quality.lease.minutes)
    row.version += 1
    await call.tell(row, "claim")
    return row
