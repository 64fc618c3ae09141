"""A person makes a draft a case, within the clause's range; refusals change nothing."""

import asyncio

from tests.incentive.integration.proposals.board import PROPOSALS, breach, heard, raised, refused, rows, step
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
