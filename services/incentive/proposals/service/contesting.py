"""While a cause is under appeal, what rests on it is held back: nobody confirms it, its case stops, the clocks wait."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.service import reversing
from services.incentive.desk import IncentiveDesk
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.rules.facts import SUSPENSIONS, UPHELD
from services.incentive.proposals.rules.states import ProposalState
from services.incentive.proposals.service.work import work_on
from shared.events.envelope import Event


async def hear_appeal(session: AsyncSession, desk: IncentiveDesk, event: Event, *, now: datetime) -> None:
    """A finding is contested, or stands after all; overturned and revised ones are taken back elsewhere."""
    is_contested = event.type in SUSPENSIONS
    rule = SUSPENSIONS[event.type] if is_contested else UPHELD[event.type]
    if not rule.holds(event.payload):
        return
    cause_id: UUID = getattr(event.payload, rule.cause_id)
    held = await proposals.matters_of_cause(session, event.company, rule.cause_type, cause_id)
    await proposals.serialise(session, event.company, *(str(one) for one in held))
    for row in await proposals.of_cause(session, event.company, rule.cause_type, cause_id):
        if (row.suspended_at is not None) == is_contested or row.overturned_at is not None:
            continue
        row.suspended_at = now if is_contested else None
        row.version += 1
        work = work_on(session, desk, row, now)
        if row.state == ProposalState.DRAFTED:
            await (work.hold_clock() if is_contested else work.resume_clock())
        await work.finish("hold" if is_contested else "release")
        if row.case_id is not None:
            await reversing.hold(session, desk, row.company, row.case_id, is_held=is_contested, now=now)
