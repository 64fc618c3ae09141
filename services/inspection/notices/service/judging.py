"""The office's part: verified by another inspector, accepted or sent back, extended, escalated, decided, withdrawn."""

from services.inspection.notices.errors import NoticeNotLateError
from services.inspection.notices.models import NoticeRow
from services.inspection.notices.rules import (
    ACCEPT,
    DECIDE,
    VERIFY,
    Act,
    Ending,
    NoticeState,
    Outcome,
    Verdict,
    check_extension,
)
from services.inspection.notices.service.counting import weigh
from services.inspection.notices.service.ending import call_off, close, shed, tell_late
from services.inspection.notices.service.hands import check_hands, check_verifier, keep_away, menders
from services.inspection.notices.service.rounds import escalate, move_deadline, next_round, send_back
from services.inspection.notices.service.work import NoticeCall
from shared.contracts import inspection_notices as contracts


async def verify(call: NoticeCall, *, verdict: Verdict, words: str) -> NoticeRow:
    """Another inspector looks whether it was mended.

    Raises: as `take`, NoticeVerifiedByIssuerError, NoticeVerifiedByDepartmentError, NoticeVerifiedByMenderError,
    NoticeOwnDepartmentError, NoticePostError.
    """
    work = await call.take(Act.VERIFY)
    check_verifier(call.principal, work)
    row, turn, by = work.row, work.round, call.principal.staff_id
    turn.verdict, turn.verdict_words = verdict.value, words
    turn.verified_by, turn.verified_at = by, call.now
    row.version += 1
    await work.stop(VERIFY)
    if verdict is Verdict.NOT_MENDED:
        await send_back(work, Act.RETURN, words, by)
        return row
    row.state, row.posts = NoticeState.VERIFIED.value, work.posts(work.terms.accepted_by)
    await work.start(ACCEPT, work.terms.accept, row.desk_routing)
    await work.note(Act.VERIFY, words)
    await work.publish(contracts.InspectionNoticeVerified, verified_by=by)
    return row


async def accept(call: NoticeCall, *, is_accepted: bool, words: str) -> NoticeRow:
    """Accept the mending, and its findings close; or send it back.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeFourEyesError.
    """
    work = await call.take(Act.ACCEPT)
    row, turn, by = work.row, work.round, call.principal.staff_id
    check_hands(call.principal, row.department, work.posts(work.terms.accepted_by))
    keep_away(call.principal, turn.verified_by, *menders(work))
    turn.is_accepted, turn.acceptance = is_accepted, words
    turn.accepted_by, turn.accepted_at = by, call.now
    row.version += 1
    await work.stop(ACCEPT)
    if not is_accepted:
        await send_back(work, Act.RETURN, words, by)
        return row
    await shed(work)
    if work.standing:
        await close(work, is_mended=True, words=words)
        await weigh(work)
    else:
        await call_off(work, Ending.OVERTURNED, words)
    return row


async def extend(call: NoticeCall, *, days: int, words: str) -> NoticeRow:
    """Move the deadline of the round, before it, within what the pack allows.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeFourEyesError, NoticeExtensionError.
    """
    work = await call.take(Act.EXTEND)
    row, turn = work.row, work.round
    check_hands(call.principal, row.department, work.posts(work.terms.extended_by))
    keep_away(call.principal, *menders(work))
    before = turn.deadline_at
    check_extension(
        days,
        work.terms.extension,
        times=turn.extensions,
        extended_days=turn.extended_days,
        now=call.now,
        deadline_at=before,
    )
    turn.extensions += 1
    turn.extended_days += days
    row.version += 1
    await move_deadline(work, "extended")
    await work.note(Act.EXTEND, words, from_deadline_at=before)
    by = call.principal.staff_id
    await work.publish(contracts.InspectionNoticeExtended, extended_by=by, from_deadline_at=before)
    return row


async def give_up(call: NoticeCall, *, words: str) -> NoticeRow:
    """Bring what is late before those who decide.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeNotLateError.
    """
    work = await call.take(Act.ESCALATE)
    check_hands(call.principal, work.row.department, work.posts(work.terms.issued_by))
    if work.round.late_at is None and call.now <= work.round.deadline_at:
        raise NoticeNotLateError("整改期限尚未届满，不能提请裁定。")
    work.row.version += 1
    await tell_late(work)
    await escalate(work, words)
    await weigh(work)
    return work.row


async def decide(call: NoticeCall, *, outcome: Outcome, words: str) -> NoticeRow:
    """Those of the pack decide on an escalated one: one more round, or it ends unmended.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeFourEyesError.
    """
    work = await call.take(Act.DECIDE)
    check_hands(call.principal, work.row.department, work.posts(work.terms.decided_by))
    keep_away(call.principal, work.round.verified_by, *menders(work))
    work.row.version += 1
    await work.stop(DECIDE)
    if outcome is Outcome.AGAIN:
        await next_round(work, Act.DECIDE, words, call.principal.staff_id)
    else:
        await close(work, is_mended=False, words=words)
    return work.row


async def withdraw(call: NoticeCall, *, words: str) -> NoticeRow:
    """Withdraw a notice; never by whoever issued it.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeFourEyesError.
    """
    work = await call.take(Act.CANCEL)
    check_hands(call.principal, work.row.department, work.posts(work.terms.cancelled_by))
    keep_away(call.principal, work.row.issued_by)
    work.row.version += 1
    await call_off(work, Ending.WITHDRAWN, words)
    return work.row
