"""Amounts: each limit, splitting found and named, together and at once; a company's own compensation item."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from shared.policy.loader import load_pack
from shared.policy.store import store_packs
from tests.complaint.integration.delegation.house import (
    act,
    body_of,
    completed,
    customer,
    request,
    upload,
)
from tests.complaint.integration.judging import done, post
from tests.support.packs import CHAPTERS
from tests.support.world import Company, World

FEE = "priority_maintenance_fee"
OWN_ITEM = """
version: "2026.1"
name: 自有补偿项目
effective_on: 2010-10-01
approval:
  - {state: approved_inside, by: 办公室, on: 2010-09-01}
  - {state: approved_by_director, by: 区域服务总监, on: 2010-09-10}
  - {state: filed, by: 备案, on: 2010-09-20}
delegation:
  authorities:
    late_visit:
      name: 失约补偿
      category: compensation
      decided_by: [repair_team_leader]
      levels: [team_leader]
      conditions:
        record: {text: 有失约记录, proof: document}
      procedure:
        - {text: 当面致歉, post: repair_team_leader}
      money:
        amount_fen: 5000
        unit: 次
        waived: 失约补偿金
        limits:
          per_case_fen: 6000
          per_customer_month_fen: 20000
          per_person_month_fen: 30000
          split_window_days: 7
          splitting: refuse
          beyond: [leader_in_charge]
      clause: delegation-fee
    goodwill:
      name: 慰问
      category: compensation
      decided_by: [repair_team_leader]
      levels: [team_leader]
      procedure:
        - {text: 当面致歉, post: repair_team_leader}
      money:
        amount_fen: null
        unit: 次
        waived: 慰问金
        limits:
          per_case_fen: 10000
          per_customer_month_fen: 20000
          per_person_month_fen: 30000
          split_window_days: 7
          beyond: []
      clause: delegation-fee
"""


@pytest.fixture(scope="session")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of the company's own that adds items to the empty category."""
    folder = tmp_path_factory.mktemp("packs") / "own-comp"
    folder.mkdir()
    manifest = "code: own-comp\nname: 自有规章\nextends: xxx-gas\ncompanies:\n  own-comp: {name: 自有公司}\n"
    (folder / "pack.yaml").write_text(manifest)
    (folder / "complaint.yaml").write_text(OWN_ITEM)
    return folder


@pytest.fixture(scope="session")
async def own_pack(world: World, complaints: httpx.AsyncClient, own_folder: Path) -> str:
    """The same, stored."""
    pack = load_pack(own_folder, CHAPTERS)
    connection = await asyncpg.connect(world.postgres.admin_dsn, server_settings={"search_path": "complaint"})
    try:
        await store_packs(connection, [pack], now=datetime.now(UTC))
    finally:
        await connection.close()
    world.packs[pack.code] = pack  # type: ignore[index]
    return pack.code


@pytest.fixture
async def own(world: World, own_pack: str, company: str) -> Company:
    """A company that runs it."""
    return await world.company(f"{company}-own", own_pack)


async def check(client: httpx.AsyncClient, company: Company, code: str, login: str, **body: Any) -> dict[str, Any]:
    return await done(await post(client, company, f"/v1/authorities/{code}/check", login, body=body))


async def test_the_empty_category_works_and_takes_a_companys_own_items(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, own: Company
) -> None:
    shipped = await done(await complaints.get("/v1/authorities", headers=gas.headers("leader")))
    assert "compensation" in [one["code"] for one in shipped["categories"]]
    assert [one for one in shipped["items"] if one["category"] == "compensation"] == []
    empty = await done(await complaints.get("/v1/authorisations?category=compensation", headers=gas.headers("office")))
    assert empty["items"] == []
    mine = await done(await complaints.get("/v1/authorities", headers=own.headers("leader")))
    assert {one["code"] for one in mine["items"] if one["category"] == "compensation"} == {"late_visit", "goodwill"}
    body = await body_of(complaints, hot, own, "late_visit", "leader")
    one = await done(await request(complaints, own, "leader", body), 201)
    assert (one["amount_fen"], one["state"]) == (5000, "pending")
    assert [step["posts"] for step in one["steps"]] == [["customer_service_head"], ["gm"]]
    for login in ("head", "gm"):
        early = await act(complaints, own, one, "execute", "leader", result="已付")
        assert early.json()["code"] == "authority_steps_outstanding"
        one = await done(await act(complaints, own, one, "sign", login))
    one = await done(await act(complaints, own, one, "execute", "leader", result="已付"))
    assert (one["state"], one["executed_fen"], one["category"]) == ("completed", 5000, "compensation")


