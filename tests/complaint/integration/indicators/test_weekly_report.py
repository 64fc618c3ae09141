"""A week beside the weeks before it, the causes ranked, and the daily job that closes what has ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import httpx

from services.complaint.indicators.jobs import CLOSE_JOB, bodies
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from shared.sla.periods import ended_before
from tests.complaint.integration.desk import open_case
from tests.complaint.integration.indicators.support import figures, know
from tests.complaint.integration.judging import confirmed, worked_case
from tests.support.world import Company, World

Json = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")

_COLUMNS = """
select string_agg(quote_ident(column_name), ', ') from information_schema.columns
where table_schema = 'complaint' and table_name = 'complaints' and is_generated = 'NEVER'
"""
_COPY = """
insert into complaints ({columns}) select {columns} from (
  select (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'number', c.number || '-' || $3::text || g,
    'opened_at', $2::timestamptz + g * interval '1 minute'))).*
  from complaints c, generate_series(1, $4::int) g where c.id = $1) copies
"""


def last_week() -> tuple[str, datetime]:
    """The natural week that ended last, and its Monday."""
    name = ended_before(datetime.now(UTC), SHANGHAI)[0]
    monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    return name, datetime(monday.year, monday.month, monday.day, 8, tzinfo=SHANGHAI)


async def nine_weeks(client: httpx.AsyncClient, pool: asyncpg.Pool, gas: Company) -> tuple[str, datetime]:
    """Six repairs and six bills a week; in the last one thirty repairs."""
    week, monday = last_week()
    copy = _COPY.format(columns=await pool.fetchval(_COLUMNS))
    for category in ("repair", "billing"):
        case = await open_case(client, gas, category=category)
        for number in range(9):
            count = 30 if category == "repair" and number == 0 else 6
            at = monday - timedelta(weeks=number)
            await pool.execute(copy, UUID(case["id"]), at, f"{category}{number}", count)
    return week, monday


async def report(client: httpx.AsyncClient, gas: Company, week: str) -> Json:
    answer = await client.get("/v1/complaint-anomalies", params={"week": week}, headers=gas.headers("office"))
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def of(body: Json, code: str, category: str | None) -> Json:
    items: list[Json] = body["items"]
    (found,) = [one for one in items if (one["code"], one["category"]) == (code, category)]
    return found


async def test_a_week_out_of_the_ordinary_is_named_and_stays_named(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    week, monday = await nine_weeks(complaints, hot, gas)
    body = await report(complaints, gas, week)
    assert (body["trailing_weeks"], body["factor"], body["is_frozen"]) == (8, 2.0, True)
    repair = of(body, "complaint.rate", "repair")
    assert (repair["numerator"], repair["mean"], repair["verdict"]) == (30, 6.0, "above")
    assert repair["upper"] == 6 + 2 * 6**0.5, "eight equal weeks vary at least as chance does"
    assert [one["numerator"] for one in repair["before"]] == [6] * 8
    assert of(body, "complaint.rate", "billing")["verdict"] == "ordinary"
    assert of(body, "complaint.rate", None)["verdict"] == "above"
    assert body["items"][0]["verdict"] == "above"
    ranked = [(one["rank"], one["cause"], one["complaints"]) for one in body["causes"] if one["kind"] == "category"]
    assert ranked == [(1, "repair", 30), (2, "billing", 6)]
    await hot.execute("update complaints set opened_at = $2 where company = $1", gas.code, monday)
    assert await report(complaints, gas, week) == body


async def test_only_weeks_are_compared(complaints: httpx.AsyncClient, gas: Company) -> None:
    refused = await complaints.get("/v1/complaint-anomalies?week=2026-11", headers=gas.headers("office"))
    assert (refused.status_code, refused.json()["code"]) == (422, "week_required")
    quiet = await report(complaints, gas, last_week()[0])
    assert quiet["items"] == quiet["causes"] == []


async def test_root_causes_count_once_they_are_confirmed(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    await open_case(complaints, gas, category="repair")
    period = f"{datetime.now(SHANGHAI):%Y-%m}"

    async def causes() -> list[tuple[str, str, int, int]]:
        answer = await complaints.get("/v1/complaint-causes", params={"period": period}, headers=gas.headers("office"))
        return [(one["kind"], one["cause"], one["complaints"], one["total"]) for one in answer.json()["items"]]

    assert "root_cause" not in {kind for kind, *_ in await causes()}
    await confirmed(complaints, gas, case)
    found = await causes()
    assert ("root_cause", "派工未确认", 1, 2) in found
    assert ("category", "repair", 1, 2) in found


async def test_the_daily_job_closes_week_month_quarter_and_year_once(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    await know(world, gas, "vip")
    week, _ = await nine_weeks(complaints, hot, gas)
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    at = datetime.now(UTC)
    cursor: dict[str, Any] = {}
    for _ in range(4):
        job = JobView(
            id=new_id(),
            company=gas.code,
            kind=CLOSE_JOB,
            args={},
            state=JobState.RUNNING,
            progress_done=0,
            progress_total=None,
            cursor=cursor,
            result={},
            error=None,
            attempts=1,
            run_after=at,
            created_by=None,
            created_at=at,
            started_at=None,
            finished_at=None,
            version=1,
        )
        async with runtime.sessions.begin() as session:
            step = await bodies(runtime)[CLOSE_JOB](session, job)
        cursor = step.cursor
    assert step.is_finished
    rows = await hot.fetch(
        "select period, customers::text as customers, report is not null as has_report from indicator_freezes"
        " where company = $1",
        gas.code,
    )
    assert {row["period"] for row in rows} == set(ended_before(at, SHANGHAI))
    assert {row["period"] for row in rows if row["has_report"]} == {week}
    (rate,) = [
        one for one in await figures(complaints, gas, week) if one["code"] == "complaint.rate" and one["tier"] == "vip"
    ]
    assert (rate["numerator"], rate["denominator"]) == (0, 1)
