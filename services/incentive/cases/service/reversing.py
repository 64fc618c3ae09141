"""What happens to a case whose cause is contested or taken back elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.repository import cases, steps
from services.incentive.cases.rules.states import IN_EFFECT, OPEN, CaseState
from services.incentive.cases.service.effect import take_back
from services.incentive.cases.service.work import CONTESTED, CaseWork, work_on
from services.incentive.desk import IncentiveDesk
from shared.contracts.incentive_cases import IncentiveDropped, IncentiveReversed

RETRACTED = "cause_retracted"


async def lock_all(session: AsyncSession, company: str, case_ids: Sequence[UUID]) -> None:
    """Hold several cases before the first of them moves the ledger: whoever has a case and waits for it goes first."""
    await cases.lock_all(session, company, case_ids)


async def reverse(
    session: AsyncSession, desk: IncentiveDesk, company: str, case_id: UUID, *, cause: str, now: datetime
) -> IncentiveCaseRow:
    """The cause is no more: a case under way falls, whatever had followed is taken back to the fen and the point.

    `cause` names the fact; a repetition changes nothing.
    """
    row = await cases.locked(session, company, case_id)
    if row.state in OPEN:
        work = await work_on(session, desk, row, now)
        await work.end(CaseState.DROPPED, RETRACTED)
        return await work.finish("drop", IncentiveDropped, reason=RETRACTED)
    if row.state in IN_EFFECT:
        work = await work_on(session, desk, row, now)
        await take_back(work, cause)
        await _supersede_appeal(work)
        await work.end(CaseState.REVERSED, RETRACTED)
        return await work.finish("reverse", IncentiveReversed, effect=row.effect, reason=RETRACTED)
    return row


async def hold(
    session: AsyncSession, desk: IncentiveDesk, company: str, case_id: UUID, *, is_held: bool, now: datetime
) -> IncentiveCaseRow:
    """The cause is under appeal: nothing goes on and the clocks wait; or it stands after all, and they count again."""
    row = await cases.locked(session, company, case_id)
    if (row.held_at is not None) == is_held or row.state not in OPEN | {CaseState.CONTESTED}:
        return row
    work = await work_on(session, desk, row, now)
    row.held_at = now if is_held else None
    await (_pause(work) if is_held else _resume(work))
    return await work.finish("hold" if is_held else "release")


async def _pause(work: CaseWork) -> None:
    if work.row.signer_ids or work.row.posts:
        await work.book.pause(work.subject, reason=CONTESTED)


async def _resume(work: CaseWork) -> None:
    row = work.row
    clocks = await work.book.clocks(work.subject.type, row.id)
    if any(one.cycle == row.round and one.paused_at is not None for one in clocks):
        await work.book.resume(work.subject)


async def _supersede_appeal(work: CaseWork) -> None:
    contested = await steps.appeal_of(work.session, work.row.id)
    if contested is not None and contested.state == "open":
        contested.state, contested.decided_at = "superseded", work.now
        contested.version += 1