async def test_beyond_the_limit_of_a_case_it_goes_up(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    vip = await customer(hot, gas, tier="vip")
    within = await check(complaints, gas, FEE, "crew", customer_id=vip, amount_fen=20_000)
    assert (within["outcome"], [line["is_exceeded"] for line in within["limits"]]) == (
        "allowed_with_steps",
        [False] * 3,
    )
    beyond = await check(complaints, gas, FEE, "crew", customer_id=vip, amount_fen=20_001)
    assert (beyond["outcome"], beyond["goes_up_to"]) == ("goes_up", ["leader_in_charge"])
    assert "每次 200.00 元" in beyond["reasons"][0]
    body = {"authority": FEE, "reason": "大修", "facts": {}, "customer_id": vip, "amount_fen": 20_001}
    one = await done(await request(complaints, gas, "crew", body), 201)
    assert (one["exceeded"], one["posts"]) == (["case"], ["leader_in_charge"])
    used = await act(complaints, gas, one, "execute", "crew", result="已减免")
    assert used.json()["code"] == "authority_steps_outstanding"
    one = await done(await act(complaints, gas, one, "approve", "deputy"))
    one = await done(await act(complaints, gas, one, "execute", "crew", result="已减免"))
    assert (await completed(complaints, gas, one, "crew"))["state"] == "completed"


async def test_small_uses_for_one_customer_are_found_as_splitting(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    vip = await customer(hot, gas, tier="vip")
    body = {"authority": FEE, "reason": "检修", "facts": {}, "customer_id": vip, "amount_fen": 12_000}
    first = await done(await request(complaints, gas, "crew", body), 201)
    assert first["exceeded"] == []
    answer = await check(complaints, gas, FEE, "leader", customer_id=vip, amount_fen=12_000)
    assert (answer["outcome"], answer["split_with"]) == ("goes_up", [first["id"]])
    assert "拆分" in answer["reasons"][0]
    second = await done(await request(complaints, gas, "leader", body), 201)
    assert (second["exceeded"], second["split_with"]) == (["splitting"], [first["id"]])
    await done(await act(complaints, gas, second, "withdraw", "leader"))
    await done(await act(complaints, gas, first, "withdraw", "crew"))
    free = await check(complaints, gas, FEE, "leader", customer_id=vip, amount_fen=12_000)
    assert free["split_with"] == []


async def test_splitting_is_refused_where_the_pack_says_so(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, own: Company
) -> None:
    body = await body_of(complaints, hot, own, "late_visit", "leader")
    first = await done(await request(complaints, own, "leader", body), 201)
    refused = await request(complaints, own, "leader", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "authority_split")
    assert refused.json()["errors"][0]["pointer"] == "/quantity"
    answer = await check(complaints, own, "late_visit", "leader", customer_id=body["customer_id"], facts=body["facts"])
    assert (answer["outcome"], answer["split_with"]) == ("refused", [first["id"]])
    await done(await act(complaints, own, first, "withdraw", "leader"))
    over = await request(complaints, own, "leader", {**body, "quantity": 2})
    assert over.status_code == 201, "one use beyond the case's limit goes up"
    assert over.json()["exceeded"] == ["case"]


async def test_what_may_go_up_to_nobody_is_refused(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, own: Company
) -> None:
    body = {"authority": "goodwill", "reason": "慰问", "facts": {}, "customer_id": await customer(hot, own)}
    refused = await request(complaints, own, "leader", {**body, "amount_fen": 10_001})
    assert (refused.status_code, refused.json()["code"]) == (422, "authority_limit_exceeded")
    assert refused.json()["errors"][0]["pointer"] == "/amount_fen"
    nobody = {name: value for name, value in body.items() if name != "customer_id"}
    unlinked = await request(complaints, own, "leader", {**nobody, "amount_fen": 100})
    assert unlinked.json()["code"] == "authority_link_required"


async def test_a_persons_and_a_customers_month_are_limited(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, own: Company
) -> None:
    async def asked(code: str, customer_id: str, **more: Any) -> httpx.Response:
        body = {"authority": code, "reason": "慰问", "customer_id": customer_id, **more}
        return await request(complaints, own, "leader", body)

    one = await customer(hot, own)
    record = {"record": {"file_ids": [await upload(complaints, own, "leader")]}}
    await done(await asked("late_visit", one, quantity=2, facts=record), 201)
    await done(await asked("goodwill", one, amount_fen=10_000), 201)
    month = await asked("goodwill", one, amount_fen=1)
    assert month.status_code == 422
    answer = await check(complaints, own, "goodwill", "leader", customer_id=one, amount_fen=1)
    lines = {line["scope"]: line for line in answer["limits"]}
    assert lines["customer_month"] == {
        "scope": "customer_month", "limit_fen": 20_000, "used_fen": 20_000, "with_this_fen": 20_001,
        "is_exceeded": True,
    }  # fmt: skip
    await done(await asked("goodwill", await customer(hot, own), amount_fen=10_000), 201)
    person = await asked("goodwill", await customer(hot, own), amount_fen=1)
    assert (person.status_code, "每人每月" in person.json()["detail"]) == (422, True)


async def test_requests_at_once_cannot_pass_below_a_limit_together(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, own: Company
) -> None:
    one = await customer(hot, own)
    body = {"authority": "goodwill", "reason": "慰问", "facts": {}, "customer_id": one, "amount_fen": 3000}
    answers = await asyncio.gather(*(request(complaints, own, "leader", body) for _ in range(12)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == 3, "three times 30 yuan stay below 100"
    assert {answer.json()["code"] for answer in answers if answer.status_code != 201} == {"authority_split"}
