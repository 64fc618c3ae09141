"""What had stood back behind a proposal of the matter returns when that one falls."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.desk import IncentiveDesk
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.rules import matters
from services.incentive.proposals.rules.states import ProposalState
from services.incentive.proposals.service.work import work_on
from shared.contracts.incentive_proposals import IncentiveProposed


async def bring_back(session: AsyncSession, desk: IncentiveDesk, fallen: ProposalRow, *, now: datetime) -> None:
    """What had stood back behind a proposal that fell: the gravest is a draft again, the others stand behind it."""
    others = await proposals.on_matter(
        session,
        fallen.company,
        fallen.matter_id,
        subject_type=fallen.subject_type,
        subject=fallen.subject,
        kind=fallen.kind,
    )
    behind = [one for one in others if one.same_as_id == fallen.id]
    stands, waiting = matters.strongest(others), matters.returning(behind)
    first = None if stands else next(iter(waiting), None)
    for row in behind:
        if row.id in waiting and row.id != first:
            row.same_as_id = stands or first
            row.version += 1
    if first is None:
        return
    row = next(one for one in behind if one.id == first)
    row.state, row.withdrawn_for, row.withdrawn_at = ProposalState.DRAFTED.value, None, None
    row.same_as_id, row.cycle, row.version = None, row.cycle + 1, row.version + 1
    work = work_on(session, desk, row, now)
    await session.flush()
    await work.start_clock()
    if row.suspended_at is not None:
        await work.hold_clock()
    await work.finish("bring_back", IncentiveProposed, raised_by=row.raised_by)
