"""Every row of the matrix allows, and every condition of it refuses: generated from the pack."""

from typing import Any

import asyncpg
import httpx
import pytest

from services.complaint.policy_delegation import AuthorityCondition, ConditionProof
from tests.complaint.integration.delegation.house import (
    PATH,
    act,
    body_of,
    customer,
    login_of,
    pending,
    request,
    terms,
    used,
)
from tests.complaint.integration.judging import done, post
from tests.support.packs import complaint_chapter
from tests.support.world import Company

MATRIX = complaint_chapter("xxx-gas").delegation.authorities
CONDITIONS = [(code, name) for code, item in MATRIX.items() for name in item.conditions]


def requester_of(company: Company, code: str) -> str:
    """Who may decide by the pack."""
    return login_of(company, MATRIX[code].decided_by)


@pytest.mark.parametrize("code", MATRIX)
async def test_every_row_allows(complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, code: str) -> None:
    login = requester_of(gas, code)
    body = await body_of(complaints, hot, gas, code, login)
    question = {name: value for name, value in body.items() if name not in {"authority", "reason", "liaison"}}
    answer = await done(await post(complaints, gas, f"/v1/authorities/{code}/check", login, body=question))
    assert answer["outcome"] == ("allowed_with_steps" if answer["steps"] else "allowed")
    one = await used(complaints, hot, gas, code, login)
    assert (one["state"], one["executed_fen"]) == ("completed", one["amount_fen"])
    assert {step["done_by"] for step in one["steps"]}.isdisjoint({str(gas.person(login))})


@pytest.mark.parametrize(("code", "name"), CONDITIONS)
async def test_every_condition_refuses(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, code: str, name: str
) -> None:
    condition, login = MATRIX[code].conditions[name], requester_of(gas, code)
    body = await body_of(complaints, hot, gas, code, login)
    if condition.proof is ConditionProof.CONFIRMED:
        await _unconfirmed(complaints, gas, login, body, name)
        return
    for broken in await _broken(hot, gas, body, name, condition):
        refused = await request(complaints, gas, login, broken)
        assert (refused.status_code, refused.json()["code"]) == (422, "authority_condition_failed"), refused.text
        (error,) = refused.json()["errors"]
        assert error["pointer"] == f"/facts/{name}"
        assert condition.text in error["message"]
        question = {key: value for key, value in broken.items() if key not in {"authority", "reason", "liaison"}}
        answer = await done(await post(complaints, gas, f"/v1/authorities/{code}/check", login, body=question))
        assert (answer["outcome"], answer["failed"][0]["condition"]) == ("refused", name)
    listed = await done(await complaints.get(PATH, headers=gas.headers(login)))
    assert listed["items"] == []


async def _broken(
    hot: asyncpg.Pool, gas: Company, body: dict[str, Any], name: str, condition: AuthorityCondition
) -> list[dict[str, Any]]:
    rest = {key: fact for key, fact in body["facts"].items() if key != name}
    if condition.proof is ConditionProof.TIER:
        return [{**body, "customer_id": await customer(hot, gas)}, {**body, "customer_id": str(gas.person("gm"))}]
    broken: list[dict[str, Any] | None] = [None]
    if condition.proof is ConditionProof.DECLARED:
        broken.append({"is_declared": False})
    if condition.at_least is not None:
        broken.append({"number": condition.at_least - 1})
    if condition.at_most is not None:
        broken.append({"number": condition.at_most + 1})
    return [{**body, "facts": rest if fact is None else {**rest, name: fact}} for fact in broken]


async def _unconfirmed(
    complaints: httpx.AsyncClient, gas: Company, login: str, body: dict[str, Any], name: str
) -> None:
    one = await done(await request(complaints, gas, login, body), 201)
    waiting = [step for step in pending(one) if step["condition"] == name]
    assert len(waiting) == len(MATRIX[one["authority"]].conditions[name].confirmed_by)
    early = await act(complaints, gas, one, "execute", login, result="已办理")
    assert (early.status_code, early.json()["code"]) == (409, "authority_steps_outstanding")
    assert waiting[0]["text"] in early.json()["detail"]
    own = await act(complaints, gas, one, "sign", login, step=waiting[0]["code"])
    assert (own.status_code, own.json()["code"]) == (403, "authority_own_request")
    confirmer = login_of(gas, waiting[0]["posts"], apart_from=login)
    refused = await act(complaints, gas, one, "reject", confirmer, step=waiting[0]["code"], reason="情况不属实")
    assert (await done(refused))["state"] == "rejected"


