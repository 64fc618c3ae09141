"""Figures of inspections, compared with what was done by hand; a period that is over answers the same for ever."""

from datetime import datetime, timedelta

from tests.inspection.integration.programme.office import Office
from tests.support.stage import Json, Stage
from tests.support.world import Company

DECEMBER = "2026-12"
FINDING: Json = {
    "source_type": "complaint",
    "clause": "inspection-finding",
    "department": "network",
    "words": "未按时到场",
}


async def figures(
    stage: Stage, gas: Company, dimension: str = "tier", period: str = DECEMBER
) -> dict[tuple[str, str | None], Json]:
    """The report of the office by code and value."""
    report = await stage.get(gas, "/v1/indicators", period=period, dimension=dimension)
    return {(one["code"], one["value"] if one["dimension"] else one["tier"]): one for one in report["items"]}


def counted(one: Json) -> tuple[int, int, int, int]:
    """Numerator, denominator, untargeted, unanswered."""
    return one["numerator"], one["denominator"], one["untargeted"], one["unanswered"]


async def found(stage: Stage, gas: Company, **more: object) -> Json:
    """A finding in force."""
    answer = await stage.post(gas, "/v1/findings", {**FINDING, "severity": "minor", **more}, login="inspector")
    assert answer.status_code == 201, answer.text
    one: Json = answer.json()
    put = await stage.post(gas, f"/v1/findings/{one['id']}/confirm", login="office", version=one["version"])
    assert put.status_code == 200, put.text
    return one


async def test_what_was_planned_and_what_became_of_it(stage: Stage, gas: Company) -> None:
    office = Office(stage, gas)
    plan = await office.approved()
    planned = await office.one(plan)
    stage.clock.set(datetime.fromisoformat("2026-12-02T02:00:00+00:00"))
    await office.take(await office.written(planned))
    await office.carry_out(planned)
    await office.at(datetime.fromisoformat("2026-12-27T02:00:00+00:00"))
    whole = await figures(stage, gas)
    held = whole["inspection.plan_fulfilled", None]
    assert (held["name"], held["rule"], held["indicator"]) == ("检查计划完成率", "due_in_period", "plan_fulfilled")
    by_level = await figures(stage, gas, "category")
    assert counted(by_level["inspection.plan_fulfilled", "company"]) == (1, 1, 0, 0)
    assert counted(by_level["inspection.plan_fulfilled", "department"])[0] == 0
    approved = (await figures(stage, gas, "category", "2026-11"))["inspection.plans_on_time", "company"]
    assert counted(approved)[:2] == (1, 1), "it was due on the 29th"


async def test_findings_by_clause_and_department_and_what_comes_again(stage: Stage, gas: Company) -> None:
    await found(stage, gas)
    await found(stage, gas)
    await found(stage, gas, department="market", clause="rectification")
    await found(stage, gas, severity=None, is_good_example=True)
    november = "2026-11"
    by_department = await figures(stage, gas, "department", november)
    assert counted(by_department["finding.share", "network"])[:2] == (2, 3)
    assert counted(by_department["finding.share", "market"])[:2] == (1, 3)
    assert counted(by_department["finding.recurrent", "network"])[:2] == (1, 2)
    by_clause = await figures(stage, gas, "category", november)
    assert counted(by_clause["finding.share", "rectification"])[:2] == (1, 3)
    assert counted((await figures(stage, gas, period=november))["finding.recurrent", None])[:2] == (1, 3)


async def test_a_period_that_is_over_answers_the_same_for_ever(stage: Stage, gas: Company) -> None:
    await found(stage, gas)
    stage.clock.advance(timedelta(days=10))
    await stage.run_job(gas, "close_inspection_figures")
    before = await figures(stage, gas, "department", "2026-11")
    assert counted(before["finding.share", "network"])[:2] == (1, 1)
    await stage.pool.execute("update findings set state = 'overturned' where company = $1", gas.code)
    assert await figures(stage, gas, "department", "2026-11") == before
    rows = await stage.pool.fetchval("select count(*) from indicator_freezes where company = $1", gas.code)
    assert rows >= 1
