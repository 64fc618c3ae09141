"""What follows from facts of the own service: a finding fell or weighs less, a clock broke or was counted anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.notices.repository import notices
from services.inspection.notices.rules import ENDED, MEND, WITH_DEPARTMENT, Act, Ending, NoticeState
from services.inspection.notices.service.counting import weigh
from services.inspection.notices.service.ending import call_off, leave, tell_late, weigh_findings
from services.inspection.notices.service.rounds import move_deadline
from services.inspection.notices.service.work import SUBJECT, NoticeWork, work_on
from shared.contracts import inspection_notices as contracts
from shared.contracts.sla import ClockBreached, ClockRecalendared


async def finding_fell(
    session: AsyncSession, desk: InspectionDesk, company: str, finding_id: UUID, *, now: datetime
) -> None:
    """It leaves its notices, the ended ones too; the last one that leaves an open notice cancels it."""
    for work in await _works(session, desk, company, finding_id, now):
        (link,) = (one for one in work.standing if one.finding_id == finding_id)
        previous = work.row.severity
        leave(work, link, Ending.OVERTURNED)
        work.row.version += 1
        if not work.standing and work.row.state not in ENDED:
            await call_off(work, Ending.OVERTURNED)
            continue
        await _revised(work, previous, finding_id, has_left=True)


async def finding_revised(
    session: AsyncSession, desk: InspectionDesk, company: str, finding_id: UUID, *, now: datetime
) -> None:
    """It weighs something else now, and so may its notices; their deadlines follow."""
    finding = (await notices.findings(session, company, [finding_id], lock=False)).get(finding_id)
    if finding is None or finding.severity is None:
        return
    for work in await _works(session, desk, company, finding_id, now):
        (link,) = (one for one in work.standing if one.finding_id == finding_id)
        previous, link.severity = work.row.severity, finding.severity
        weigh_findings(work)
        if work.row.severity == previous:
            continue
        work.row.version += 1
        await _revised(work, previous, finding_id, has_left=False)


async def clock_broke(
    session: AsyncSession, desk: InspectionDesk, company: str, said: ClockBreached, *, now: datetime
) -> None:
    """The deadline of a round was missed: the notice shows it and tells it, once a round."""
    work = await _of_clock(session, desk, company, said, now)
    if work is None or work.round.late_at is not None:
        return
    work.row.version += 1
    await tell_late(work, said.breached_at)
    await weigh(work)


async def clock_counted_anew(
    session: AsyncSession, desk: InspectionDesk, company: str, said: ClockRecalendared, *, now: datetime
) -> None:
    """The calendar changed: the notice shows the deadline of its clock."""
    work = await _of_clock(session, desk, company, said, now)
    if work is None or said.deadline_at is None or work.row.state not in WITH_DEPARTMENT:
        return
    before = work.round.deadline_at
    work.row.deadline_at = work.round.deadline_at = said.deadline_at
    work.row.version += 1
    await work.note(Act.REVISE, from_deadline_at=before)


async def _of_clock(
    session: AsyncSession,
    desk: InspectionDesk,
    company: str,
    said: ClockBreached | ClockRecalendared,
    now: datetime,
) -> NoticeWork | None:
    """The open notice whose present round the clock measures."""
    if (said.subject_type, said.metric) != (SUBJECT, MEND):
        return None
    for row in await notices.locked(session, company, [said.subject_id]):
        if row.state not in ENDED and row.cycle == said.cycle:
            return await work_on(session, desk, row, None, now)
    return None


async def _works(
    session: AsyncSession, desk: InspectionDesk, company: str, finding_id: UUID, now: datetime
) -> list[NoticeWork]:
    """The notices on which the finding still is, locked; withdrawn ones are left alone."""
    ids = await notices.notices_of(session, company, finding_id)
    rows = [row for row in await notices.locked(session, company, ids) if row.state != NoticeState.CANCELLED]
    works = [await work_on(session, desk, row, None, now) for row in rows]
    return [work for work in works if any(one.finding_id == finding_id for one in work.standing)]


async def _revised(work: NoticeWork, previous: str, finding_id: UUID, *, has_left: bool) -> None:
    row, before = work.row, work.row.deadline_at
    if row.severity != previous and row.state in WITH_DEPARTMENT:
        await move_deadline(work, "regraded")
    await work.note(Act.REVISE, from_deadline_at=before, finding_id=finding_id)
    left = finding_id if has_left else None
    await work.publish(contracts.InspectionNoticeRevised, previous_severity=previous, left_finding_id=left)
    await weigh(work)