async def test_tags_make_a_customer_key(complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company) -> None:
    for tag in MATRIX["priority_maintenance_fee"].conditions["standing"].tags:
        tagged = await customer(hot, gas, tags=(tag,))
        question = {"customer_id": tagged, "amount_fen": 5000}
        path = "/v1/authorities/priority_maintenance_fee/check"
        answer = await done(await post(complaints, gas, path, "crew", body=question))
        assert answer["failed"] == []


async def test_the_matrix_says_what_i_decide_and_what_goes_up(complaints: httpx.AsyncClient, gas: Company) -> None:
    mine = await done(await complaints.get("/v1/authorities", headers=gas.headers("crew")))
    shown = {one["code"]: one for one in mine["items"]}
    assert shown.keys() == MATRIX.keys()
    assert [one["code"] for one in mine["categories"]] == list(terms(gas).categories)
    assert shown["work_without_order"]["may_decide"]
    assert not shown["blocking_resident"]["may_decide"]
    assert shown["blocking_resident"]["goes_up_to"] == ["market_head", "gm"]
    heads = await done(await complaints.get("/v1/authorities", headers=gas.headers("markethead")))
    decided = {one["code"] for one in heads["items"] if one["may_decide"]}
    assert decided == {"blocking_resident", "earlier_work"}
    assert not [one for one in heads["items"] if one["category"] == "compensation"]
    unknown = await post(complaints, gas, "/v1/authorities/nothing/check", "crew", body={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "authority_not_found")


async def test_facts_that_do_not_belong_are_named(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "work_without_order", "crew")
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"facts": {**body["facts"], "mood": {"is_declared": True}}}, "authority_fact_unknown", "/facts/mood"),
        ({"facts": {**body["facts"], "fee_paid": {"is_declared": True}}}, "authority_fact_unknown", "/facts/fee_paid"),
        ({"amount_fen": 100}, "authority_amount_invalid", "/amount_fen"),
        ({"authority": "nothing"}, "authority_unknown", "/authority"),
        ({"order_department": "finance"}, "authority_order_department_invalid", "/order_department"),
        ({"complaint_id": str(gas.person("gm"))}, "authority_link_unknown", "/complaint_id"),
        ({"related_departments": ["nowhere"]}, "authority_department_unknown", "/related_departments"),
        ({"liaison": {"matter": "x", "owner_id": str(gas.person("gm")), "deadline_at": "2030-01-01T00:00:00Z"}},
         "authority_liaison_invalid", "/liaison"),
    ]  # fmt: skip
    for more, code, pointer in cases:
        refused = await request(complaints, gas, "crew", {**body, **more})
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer
    foreign = await body_of(complaints, hot, gas, "work_without_order", "agent")
    refused = await request(complaints, gas, "crew", foreign)
    assert refused.json()["code"] == "authority_file_unknown"
    assert await hot.fetchval("select count(*) from authorisations where company = $1", gas.code) == 0


async def test_matrix_for_a_customer_leaves_out_what_the_tier_does_not_allow(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    by_tier = {
        code: next(iter(one for one in item.conditions.values() if one.proof is ConditionProof.TIER), None)
        for code, item in MATRIX.items()
    }
    limited = {code: condition for code, condition in by_tier.items() if condition is not None}
    assert limited

    async def codes(customer_id: str | None = None) -> set[str]:
        query = {"customer_id": customer_id} if customer_id else {}
        answer = await complaints.get("/v1/authorities", params=query, headers=gas.headers("crew"))
        assert answer.status_code == 200, answer.text
        return {item["code"] for item in answer.json()["items"]}

    assert await codes() == set(MATRIX)
    assert await codes(await customer(hot, gas)) == set(MATRIX) - set(limited)
    for code, condition in limited.items():
        assert code in await codes(await customer(hot, gas, tier=condition.tiers[0]))
        assert code in await codes(await customer(hot, gas, tags=condition.tags[:1]))
