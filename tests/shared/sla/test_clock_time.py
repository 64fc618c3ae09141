"""Calendars that change under running clocks, and the one time source (sla.md 4, 5)."""

import asyncio
from datetime import date, timedelta

import pytest

from shared.sla.calendar import WorkingCalendar
from shared.sla.calendars import Calendars, store_revision
from shared.sla.definition import CalendarDefinition
from shared.sla.promise import Promise, Unit
from shared.sla.recalendar import recalendar
from shared.sla.time import Clock
from tests.shared.sla.calendars import OFFICE, at, office
from tests.shared.sla.conftest import SCHEMA, STAMP, ClockRig, one_day
from tests.shared.sla.test_clock_book import check_messages
from tests.support.servers import TestPostgres


async def test_open_clocks_follow_a_new_calendar_and_verdicts_stay(rig: ClockRig) -> None:
    code = f"office-{rig.company}"
    promise = one_day(calendar=code)
    two_days = Promise("plan", 2, unit=Unit.WORKING_DAY, calendar=code)
    rig.calendars.put(WorkingCalendar(OFFICE, code=code, revision=1))
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [promise, two_days, Promise("response", 60)]))
    judged = rig.subject()
    await rig.do(lambda book: book.start(judged, STAMP, [one_day(calendar=code, budget=30)]))
    await rig.sweep(at("2026-11-23 11:00"))
    closed: dict[date, tuple[str, ...]] = {date(2026, 11, 24): (), date(2026, 11, 25): ()}
    revised = OFFICE.model_copy(update={"overrides": closed})
    rig.calendars.put(WorkingCalendar(revised, code=code, revision=2))
    async with rig.sessions.begin() as session:
        assert await recalendar(session, rig.calendars, now=rig.clock.now()) == 2
        assert await recalendar(session, rig.calendars, now=rig.clock.now()) == 0
    rows = {(row["subject_id"], row["metric"]): row for row in await rig.clocks()}
    assert rows[subject.id, "resolution"]["deadline_at"] == at("2026-11-26 09:00")
    assert rows[subject.id, "plan"]["deadline_at"] == at("2026-11-27 17:30")
    assert rows[subject.id, "plan"]["calendar_revision"] == 2
    verdict = rows[judged.id, "resolution"]
    assert (verdict["state"], verdict["calendar_revision"]) == ("breached", 1)
    (message, _) = await rig.messages("sla.recalendared")
    assert (message["payload"]["from_calendar_revision"], message["payload"]["to_calendar_revision"]) == (1, 2)
    await check_messages(rig)


async def test_revisions_are_stored_once_and_read_by_all(rig: ClockRig, postgres: TestPostgres) -> None:
    code = f"c-{rig.company}"
    async with rig.pool.acquire() as connection:

        async def store(definition: CalendarDefinition) -> int:
            return await store_revision(
                connection, code=code, definition=definition, source="test", now=rig.clock.now()
            )

        assert await store(OFFICE) == 1
        assert await store(OFFICE) == 1
        shorter = office(d20261124=()).definition
        assert await store(shorter) == 2
    calendars = Calendars()
    assert await calendars.refresh(rig.pool)
    assert not await calendars.refresh(rig.pool)
    assert calendars.get(code).revision == 2
    assert calendars.get(code, 1).definition == OFFICE
    assert calendars.get(code).definition == shorter


@pytest.mark.parametrize(("environment", "moves"), [("test", True), ("demo", True), ("production", False)])
async def test_time_is_the_databases_and_moves_only_in_test_and_demo(
    rig: ClockRig, postgres: TestPostgres, environment: str, moves: bool
) -> None:
    clock = Clock(postgres.dsn(SCHEMA), environment=environment)
    with pytest.raises(RuntimeError):
        clock.now()
    await clock.start()
    try:
        assert abs(clock.now() - await rig.pool.fetchval("select clock_timestamp()")) < timedelta(seconds=0.5)
        earlier = clock.now()
        await rig.pool.execute("update clock_offset set seconds = 10800")
        await asyncio.sleep(0.4)
        moved = clock.now() - earlier
        assert (moved > timedelta(hours=2.9)) is moves
    finally:
        await rig.pool.execute("update clock_offset set seconds = 0")
        await clock.stop()
