"""A year of the programme, twice: by `gasdesk time advance`, sweeps and jobs, and by people who work by rule."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.inspection.year.mending import AGAIN, LATE, Mending
from tests.inspection.year.office import NEGLECTED, Office
from tests.inspection.year.people import People
from tests.inspection.year.platform import MORNING, ZONE, Platform, platform
from tests.inspection.year.reporting import Reporting
from tests.inspection.year.rows import rows_of
from tests.inspection.year.work import tell
from tests.support.world import World

BEGINS = datetime.combine(date(2027, 1, 1), MORNING, tzinfo=ZONE)
DAYS = 365
SATURDAY = 5
DAILY = ("inspection_planning", "inspection_keeping")
MONTHLY = (
    *("inspection_summaries", "inspection_themed_reports", "improvement_planning", "improvement_gatherings"),
    *("supervisor_terms", "close_inspection_figures"),
)
"""Jobs that run daily on the platform and find something to do on the first of a month."""


@dataclass
class Year:
    """What is left of a year."""

    rows: dict[str, list[str]]
    facts: list[tuple[str, dict[str, Any]]]
    """Types and payloads, in their order."""
    archived: list[bool]
    """Of each inspection that was archived: its package verifies, and a flipped byte is found."""

    def of(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        return [json.loads(row) for row in self.rows[table]]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of a type."""
        return [payload for type_, payload in self.facts if type_ == kind]


async def live(year: Platform) -> list[bool]:
    """Day by day: the night's work of the worker, then that of the people, from Monday to Friday."""
    people = People(year)
    office, mending, reporting = Office(people), Mending(people), Reporting(people)
    while year.today < BEGINS + timedelta(days=DAYS):
        await tell(year)
        await year.turn(*DAILY, *(MONTHLY if year.today.day == 1 else ()))
        if year.today.weekday() < SATURDAY:
            await office.work()
            await year.hear_itself()
            await mending.mend()
            await reporting.report()
        await year.advance()
    return await reporting.archive()


@pytest.fixture(scope="module")
async def years(world: World) -> list[Year]:
    """The same year on two empty databases, once for these tests."""
    found = []
    for name in ("year_1", "year_2"):
        with pytest.MonkeyPatch.context() as patch:
            async with platform(world, name, BEGINS, patch) as year:
                archived = await live(year)
                facts = await year.stage.pool.fetch("select type, payload from outbox order by seq")
                told = [(one["type"], one["payload"]) for one in facts]
                found.append(Year(await rows_of(year.stage.pool), told, archived))
    return found


async def test_the_same_year_leaves_the_same_rows(years: list[Year]) -> None:
    one, other = years
    assert one.rows.keys() == other.rows.keys()
    for table, rows in one.rows.items():
        assert rows == other.rows[table], table
    assert len(one.rows["inspections"]) > 100
    assert len(one.rows["clocks"]) > 1000


async def test_every_plan_appears_and_is_approved_in_time(years: list[Year]) -> None:
    plans = years[0].of("inspection_plans")
    assert all(plan["approved_by"] and not plan["is_late"] for plan in plans)
    company = {plan["period"] for plan in plans if plan["level"] == "company"}
    months = {f"2027-{month:02}" for month in range(1, 13)}
    assert months | {"2027", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"} <= company
    assert {"2028", "2028-Q1", "2028-01"} <= company, "those of the next year stand before it begins"
    of_departments = Counter(plan["department"] for plan in plans if plan["level"] == "department")
    assert len(of_departments) == 6
    assert set(of_departments.values()) == {13}


async def test_inspections_are_drawn_and_held_and_the_neglected_ones_are_missed(years: list[Year]) -> None:
    planned = [one for one in years[0].of("planned_inspections") if one["window_until"] <= "2028-01-01"]
    missed = [one for one in planned if one["state"] == "missed"]
    assert {(one["department"], one["window_from"]) for one in missed} == {(NEGLECTED[0], "2027-03-01")}
    assert {one["state"] for one in planned} == {"done", "missed"}
    breached = [one for one in years[0].told("sla.breached") if one["metric"] == "inspection"]
    assert len(breached) == len(missed) > 0
    themed = {one["window_from"] for one in planned if one["kind"] == "themed"}
    assert {"2027-01-01", "2027-04-01", "2027-07-01", "2027-10-01"} <= themed
    assert {one["state"] for one in years[0].of("inspections")} == {"signed"}
    drawn = years[0].of("samples")
    assert all(one["drawn"] == min(one["size"], one["population"]) for one in drawn)
    assert sum(one["drawn"] for one in drawn) > 100


async def test_notices_are_mended_late_and_mended_again(years: list[Year]) -> None:
    notices = years[0].of("rectification_notices")
    assert notices
    for one in notices:
        assert (one["state"], one["is_mended"]) == ("closed", True)
        assert one["is_late"] == (one["department"] == LATE)
        assert one["cycle"] == (2 if one["department"] == AGAIN else 1)
    told = years[0].told("inspection.notice_late")
    assert len(told) == sum(one["department"] == LATE for one in notices)
    assert all(one["department"] == LATE and one["minutes_late"] >= 0 for one in told)
    repeated = [one for one in years[0].of("findings") if one["recurrence_of"]]
    assert repeated
    assert all(one["severity"] != one["drafted_severity"] for one in repeated if one["drafted_severity"] == "minor")


async def test_the_second_grave_notice_of_a_department_proposes_its_consequence(years: list[Year]) -> None:
    issued = Counter[str]()
    proposed = {}
    for kind, payload in years[0].facts:
        if kind == "inspection.notice_issued" and payload["severity"] == "grave":
            issued[payload["department"]] += 1
        if kind == "inspection.consequence_proposed":
            assert payload["department"] not in proposed, "once a department and year"
            proposed[payload["department"]] = (issued[payload["department"]], payload["count"])
    assert proposed == {department: (2, 2) for department, count in issued.items() if count >= 2}
    assert LATE in proposed
    assert any(count == 1 for count in issued.values()), "one grave notice has no consequence"


async def test_months_are_signed_quarters_reported_and_archives_verify(years: list[Year]) -> None:
    summaries = years[0].of("monthly_summaries")
    over = [one for one in summaries if one["month"] < "2027-12"]
    assert Counter(one["month"] for one in over) == {**{f"2027-{month:02}": 6 for month in range(1, 12)}, "2026-12": 6}
    assert {one["state"] for one in over} == {"noted"}
    assert {one["state"] for one in summaries if one not in over} == {"draft"}, "the month is not over"
    assert {one["quarter"] for one in years[0].of("themed_reports")} >= {"2027-Q1", "2027-Q2", "2027-Q3"}
    assert len(years[0].archived) > 10
    assert all(years[0].archived)
    assert all(years[1].archived)
