"""What time does to the programme: windows begin, are missed, plans end."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.policy import InspectionGoverning
from services.inspection.programme import events
from services.inspection.programme.models import InspectionPlanRow, PlannedInspectionRow
from services.inspection.programme.repository import planned, plans
from services.inspection.programme.rules.states import MADE_UP_NO_MORE, PlannedState, PlanState
from services.inspection.programme.service.people import People, people, place
from services.inspection.programme.service.work import (
    audit,
    governing_of,
    level_of,
    plan_subject,
    planned_promises,
    planned_subject,
)
from shared.contracts.inspection_programme import InspectionAssigned, InspectionMissed
from shared.events import outbox
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook

AT_ONCE = 200


async def keep(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Begin what is due to begin, mark what was missed, end what is over; answers how many rows were touched."""
    try:
        governing = desk.governances.in_force(company, now)
    except PolicyNotFoundError:
        return 0
    begun = await planned.unopened(session, company, now, AT_ONCE)
    there = await people(session, desk, governing, now) if begun else None
    for row in begun:
        await _begin(session, desk, row, there, now)
    missed = await planned.overdue(session, company, now, AT_ONCE)
    for row in missed:
        await _miss(session, row, now)
    since = now - timedelta(days=governing.chapter.programme.late_days)
    over = await plans.over(session, company, since, AT_ONCE)
    for plan in over:
        await _end(session, desk, plan, now)
    return len(begun) + len(missed) + len(over)


async def open_clocks(
    session: AsyncSession, governing: InspectionGoverning, row: PlannedInspectionRow, now: datetime
) -> None:
    """Start the clocks of an inspection whose window has begun."""
    row.opened_at = now
    book = ClockBook(session, calendars=governing.calendars, now=now)
    promises = planned_promises(governing, row)
    await book.start(planned_subject(row), governing.stamp(), promises, started_at=row.begins_at)


async def _begin(
    session: AsyncSession, desk: InspectionDesk, row: PlannedInspectionRow, there: People | None, now: datetime
) -> None:
    governing = governing_of(desk, row)
    level = level_of(governing, row.level)
    if there is not None and not row.is_named and not there.is_fit(level, row.inspector_id, row.department):
        before = row.inspector_id
        place(row, governing, there.draw(level, row.department), is_named=False)
        row.version += 1
        if row.inspector_id != before:
            await outbox.add(session, events.of_planned(row, InspectionAssigned, now))
    await open_clocks(session, governing, row, now)
    row.version += 1
    await audit(session, row, "begin", now)


async def _miss(session: AsyncSession, row: PlannedInspectionRow, now: datetime) -> None:
    """The clock stays breached and open: it may be made up for, late."""
    row.missed_at = now
    if row.state == PlannedState.PLANNED:
        row.state = PlannedState.MISSED.value
    row.version += 1
    await audit(session, row, "miss", now)
    await outbox.add(session, events.of_planned(row, InspectionMissed, now))


async def _end(session: AsyncSession, desk: InspectionDesk, plan: InspectionPlanRow, now: datetime) -> None:
    """Nothing is made up for any more; what was prepared may still be carried out."""
    governing = governing_of(desk, plan)
    book = ClockBook(session, calendars=governing.calendars, now=now)
    plan.state, plan.ended_at, plan.posts = PlanState.ENDED.value, now, []
    plan.version += 1
    for row in await planned.of_plan(session, plan.id, lock=True):
        if row.state == PlannedState.MISSED and row.ended_at is None:
            row.ended_at = now
            row.version += 1
            await book.cancel(planned_subject(row), reason=MADE_UP_NO_MORE)
            await audit(session, row, "end", now)
    await book.cancel(plan_subject(plan), reason=MADE_UP_NO_MORE)
    await audit(session, plan, "end", now)
