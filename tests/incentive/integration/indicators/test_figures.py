"""The incentive service's figures: live, by clause, source and department; closed periods answer the same for ever."""

from datetime import datetime, timedelta

from services.incentive.indicators.rules import DIMENSIONS
from shared.jobs.schedules import CIVIL_TIME
from tests.incentive.integration.cases.board import do, effective, grave, opened, signed
from tests.incentive.integration.proposals.board import breach, heard, step
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def asked(stage: Stage, gas: Company, period: str, dimension: str = "tier") -> dict[tuple[str, str | None], Json]:
    """The service's own figures by code and value."""
    found = await stage.get(gas, "/v1/indicators", period=period, dimension=dimension)
    return {(one["code"], one["value"]): one for one in found["items"] if one["indicator"]}


def civil(stage: Stage) -> datetime:
    """The stage's moment where the company is."""
    return stage.clock.now().astimezone(CIVIL_TIME)


def parts(one: Json) -> tuple[int, int, int]:
    return one["numerator"], one["denominator"], one["unanswered"]


async def test_proposals_time_overturned_and_points(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await opened(stage, gas))
    contested = await do(stage, gas, case, "appeal", "crew", grounds="不服")
    await do(stage, gas, contested, "decide-appeal", "committee", outcome="overturned", reason="不成立")
    other = await effective(stage, gas, await grave(stage, gas), "deputy", "committee", "office", "gm")
    (*_, row) = await heard(stage, gas, breach(stage, gas.person("clerk")))
    stage.clock.advance(timedelta(minutes=90))
    await step(stage, gas, row, "dismiss", "officestaff", reason="不属实")
    await heard(stage, gas, breach(stage, gas.person("agent")))
    assert other["state"] == "effective"
    year = await asked(stage, gas, "2026")
    assert parts(year["incentive_proposal.share", None]) == (4, 4, 0)
    assert parts(year["incentive_proposal.confirmed", None]) == (2, 3, 1)
    minutes = year["incentive_proposal.minutes_to_decision", None]
    assert (parts(minutes), minutes["per"]) == ((90, 3, 0), 1)
    assert parts(year["incentive_case.overturned", None]) == (1, 2, 0)
    by_clause = await asked(stage, gas, "2026", "category")
    assert parts(by_clause["incentive_proposal.share", "penalty-2-commitment"]) == (3, 4, 0)
    assert parts(by_clause["incentive_proposal.share", "penalty-3-mishandled"]) == (1, 4, 0)
    by_source = await asked(stage, gas, "2026", "channel")
    assert parts(by_source["incentive_proposal.share", "breach"]) == (3, 4, 0)
    by_department = await asked(stage, gas, "2026", "department")
    lost = by_department["department.points_lost", "customer_service"]
    begun = civil(stage).month
    assert (lost["numerator"], lost["denominator"]) == (2, 100 * begun), "what was overturned is no loss"
    assert by_department["department.points_lost", "network"]["numerator"] == 0


async def test_a_closed_month_answers_the_same_for_ever(stage: Stage, gas: Company) -> None:
    await signed(stage, gas, await opened(stage, gas))
    live = await asked(stage, gas, "2026-11")
    stage.clock.advance(timedelta(days=20))
    await stage.run_job(gas, "close_incentive_figures")
    closed = await asked(stage, gas, "2026-11")
    assert closed.keys() == live.keys()
    await stage.pool.execute("update incentive_proposals set drafted_at = drafted_at + interval '60 days'"
                             " where company = $1", gas.code)  # fmt: skip
    assert await asked(stage, gas, "2026-11") == closed
    frozen = await stage.pool.fetchval(
        "select figures from indicator_freezes where company = $1 and period = '2026-11'", gas.code
    )
    assert set(frozen) == {one.value for one in DIMENSIONS}


async def test_what_falls_after_a_closed_month_belongs_to_its_own(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await opened(stage, gas))
    case = await do(stage, gas, case, "appeal", "crew", grounds="不服")
    month = f"{civil(stage):%Y-%m}"
    contested = await asked(stage, gas, month, "department")
    assert parts(contested["incentive_case.overturned", "customer_service"]) == (0, 1, 0)
    assert contested["department.points_lost", "customer_service"]["numerator"] == 0, "suspended while contested"
    stage.clock.advance(timedelta(days=31))
    await stage.run_job(gas, "close_incentive_figures")
    case = await do(stage, gas, case, "decide-appeal", "committee", outcome="upheld", reason="维持")
    assert case["effect"] == 2
    later = await asked(stage, gas, f"{civil(stage):%Y-%m}", "department")
    assert ("incentive_case.overturned", "customer_service") not in later, "it first took effect a month before"
    lost = later["department.points_lost", "customer_service"]
    assert (lost["numerator"], lost["denominator"]) == (1, 100)
    assert await asked(stage, gas, month, "department") == contested
