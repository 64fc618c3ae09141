"""What becomes of a raised finding: confirmed, answered, decided, mended, closed, void."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings import repository
from services.inspection.findings.errors import FindingStepNotAllowedError
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import (
    ANSWER,
    DECIDE,
    MEND,
    Act,
    FindingState,
    Remedy,
    check_act,
)
from services.inspection.findings.service.standing import put_in_force, revise_repeats
from services.inspection.findings.service.work import FindingCall, FindingWork, work_on
from shared.contracts import inspection_findings as contracts


async def confirm(call: FindingCall) -> FindingRow:
    """Put the finding in force: who it concerns owes an answer, what is mended on the spot its mending.

    Raises: as `take`, FindingPostError, FindingFourEyesError.
    """
    work = await call.take(Act.CONFIRM)
    call.check_posts(work.terms.confirmed_by)
    call.keep_away(work.row.raised_by, work.row.person_id)
    await work.weigh()
    return await put_in_force(work, call.principal.staff_id)


async def answer(call: FindingCall, *, is_agreed: bool, words: str) -> FindingRow:
    """The person or department agrees or contests.  Raises: as `take`, FindingFourEyesError."""
    work = await call.take(Act.ANSWER)
    row = work.row
    call.keep_away(row.raised_by, row.confirmed_by)
    row.is_agreed, row.answer = is_agreed, words
    row.answered_by, row.answered_at = call.principal.staff_id, call.now
    row.version += 1
    row.state = (FindingState.ANSWERED if is_agreed else FindingState.CONTESTED).value
    await work.stop(ANSWER)
    if not is_agreed:
        row.posts = list(work.terms.decided_by)
        await work.start(DECIDE, work.terms.decide, routing=row.desk_routing)
    return await work.finish("answer", contracts.InspectionFindingAnswered, *_closing(work), is_agreed=is_agreed)


async def decide(call: FindingCall, *, is_upheld: bool, words: str) -> FindingRow:
    """A third person decides on a contested one.  Raises: as `take`, FindingPostError, FindingFourEyesError."""
    work = await call.take(Act.DECIDE)
    row = work.row
    call.check_posts(work.terms.decided_by)
    call.keep_away(row.raised_by, row.confirmed_by, row.person_id, row.answered_by)
    row.decision, row.decided_by, row.decided_at = words, call.principal.staff_id, call.now
    row.posts, row.version = [], row.version + 1
    await work.stop(DECIDE)
    if is_upheld:
        row.state = FindingState.ANSWERED.value
        return await work.finish("decide", contracts.InspectionFindingUpheld, *_closing(work))
    row.state, row.ended_at = FindingState.OVERTURNED.value, call.now
    await work.cancel("overturned")
    after = await work.finish("decide", contracts.InspectionFindingOverturned)
    await revise_repeats(work, call.desk)
    return after


async def mend(call: FindingCall) -> FindingRow:
    """What is mended on the spot was mended.  Raises: as `take`, FindingStepNotAllowedError."""
    work = await call.take(Act.MEND)
    row = work.row
    if row.remedy != Remedy.ON_SPOT or row.mended_at is not None:
        raise FindingStepNotAllowedError.of(Act.MEND, row.state)
    row.mended_at = call.now
    row.version += 1
    await work.stop(MEND)
    return await work.finish("mend", *_closing(work))


async def void(call: FindingCall, *, reason: str) -> FindingRow:
    """Withdraw a draft.  Raises: as `take`."""
    work = await call.take(Act.VOID)
    row = work.row
    row.state, row.void_reason, row.ended_at = FindingState.VOID.value, reason, call.now
    row.version += 1
    await work.cancel("void")
    return await work.finish("void", contracts.InspectionFindingVoided)


async def closed(
    session: AsyncSession, desk: InspectionDesk, company: str, finding_id: UUID, *, now: datetime
) -> FindingRow:
    """The notice on it was mended and verified; a contest is decided first, then a mended finding closes.

    Raises: FindingNotFoundError, FindingStepNotAllowedError.
    """
    row = await repository.of_company(session, company, finding_id)
    check_act(Act.CLOSE, row.state)
    work = work_on(session, desk, row, None, now)
    if row.state == FindingState.CONTESTED:
        if row.mended_at is not None:
            return row
        row.mended_at, row.version = now, row.version + 1
        await work.stop(MEND)
        return await work.finish("mend")
    row.mended_at = row.mended_at or now
    row.state, row.ended_at, row.version = FindingState.CLOSED.value, now, row.version + 1
    await work.cancel("closed")
    return await work.finish("close", contracts.InspectionFindingClosed)


def _closing(work: FindingWork) -> tuple[type[contracts.InspectionFindingFact], ...]:
    """Close what is answered for and mended on the spot."""
    row = work.row
    if row.state != FindingState.ANSWERED or row.mended_at is None:
        return ()
    row.state, row.ended_at = FindingState.CLOSED.value, work.now
    return (contracts.InspectionFindingClosed,)
