"""The chain of approval: order, own case, amendment, send back, reject; refusals change nothing."""

import asyncio

import pytest

from tests.incentive.integration.cases.board import (
    CASES,
    FOUR,
    again,
    do,
    grave,
    opened,
    refused,
    signed,
    sums,
    told,
)
from tests.incentive.integration.ledger.books import open_books
from tests.incentive.integration.proposals.board import file, raised
from tests.support.stage import Stage
from tests.support.world import Company


async def test_four_sign_in_their_order(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    assert (case["state"], case["step"], case["signer_ids"]) == ("signing", 1, [str(gas.person("head"))])
    assert (await stage.clocks(gas, f"{CASES}/{case['id']}"))["case_sign_1"]["state"] == "running"
    for login in ("deputy", "office", "gm"):
        assert await refused(stage, gas, case, "sign", login, opinion="同意") == (403, "incentive_not_your_step")
    for place, login in enumerate(FOUR, start=1):
        assert case["step"] == place
        case = await do(stage, gas, case, "sign", login, opinion=f"同意 {place}")
        if place < 4:
            assert await refused(stage, gas, case, "sign", login, opinion="再签") == (403, "incentive_not_your_step")
    assert (case["state"], case["month"]) == ("approved", "2026-11")
    clocks = await stage.clocks(gas, f"{CASES}/{case['id']}")
    assert {clocks[f"case_sign_{place}"]["state"] for place in range(1, 5)} == {"met"}
    assert clocks["case_told"]["state"] == "running"
    whole = await again(stage, gas, case)
    assert [one["opinion"] for one in whole["signatures"]] == [f"同意 {place}" for place in range(1, 5)]
    assert [fact["step"] for fact in await stage.facts(gas, "incentive.signed")] == [1, 2, 3, 4]
    assert await sums(stage, gas) == {}, "nothing before it takes effect"


async def test_of_fifty_signatures_of_one_step_one_counts(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    path, body = f"{CASES}/{case['id']}/sign", {"opinion": "同意"}
    answers = await asyncio.gather(
        *(stage.post(gas, path, body, login="head", version=case["version"]) for _ in range(50))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
    assert [one["step"] for one in (await again(stage, gas, case))["signatures"]] == [1]
    assert len(await stage.facts(gas, "incentive.signed")) == 1


async def test_a_signature_sent_twice_under_one_key_counts_once(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    path = f"{CASES}/{case['id']}/sign"
    first = await stage.post(gas, path, {"opinion": "同意"}, login="head", version=1, key="one")
    second = await stage.post(gas, path, {"opinion": "同意"}, login="head", version=1, key="one")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(await stage.facts(gas, "incentive.signed")) == 1


async def test_amounts_are_amended_within_the_clause_only(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    for amounts in ({"amount_fen": 50001}, {"department_points": 6}, {"points": 1}, {"head_amount_fen": 10000}):
        answer = await refused(stage, gas, case, "sign", "head", opinion="同意", amounts=amounts)
        assert answer == (422, "incentive_amount_outside_range"), amounts
    case = await do(stage, gas, case, "sign", "head", opinion="从重", amounts={"amount_fen": 30000})
    case = await do(stage, gas, case, "sign", "deputy", opinion="同意")
    assert case["amounts"]["amount_fen"] == 30000
    first, second = (await again(stage, gas, case))["signatures"]
    assert (first["amounts"]["amount_fen"], second["amounts"]["amount_fen"]) == (30000, 30000)


async def test_sent_back_it_is_mended_and_signed_anew(stage: Stage, gas: Company) -> None:
    case = await do(stage, gas, await opened(stage, gas), "sign", "head", opinion="同意")
    case = await do(stage, gas, case, "send-back", "deputy", reason="事实不清")
    assert case["state"] == "returned"
    assert await refused(stage, gas, case, "sign", "deputy", opinion="同意") == (
        409,
        "incentive_case_step_not_allowed",
    )
    assert await refused(stage, gas, case, "resubmit", "gm", facts="补充") == (403, "incentive_not_your_step")
    case = await do(stage, gas, case, "resubmit", "office", facts="补充证据后事实清楚", amounts={"amount_fen": 15000})
    assert (case["state"], case["round"], case["step"]) == ("signing", 2, 1)
    case = await signed(stage, gas, case)
    assert (case["state"], case["amounts"]["amount_fen"]) == ("approved", 15000)
    clocks = await stage.get(gas, f"{CASES}/{case['id']}/clocks")
    assert sorted((one["metric"], one["cycle"], one["state"]) for one in clocks["items"]) == sorted(
        [("case_sign_1", 1, "met"), ("case_sign_2", 1, "met"), ("case_returned", 1, "met")]
        + [(f"case_sign_{place}", 2, "met") for place in range(1, 5)]
        + [("case_told", 2, "running")]
    )


async def test_rejected_or_dropped_nothing_follows(stage: Stage, gas: Company) -> None:
    case = await do(stage, gas, await opened(stage, gas), "reject", "head", reason="不成立")
    assert (case["state"], case["signer_ids"]) == ("rejected", [])
    other = await do(stage, gas, await grave(stage, gas), "send-back", "deputy", reason="重复")
    other = await do(stage, gas, other, "drop", "officestaff", reason="撤销")
    assert (other["state"], other["ended_for"]) == ("dropped", "office")
    (fact,) = await stage.facts(gas, "incentive.dropped")
    assert fact["dropped_by"] == str(gas.person("officestaff"))
    assert await sums(stage, gas) == {}


@pytest.mark.parametrize(("person", "first"), [("head", "deputy"), ("crew", "deputy")])
async def test_level_three_charges_the_head_who_does_not_sign(
    stage: Stage, gas: Company, person: str, first: str
) -> None:
    case = await grave(stage, gas, person)
    assert case["head_id"] == (None if person == "head" else str(gas.person("head")))
    assert case["signer_ids"] == [str(gas.person(first))], "the head is named: the leader in charge signs for the head"
    assert await refused(stage, gas, case, "sign", "head", opinion="同意") == (403, "incentive_own_case")
    case = await do(stage, gas, case, "sign", "deputy", opinion="同意")
    assert case["signer_ids"] == [str(gas.person("committee"))] or str(gas.person("deputy")) not in case["signer_ids"]


async def test_nobody_signs_for_the_own_department(stage: Stage, gas: Company) -> None:
    answer = await raised(
        stage,
        gas,
        "department-measures",
        login="officestaff",
        department="customer_service",
        file_ids=[await file(stage, gas, "officestaff")],
    )
    row = answer.json()
    confirmed = await stage.post(
        gas, f"/v1/incentive-proposals/{row['id']}/confirm", {"opinion": "属实"}, login="office", version=1
    )
    assert confirmed.status_code == 200, confirmed.text
    case = await again(stage, gas, {"id": confirmed.json()["case_id"]})
    assert case["signer_ids"] == [str(gas.person("deputy"))], "not the head of the department that is charged"
    assert await refused(stage, gas, case, "sign", "head", opinion="同意") == (403, "incentive_own_case")


async def test_level_one_is_settled_in_the_department_without_money(stage: Stage, gas: Company) -> None:
    answer = await raised(stage, gas, "penalty-1-dress", login="leader", employee_id=str(gas.person("crew")))
    row = answer.json()
    confirmed = await stage.post(
        gas,
        f"/v1/incentive-proposals/{row['id']}/confirm",
        {"opinion": "属实", "amounts": {"points": 1}},
        login="office",
        version=1,
    )
    assert confirmed.status_code == 200, confirmed.text
    case = await told(stage, gas, await again(stage, gas, {"id": confirmed.json()["case_id"]}), "head")
    case = await do(stage, gas, case, "statement", "crew")
    assert case["state"] == "effective"
    crew = str(gas.person("crew"))
    assert await sums(stage, gas) == {("employee", crew, "points"): -1}


async def test_who_sees_a_case(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    for login, expected in {
        "crew": 200, "head": 200, "deputy": 200, "gm": 200, "auditor": 200, "markethead": 404, "account": 404,
    }.items():  # fmt: skip
        answer = await stage.client.get(f"{CASES}/{case['id']}", headers=gas.headers(login))
        assert answer.status_code == expected, login
    assert [one["id"] for one in (await stage.get(gas, CASES, login="head", lies_with_me=True))["items"]] == [
        case["id"]
    ]
    assert (await stage.get(gas, CASES, login="gm", lies_with_me=True))["items"] == []
    work = await stage.get(gas, "/v1/work", login="head")
    assert ("incentive_case", case["id"]) in {(one["kind"], one["id"]) for one in work["items"]}


async def test_the_form_says_who_what_and_why(stage: Stage, gas: Company) -> None:
    await open_books(stage, gas)
    case = await do(stage, gas, await grave(stage, gas), "sign", "deputy", opinion="情况属实，同意")
    form = await stage.get(gas, f"{CASES}/{case['id']}/form")
    assert (form["subject"]["name"], form["subject"]["posts"]) == ("马铁军", ["户内维修员"])
    assert form["subject"]["entry_on"] == "2018-03-12"
    assert [one["name"] for one in form["others"]] == ["何静波"]
    assert form["provision"] == "处理不当引发投诉"
    assert [(one["name"], one["signer"]) for one in form["opinions"]] == [
        ("部门负责人", "沈怀谨"), ("部门分管领导", None), ("服务管理办公室", None), ("总经理", None),
    ]  # fmt: skip
