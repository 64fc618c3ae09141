"""A person makes a draft a case, within the clause's range; refusals change nothing."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.finding import ConsequenceProposed, ConsequenceRetracted
from shared.contracts.inspection_findings import (
    InspectionFindingAnswered,
    InspectionFindingConfirmed,
    InspectionFindingOverturned,
    InspectionFindingUpheld,
)
from shared.contracts.lifecycle import ComplaintSuggestionAdopted
from tests.incentive.integration.proposals.board import (
    PROPOSALS,
    breach,
    heard,
    inspected,
    praise,
    raised,
    refused,
    rows,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_confirming_is_refused_by_rule_and_field(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    refusals: list[tuple[str, Json, tuple[int, str]]] = [
        ("office", {"amount_fen": 50001}, (422, "incentive_amount_outside_range")),
        ("office", {"amount_fen": 9999}, (422, "incentive_amount_outside_range")),
        ("office", {"department_points": 6}, (422, "incentive_amount_outside_range")),
        ("office", {"points": 1}, (422, "incentive_amount_outside_range")),
        ("office", {"gift": "安全用气礼包"}, (422, "incentive_amount_outside_range")),
        ("gm", {}, (403, "incentive_proposal_post_not_allowed")),
        ("head", {}, (403, "permission_denied")),
    ]
    for login, amounts, expected in refusals:
        assert await refused(stage, gas, row, "confirm", login, opinion="同意", amounts=amounts) == expected, amounts
    own = (
        await raised(stage, gas, "penalty-1-dress", login="officestaff", employee_id=str(gas.person("clerk")))
    ).json()
    assert await refused(stage, gas, own, "confirm", "officestaff", opinion="同意") == (403, "incentive_raiser_decides")
    stale = await stage.post(gas, f"{PROPOSALS}/{row['id']}/confirm", {"opinion": "同意"}, login="office", version=7)
    assert stale.status_code == 412
    assert await stage.facts(gas, "incentive.confirmed") == []


async def test_a_confirmed_draft_is_a_case_with_its_amounts(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    after = await step(stage, gas, row, "confirm", "office", opinion="属实", amounts={"amount_fen": 20000})
    assert (after["state"], after["decided_by"]) == ("confirmed", str(gas.person("office")))
    assert (after["confirmed"]["amount_fen"], after["confirmed"]["department_points"]) == (20000, 1)
    assert (await stage.clocks(gas, f"{PROPOSALS}/{row['id']}"))["proposal_confirm"]["state"] == "met"
    (fact,) = await stage.facts(gas, "incentive.confirmed")
    assert fact["case_id"] == after["case_id"]
    later = await heard(stage, gas, breach(stage, gas.person("crew")), matter_id=row["matter_id"])
    assert [one["state"] for one in later] == ["confirmed", "withdrawn"], "not doubled"


async def test_of_many_who_confirm_at_once_one_opens_the_case(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    path, body = f"{PROPOSALS}/{row['id']}/confirm", {"opinion": "属实"}
    logins = ["office", "officestaff", "committee"] * 4
    answers = await asyncio.gather(*(stage.post(gas, path, body, login=login, version=1) for login in logins))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (len(logins) - 1)
    assert [one["state"] for one in await rows(stage, gas)] == ["confirmed"]


async def case_of(stage: Stage, company: Company, row: Json) -> dict[str, Any]:
    """The case that a confirmed proposal became, as the database has it."""
    found = await stage.pool.fetchrow("select * from incentive_cases where id = $1", row["case_id"])
    assert found is not None
    return dict(found)


async def confirmed(stage: Stage, company: Company, row: Json, **body: Any) -> Json:
    """The row after somebody of the office confirmed it."""
    await step(stage, company, row, "confirm", "officestaff", opinion="属实", **body)
    return next(one for one in await rows(stage, company) if one["id"] == row["id"])


async def test_the_first_minor_matter_may_become_a_talk_without_amounts(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, gas.person("crew")))
    talk: Json = {"opinion": "先教育", "is_talk": True}
    code = "incentive_talk_with_amounts"
    assert await refused(stage, gas, row, "confirm", "office", **talk, amounts={"points": 1}) == (422, code)
    row = await confirmed(stage, gas, row, is_talk=True)
    assert set(row["confirmed"].values()) == {None}
    case = await case_of(stage, gas, row)
    assert (case["state"], set(case["amounts"].values())) == ("talk", {None})
    second = (await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, gas.person("crew"))))[-1]
    path = f"{PROPOSALS}/{second['id']}/confirm"
    answer = await stage.post(gas, path, talk, login="office", version=second["version"])
    assert (answer.status_code, answer.json()["code"]) == (422, "incentive_talk_not_suggested")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/is_talk"]


async def test_a_case_stops_with_its_contested_cause_and_falls_with_it(stage: Stage, gas: Company) -> None:
    found = inspected(InspectionFindingConfirmed, stage, gas.person("crew"))
    row = await confirmed(stage, gas, (await heard(stage, gas, found))[0])
    said = found.model_dump()
    await heard(stage, gas, InspectionFindingAnswered(**said, is_agreed=True))
    assert (await case_of(stage, gas, row))["held_at"] is None, "agreed is not contested"
    await heard(stage, gas, InspectionFindingAnswered(**said, is_agreed=False))
    assert (await case_of(stage, gas, row))["held_at"] == stage.clock.now()
    await heard(stage, gas, InspectionFindingUpheld(**said))
    assert (await case_of(stage, gas, row))["held_at"] is None
    for _ in range(2):
        (after,) = await heard(stage, gas, InspectionFindingOverturned(**said))
        assert (after["state"], after["overturned_at"]) == ("confirmed", stage.clock.now())
        case = await case_of(stage, gas, row)
        assert (case["state"], case["ended_for"]) == ("dropped", "cause_retracted")


@pytest.mark.parametrize("given", [{}, {"gift": "胶管或报警器一件"}, {"amount_fen": 5000}], ids=str)
async def test_a_customers_gift_or_credit_reaches_the_case(stage: Stage, gas: Company, given: Json) -> None:
    said = praise(stage, ComplaintSuggestionAdopted, kind="suggestion", answer="adopted")
    (row,) = await heard(stage, gas, said)
    row = await confirmed(stage, gas, row, amounts=given)
    case = await case_of(stage, gas, row)
    chosen = {name: value for name, value in case["amounts"].items() if value is not None}
    assert chosen == (given or {"gift": "安全用气礼包"})
    assert (case["subject_type"], case["subject"], case["chain"]) == ("customer", row["subject"], "office")


async def test_a_count_that_was_dismissed_is_not_proposed_again_by_another_who_counts(
    stage: Stage, gas: Company
) -> None:
    said: Json = {"person_id": gas.person("crew"), "year": 2025, "rule": "three_in_year", "count": 3}
    said |= {"clause": "penalty-4", "finding_id": uuid4(), "complaint_id": uuid4(), "occurred_at": stage.clock.now()}
    first, second = (ConsequenceProposed(**said, consequence_id=uuid4()) for _ in range(2))
    (row,) = await heard(stage, gas, first)
    await step(stage, gas, row, "dismiss", "office", reason="不成立")
    assert [one["state"] for one in await heard(stage, gas, second)] == ["dismissed", "withdrawn"]
    this_year = ConsequenceProposed(**{**said, "year": 2026}, consequence_id=uuid4())
    drafted = await heard(stage, gas, this_year)
    assert [one["state"] for one in drafted] == ["dismissed", "withdrawn", "drafted"], "the year is the fact's"
    after = await heard(stage, gas, ConsequenceRetracted(**first.model_dump()))
    assert [one["state"] for one in after] == ["dismissed", "drafted", "drafted"], "the second count holds by itself"
