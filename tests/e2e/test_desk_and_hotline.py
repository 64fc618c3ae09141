"""The desk's day through the gateway, for a company that runs the `chaohu` pack."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Platform
from tests.e2e.person import Person, until

COLUMNS = [
    "客户编号",
    "客户名称",
    "客户类别",
    "客户性质",
    "联系电话",
    "用气地址",
    "区域",
    "小区",
    "表号",
    "开口气量",
    "日用气量",
    "标签",
]
ROWS = [
    [
        "C001",
        "欧阳明月",
        "民用",
        "个人",
        "10055550001",
        "巢湖市银屏路8号望湖苑3栋2单元501室",
        "银屏",
        "望湖苑",
        "MC001",
        "",
        "0.6",
        "",
    ],
    [
        "C002",
        "巢湖玻璃厂",
        "工业",
        "单位",
        "10055550002",
        "巢湖市工业大道12号",
        "工业区",
        "",
        "MC002",
        "3000",
        "1000",
        "",
    ],
    [
        "C003",
        "巢湖晚报社",
        "商业",
        "单位",
        "10055550003",
        "巢湖市人民路1号",
        "中心",
        "",
        "MC003",
        "60",
        "20",
        "新闻媒体",
    ],
    ["C004", "湖畔大酒店", "商业", "单位", "10055550004", "巢湖市滨湖路66号", "滨湖", "", "MC004", "800", "999", ""],
    ["C005", "小面馆", "商业", "个人", "10055550005", "巢湖市团结路5号", "中心", "", "MC005", "499", "30", ""],
]
TIERS = {"C001": "general", "C002": "vip", "C003": "key", "C004": "major", "C005": "general"}


@pytest.fixture(scope="session")
async def door(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway."""
    async with httpx.AsyncClient(base_url=platform.state["gateway_url"], timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
async def base(door: httpx.AsyncClient) -> dict[str, Any]:
    """The customers by number: imported, tiered, confirmed."""
    keeper, deputy = await Person.sign_in(door, "keeper@chaohu"), await Person.sign_in(door, "deputy@chaohu")
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *ROWS])
    accepted = await keeper.upload("/v1/customers/imports", "base.csv", text.getvalue().encode())
    assert accepted.status_code == 202, accepted.text
    job = accepted.json()
    done = await until(lambda: _state(keeper, f"/v1/customers/imports/{job['id']}", "done"))
    assert (done["created"], done["refused"]) == (len(ROWS), 0), done
    proposed = await keeper.post("/v1/tier-runs", {})
    assert proposed.status_code == 201, proposed.text
    run = proposed.json()
    run = await until(lambda: _state(keeper, f"/v1/tier-runs/{run['id']}", "proposed"))
    assert (await keeper.post(f"/v1/tier-runs/{run['id']}/confirm", {}, version=run["version"])).status_code == 403
    confirmed = await deputy.post(f"/v1/tier-runs/{run['id']}/confirm", {}, version=run["version"])
    assert confirmed.status_code == 200, confirmed.text
    await until(lambda: _state(keeper, f"/v1/tier-runs/{run['id']}", "confirmed"))
    listed = (await keeper.get("/v1/customers")).json()["items"]
    return {customer["number"]: customer for customer in listed}


async def _state(person: Person, path: str, wanted: str) -> Any:
    body = (await person.get(path)).json()
    return body if body["state"] == wanted else None


async def test_the_pack_decides_on_the_tiers(base: dict[str, Any]) -> None:
    assert {number: customer["tier"] for number, customer in base.items()} == TIERS


@pytest.mark.parametrize(
    "query",
    [
        {"phone": "10055550001"},
        {"number": "C001"},
        {"meter": "MC001"},
        {"q": "欧阳"},
        {"q": "望湖苑3栋"},
    ],
)
async def test_a_caller_is_recognised(door: httpx.AsyncClient, base: dict[str, Any], query: dict[str, str]) -> None:
    agent = await Person.sign_in(door, "agent@chaohu")
    found = (await agent.get("/v1/desk/lookup", **query)).json()
    text = str(found)
    assert base["C001"]["id"] in text
    assert "10055550001" not in text
    assert "欧阳明月" not in text


async def test_a_call_becomes_a_case_that_its_owner_may_answer(door: httpx.AsyncClient, base: dict[str, Any]) -> None:
    agent = await Person.sign_in(door, "agent@chaohu")
    started = datetime.now().astimezone().isoformat()
    heard = await agent.post("/v1/hotline/calls", {"phone": "10055550002", "started_at": started})
    assert heard.status_code == 201, heard.text
    view = heard.json()["view"]
    assert view["parts"]["customer"]["data"]["tier"] == "vip"
    case = (
        await agent.post(
            "/v1/complaints",
            {
                "channel": "hotline",
                "category": "supply",
                "summary": "窑炉供气压力不足",
                "customer_id": base["C002"]["id"],
            },
        )
    ).json()
    assert case["tier"] == "vip"
    merged = (await agent.get(f"/v1/desk/customers/{base['C002']['id']}")).json()
    assert {part["status"] for part in merged["parts"].values()} == {"ok"}
    assert case["id"] in str(merged["parts"]["complaints"]["data"])
    queue = (await agent.get("/v1/desk/queue")).json()
    assert case["id"] in {entry["id"] for entry in queue["items"]}
    contact = await agent.post(f"/v1/complaints/{case['id']}/contact", {"reason": "首次答复客户"})
    grant = contact.json()["grant"]
    path = f"/v1/customers/{base['C002']['id']}/reveal"
    shown = await agent.post(path, {"field": "phone", "grant": grant})
    assert shown.status_code in {200, 201}, shown.text
    assert "10055550002" in shown.text
    for other in ({"field": "phone", "grant": grant}, {"field": "phone", "grant": grant[:-4] + "AAAA"}):
        assert (await agent.post(path, other)).status_code in {403, 409}


async def test_another_company_sees_nothing(door: httpx.AsyncClient, base: dict[str, Any]) -> None:
    stranger = await Person.sign_in(door, "office")
    assert (await stranger.get(f"/v1/customers/{base['C001']['id']}")).status_code == 404
    found = await stranger.get("/v1/desk/lookup", phone="10055550001")
    assert found.status_code == 200
    assert base["C001"]["id"] not in found.text


async def test_live_tells_of_a_new_case(door: httpx.AsyncClient, base: dict[str, Any]) -> None:
    agent = await Person.sign_in(door, "agent@chaohu")
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def listen() -> None:
        async with door.stream("GET", "/v1/live", headers=agent.headers(), timeout=30) as stream:
            async for line in stream.aiter_lines():
                await heard.put(line)

    listening = asyncio.create_task(listen())
    await asyncio.wait_for(heard.get(), 10)
    body = {"channel": "hotline", "category": "meter", "summary": "表具读数异常", "customer_id": base["C005"]["id"]}
    case = (await agent.post("/v1/complaints", body)).json()
    async with asyncio.timeout(10):
        while case["id"] not in await heard.get():
            continue
    listening.cancel()


async def test_one_document_describes_every_operation(door: httpx.AsyncClient) -> None:
    document = (await door.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    for path in (
        "/v1/complaints/{complaint_id}/acknowledge",
        "/v1/customers/imports",
        "/v1/desk/queue",
        "/v1/staff/me",
    ):
        assert path in document["paths"]
