"""The desk's day through the gateway, for a company that runs the `chaohu` pack."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import GASDESK, Platform
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
CUSTOMER = {
    "name": "王小明",
    "kind": "residential",
    "party": "individual",
    "phones": ["10055550099"],
    "premises": {"address": "巢湖市银屏路9号", "kind": "residence"},
}
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


async def test_whoever_fits_more_of_what_is_known_comes_first(door: httpx.AsyncClient, base: dict[str, Any]) -> None:
    agent = await Person.sign_in(door, "agent@chaohu")
    known = {"phone": "0001", "name": "欧阳", "address": "银屏路", "meter": "MC005"}
    found = (await agent.get("/v1/desk/lookup", **known)).json()
    best, *others = found["items"]
    assert (best["id"], best["matched_ways"]) == (base["C001"]["id"], ["phone", "name", "address"])
    assert [(one["id"], one["matched_ways"]) for one in others] == [(base["C005"]["id"], ["meter"])]
    short = (await agent.get("/v1/desk/lookup", phone="10055550001", name="欧")).json()
    assert ([one["id"] for one in short["items"]], short["unanswered"][0]["way"]) == ([best["id"]], "name")


async def test_a_call_becomes_a_case_that_its_owner_may_answer(door: httpx.AsyncClient, base: dict[str, Any]) -> None:
    agent = await Person.sign_in(door, "agent@chaohu")
    said = {"category": "supply", "summary": "窑炉供气压力不足"}
    call = {"phone": "10055550002", "started_at": datetime.now().astimezone().isoformat(), "complaint": said}
    heard = await agent.post("/v1/hotline/calls", call)
    assert heard.status_code == 201, heard.text
    view = heard.json()["view"]
    assert view["parts"]["customer"]["data"]["tier"] == "vip"
    steps = {step["name"]: step for step in heard.json()["steps"]}
    assert {step["status"] for step in steps.values()} == {"done"}
    case = (await agent.get(steps["open_complaint"]["resource"])).json()
    assert (case["tier"], case["customer_id"]) == ("vip", base["C002"]["id"])
    assert steps["open_complaint"]["number"] == case["number"]
    contact = (await agent.get(steps["record_contact"]["resource"])).json()
    assert contact["matter_id"] == case["matter_id"]
    merged = (await agent.get(f"/v1/desk/customers/{base['C002']['id']}")).json()
    assert merged["is_complete"], merged
    assert {part["status"] for part in merged["parts"].values()} == {"ok"}
    (shown,) = merged["parts"]["complaints"]["data"]["items"]
    assert (shown["id"], shown["time_left_seconds"] > 0) == (case["id"], True)
    queue = (await agent.get("/v1/desk/queue")).json()
    assert case["id"] in {entry["id"] for entry in queue["items"]}
    granted = await agent.post(f"/v1/complaints/{case['id']}/contact", {"reason": "首次答复客户"})
    grant = granted.json()["grant"]
    path = f"/v1/customers/{base['C002']['id']}/reveal"
    revealed = await agent.post(path, {"field": "phone", "grant": grant})
    assert revealed.status_code in {200, 201}, revealed.text
    assert "10055550002" in revealed.text
    for other in ({"field": "phone", "grant": grant}, {"field": "phone", "grant": grant[:-4] + "AAAA"}):
        assert (await agent.post(path, other)).status_code in {403, 409}


async def test_the_view_tells_promises_people_supply_and_time_left(
    door: httpx.AsyncClient, base: dict[str, Any]
) -> None:
    agent, leader = await Person.sign_in(door, "agent@chaohu"), await Person.sign_in(door, "leader@chaohu")
    customer_id = base["C003"]["id"]
    started = datetime.now().astimezone().isoformat()
    order = {"work": "repair", "summary": "灶具打不着火", "details": {"fault": "ignition"}}
    heard = await agent.post("/v1/hotline/calls", {"customer_id": customer_id, "started_at": started, "order": order})
    assert heard.status_code == 201, heard.text
    off = {"kind": "unplanned", "cause": "third_party_damage", "description": "外力破坏", "area": {"district": "中心"}}
    gone = await leader.post("/v1/supply-interruptions", {**off, "started_at": started})
    assert gone.status_code == 201, gone.text
    view = (await agent.get(f"/v1/desk/customers/{customer_id}")).json()
    assert view["is_complete"], view
    data = {name: part["data"] for name, part in view["parts"].items()}
    (taken,) = data["orders"]["items"]
    assert taken["work"] == "repair"
    left = datetime.fromisoformat(taken["due_at"]) - datetime.fromisoformat(view["parts"]["orders"]["as_of"])
    assert taken["time_left_seconds"] == pytest.approx(left.total_seconds(), abs=1.5)
    promised = {(item["work"], item["metric"]) for item in data["promises"]["items"]}
    assert (data["promises"]["tier"], ("repair", "arrival") in promised) == ("key", True)
    assert [one["id"] for one in data["supply"]["items"]] == [gone.json()["id"]]
    me = (await agent.get("/v1/staff/me")).json()
    assert me["id"] in {one["id"] for one in data["staff"]["items"]}
    assert data["contacts"]["items"][0]["matter_id"] == taken["matter_id"]
    elsewhere = (await agent.get(f"/v1/desk/customers/{base['C001']['id']}")).json()
    assert elsewhere["parts"]["supply"]["data"]["items"] == []


async def test_a_canned_answer_is_found_by_words_and_given_in_the_same_call(
    door: httpx.AsyncClient, base: dict[str, Any]
) -> None:
    agent, office = await Person.sign_in(door, "agent@chaohu"), await Person.sign_in(door, "office@chaohu")
    today = datetime.now().astimezone().date().isoformat()
    text = {"topic": "billing", "question": "气费怎么算", "answer": "按表计量，阶梯计价。", "valid_from": today}
    draft = (await agent.post("/v1/standard-answers", {"code": "tariff", **text})).json()
    assert (await agent.get("/v1/desk/answers", q="气费")).json()["items"] == []
    approved = await office.post(f"/v1/standard-answers/{draft['id']}/approve", {}, version=draft["version"])
    assert approved.status_code == 200, approved.text
    (found,) = (await agent.get("/v1/desk/answers", q="气费 阶梯 没有的词", topic="billing")).json()["items"]
    assert (found["id"], found["matched_words"]) == (draft["id"], ["气费", "阶梯"])
    call = {"phone": "10055550005", "started_at": datetime.now().astimezone().isoformat(), "topic": "billing"}
    given = await agent.post("/v1/hotline/calls", {**call, "standard_answer_id": found["id"]})
    assert given.status_code == 201, given.text
    assert [(s["name"], s["status"]) for s in given.json()["steps"]] == [
        ("record_contact", "done"),
        ("use_answer", "done"),
    ]


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


async def test_time_left_is_by_the_platform_s_clock_and_authorities_are_mine(moved_platform: Platform) -> None:
    async with httpx.AsyncClient(base_url=moved_platform.state["gateway_url"], timeout=20) as door:
        agent, clerk = await Person.sign_in(door, "agent"), await Person.sign_in(door, "clerk")
        head = await Person.sign_in(door, "head")
        made = await clerk.post("/v1/customers", CUSTOMER)
        assert made.status_code == 201, made.text
        customer_id = made.json()["id"]
        body = {"channel": "hotline", "category": "staff_conduct", "summary": "态度生硬", "customer_id": customer_id}
        assert (await agent.post("/v1/complaints", body)).status_code == 201

        async def part(person: Person, name: str) -> Any:
            return (await person.get(f"/v1/desk/customers/{customer_id}")).json()["parts"][name]["data"]

        async def left() -> int:
            (case,) = (await part(agent, "complaints"))["items"]
            return int(case["time_left_seconds"])

        mine, theirs = await part(agent, "authorities"), await part(head, "authorities")
        assert mine["items"]
        promised = await part(agent, "case_promises")
        assert promised["tier"] == "general"
        assert {"response", "resolution"} <= {one["metric"] for one in promised["items"] if one["kind"] == "complaint"}
        assert {one["code"] for one in mine["items"]} != {one["code"] for one in theirs["items"]}
        assert all(one["may_decide"] for one in (*mine["items"], *theirs["items"]))
        before = await left()
        moving = await asyncio.create_subprocess_exec(
            GASDESK, "time", "advance", "10m", env=moved_platform.environment, stdout=-1, stderr=-1
        )
        out, err = await moving.communicate()
        assert moving.returncode == 0, out + err
        assert before > 600
        moved = await until(lambda: _less(left, before))
        assert before - moved == pytest.approx(600, abs=60)


async def _less(left: Callable[[], Awaitable[int]], before: int) -> int | None:
    now = await left()
    return now if now < before - 500 else None
