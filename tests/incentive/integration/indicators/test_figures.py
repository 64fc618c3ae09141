"""The incentive service's figures: live, by clause, source and department; closed periods answer the same for ever."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.incentive.indicators.rules import DIMENSIONS
from services.incentive.proposals.rules.states import ProposalState
from shared.contracts.sla import ClockBreached, ClockBreachRetracted
from shared.jobs.schedules import CIVIL_TIME
from tests.incentive.integration.cases.board import again, do, effective, grave, lapsed, opened, signed, told
from tests.incentive.integration.proposals.board import breach, heard, step
from tests.support.stage import Json, Stage
from tests.support.world import Company

DECEMBER = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 2, 2, 0, tzinfo=UTC)


async def asked(stage: Stage, gas: Company, period: str, dimension: str = "tier") -> dict[tuple[str, str | None], Json]:
    """The service's own figures by code and value."""
    found = await stage.get(gas, "/v1/indicators", period=period, dimension=dimension)
    return {(one["code"], one["value"]): one for one in found["items"] if one["indicator"]}


def civil(stage: Stage) -> datetime:
    """The stage's moment where the company is."""
    return stage.clock.now().astimezone(CIVIL_TIME)


def retracted(stage: Stage, said: ClockBreached) -> ClockBreachRetracted:
    """The answer had been in time after all."""
    more = {"breach_event_id": uuid4(), "state": "met", "occurred_at": stage.clock.now()}
    return ClockBreachRetracted(**{**said.model_dump(), **more})


def parts(one: Json) -> tuple[int, int, int]:
    return one["numerator"], one["denominator"], one["unanswered"]


async def asked_by(stage: Stage, gas: Company, login: str, **query: str) -> dict[tuple[str, str | None], Json]:
    """The same as somebody else."""
    found = await stage.get(gas, "/v1/indicators", login=login, **query)
    return {(one["code"], one["value"]): one for one in found["items"] if one["indicator"]}


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


async def test_each_proposal_has_one_outcome(stage: Stage, gas: Company) -> None:
    await opened(stage, gas)
    (*_, row) = await heard(stage, gas, breach(stage, gas.person("clerk")))
    await step(stage, gas, row, "dismiss", "officestaff", reason="不属实")
    late = breach(stage, gas.person("agent"))
    await heard(stage, gas, late)
    await heard(stage, gas, retracted(stage, late))
    await heard(stage, gas, breach(stage, gas.person("keeper")))
    for dimension in DIMENSIONS:
        found = await asked(stage, gas, "2026-11", dimension.value)
        whole: dict[str | None, int] = {}
        for (code, value), one in found.items():
            if code.startswith("incentive_proposal.outcome."):
                whole[value] = whole.get(value, 0) + one["numerator"]
        shares = {value: one["numerator"] for (code, value), one in found.items() if code.endswith("proposal.share")}
        assert whole == shares, "the outcomes add up to the proposals"
    year = await asked(stage, gas, "2026")
    outcomes = {one.value: parts(year[f"incentive_proposal.outcome.{one}", None]) for one in ProposalState}
    assert outcomes == {
        "confirmed": (1, 4, 0),
        "dismissed": (1, 4, 0),
        "withdrawn": (1, 4, 0),
        "outside": (0, 4, 0),
        "drafted": (1, 4, 0),
    }


async def test_what_takes_effect_after_a_closed_month_belongs_to_its_own(stage: Stage, gas: Company) -> None:
    stage.clock.advance(timedelta(days=5))
    case = await told(stage, gas, await opened(stage, gas))
    assert case["month"] == "2026-11"
    stage.clock.set(DECEMBER)
    await stage.run_job(gas, "close_incentive_figures")
    november = await asked(stage, gas, "2026-11", "department")
    case = await lapsed(stage, gas, case)
    month = await stage.pool.fetchval(
        "select distinct month from ledger_entries where company = $1 and kind = 'department'", gas.code
    )
    assert (case["state"], month) == ("effective", "2026-11"), "the ledger's month was open still"
    december = await asked(stage, gas, "2026-12", "department")
    assert december["department.points_lost", "customer_service"]["numerator"] == 1
    assert parts(december["incentive_case.overturned", "customer_service"]) == (0, 1, 0)
    assert november["department.points_lost", "customer_service"]["numerator"] == 0
    assert await asked(stage, gas, "2026-11", "department") == november


async def test_a_reversal_after_a_closed_month_is_shown_in_its_own(stage: Stage, gas: Company) -> None:
    said = breach(stage, gas.person("crew"))
    case = await effective(stage, gas, await opened(stage, gas, said))
    assert f"{civil(stage):%Y-%m}" == "2026-12"
    stage.clock.set(JANUARY)
    await stage.run_job(gas, "close_incentive_figures")
    december = await asked(stage, gas, "2026-12", "department")
    assert parts(december["incentive_case.overturned", "customer_service"]) == (0, 1, 0)
    assert december["department.points_lost", "customer_service"]["numerator"] == 1
    await heard(stage, gas, retracted(stage, said))
    assert (await again(stage, gas, case))["state"] == "reversed"
    january = await asked(stage, gas, "2027-01", "department")
    assert parts(january["incentive_case.overturned", "customer_service"]) == (1, 0, 0)
    assert january["department.points_lost", "customer_service"]["numerator"] == -1, "given back"
    assert await asked(stage, gas, "2026-12", "department") == december


async def test_the_door_refuses_and_shows_no_other_company(stage: Stage, gas: Company, chaohu: Company) -> None:
    await opened(stage, gas)
    for login in ("office", "head", "crew"):
        assert await asked_by(stage, gas, login, period="2026-11") == await asked(stage, gas, "2026-11"), "sums of all"
    bad = await stage.client.get("/v1/indicators", params={"period": "2026-13"}, headers=gas.headers("office"))
    assert (bad.status_code, bad.json()["code"]) == (422, "period_invalid")
    wrong = {"period": "2026-11", "dimension": "person"}
    unknown = await stage.client.get("/v1/indicators", params=wrong, headers=gas.headers("office"))
    assert unknown.status_code == 422
    nobody = await stage.client.get("/v1/indicators", params={"period": "2026-11"})
    assert nobody.status_code == 401
    foreign = {"period": "2026-11", "company": gas.code}
    answer = await stage.client.get("/v1/indicators", params=foreign, headers=chaohu.headers("office"))
    report = answer.json()
    assert report["company"] == chaohu.code, "another company is not answered for"
    assert "incentive_proposal.share" not in {one["code"] for one in report["items"]}


async def test_points_are_of_the_months_that_have_begun(stage: Stage, gas: Company) -> None:
    assert civil(stage).month == 11
    for period, opening in (("2026-11", 100), ("2026-Q4", 200), ("2026", 1100)):
        found = await asked(stage, gas, period, "department")
        assert parts(found["department.points_lost", "customer_service"]) == (0, opening, 0), period
    assert ("department.points_lost", "customer_service") not in await asked(stage, gas, "2026-W48", "department")
