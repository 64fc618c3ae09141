"""The clock before a term ends: whether to renew is decided while the member is one."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.supervisors import repository
from services.inspection.supervisors.rules.network import SUPERVISOR, TERM_END, end_of
from services.inspection.supervisors.service.work import Clocks
from shared.policy.commitments import Limit, LimitUnit, Promised

BATCH = 200


async def notice(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Begin the clocks of terms that end within the pack's days; answers how many, at most a batch."""
    governing = desk.governances.in_force(company, now)
    rule = governing.chapter.supervisors.term
    until = now.astimezone(governing.zone).date() + timedelta(days=rule.notice_days)
    found = await repository.ending(session, company, until, BATCH)
    promised = Promised(
        limit=Limit(budget=0, unit=LimitUnit.NATURAL),
        ladder=rule.ladder,
        clause=rule.clause,
        is_open_setting=rule.is_open_setting,
    )
    for row, term in found:
        clocks = Clocks(session, governing, SUPERVISOR, row.id, row.company, row.matter_id, row.group_code, None, now)
        await clocks.start_until(TERM_END, promised, end_of(row.term_until, governing.zone), row.routing)
        term.noticed_at = now
    await session.flush()
    return len(found)
