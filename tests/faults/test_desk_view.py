"""The desk's view over real services, one of which is stopped, killed, slowed or mad: only its parts suffer.

Under load; the gateway reaches each service by a way of the test's own.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.topology import SERVICES
from tests.support.faults.fleet import PATIENCE_SECONDS, Process
from tests.support.faults.proxy import Mood, Way
from tests.support.faults.rig import Rig
from tests.support.world import Company

PARTS = {
    "customer": {
        *("customer", "tier", "promises", "team", "contacts", "orders", "hazards", "supply"),
        *("vulnerable_persons", "service_plans"),
    },
    "complaint": {"complaints", "authorities", "case_promises"},
    "callback": {"callbacks", "greetings", "entitlements"},
    "inspection": {"notices"},
    "incentive": {"staff"},
}
ALL = set().union(*PARTS.values())
DEADLINE_SECONDS = 1.5
SLACK_SECONDS = 0.5
"""By which a busy test machine may be late."""
FAULT_SECONDS = 1.5
RECOVERY_SECONDS = 20.0
READERS = 3
PAUSE_SECONDS = 0.25
_CUSTOMER = {
    "name": "王某某",
    "kind": "residential",
    "party": "individual",
    "phones": ["10012345678"],
    "premises": {"address": "城东区幸福路1号", "kind": "residence"},
}


@dataclass
class Scene:
    """The platform, one process each, and customers whom nobody has looked at yet."""

    rig: Rig
    door: httpx.AsyncClient
    company: Company
    processes: Mapping[str, Process]
    ways: Mapping[str, Way]
    known: str
    """A customer at whom the agent looked a moment ago."""
    unknown: list[str]

    async def look(self, customer_id: str, login: str = "agent") -> tuple[dict[str, Any], float]:
        """The view and the seconds that it took."""
        began = time.monotonic()
        answer = await self.door.get(f"/v1/desk/customers/{customer_id}", headers=self.company.headers(login))
        took = time.monotonic() - began
        assert answer.status_code == 200, answer.text
        return answer.json(), took

    async def healthy(self) -> None:
        """Wait until every part is ok again."""
        end = time.monotonic() + RECOVERY_SECONDS
        while (found := (await self.look(self.known))[0]) and statuses(found) != dict.fromkeys(ALL, "ok"):
            assert time.monotonic() < end, {name: part for name, part in found["parts"].items() if part["problem"]}
            await asyncio.sleep(0.2)


def statuses(view: dict[str, Any]) -> dict[str, str]:
    return {name: part["status"] for name, part in view["parts"].items()}


@asynccontextmanager
async def laid_out(rig: Rig) -> AsyncIterator[Scene]:
    """Five services and the gateway, started one by one."""
    company = await rig.company()
    await rig.directory(company)
    async with AsyncExitStack() as stack:
        processes = {service: await rig.serve(service, service) for service in SERVICES}
        ways = {name: await stack.enter_async_context(Way(one.port)) for name, one in processes.items()}
        places = {f"GASDESK_{name.upper()}_URL": way.url for name, way in ways.items()}
        gateway = await rig.fleet.start(
            "gateway", "gasdesk", "serve", "gateway", port_variable="GASDESK_GATEWAY_PORT", **places
        )
        await rig.fleet.answering(*SERVICES, "gateway")
        client = httpx.AsyncClient(base_url=gateway.url, timeout=20)
        door = await stack.enter_async_context(client)
        made = [await register(door, company, number) for number in range(len(FAULTS) * len(SERVICES) + 2)]
        scene = Scene(rig, door, company, processes, ways, made[0], made[1:-1])
        await told_of(rig, scene, made[-1])
        await scene.healthy()
        yield scene


async def told_of(rig: Rig, scene: Scene, newest: str) -> None:
    """Let the callback service hear of the customers, so that it knows what they are entitled to."""
    workers = {service: f"work-{service}" for service in ("customer", "callback")}
    for service, name in workers.items():
        await rig.work(name, service)
    end = time.monotonic() + PATIENCE_SECONDS
    while statuses((await scene.look(newest))[0])["entitlements"] != "ok":
        assert time.monotonic() < end
        await asyncio.sleep(0.2)
    await rig.fleet.end(*workers.values())


async def register(door: httpx.AsyncClient, company: Company, number: int) -> str:
    body = {**_CUSTOMER, "phones": [f"1001234{number:04d}"]}
    answer = await door.post("/v1/customers", json=body, headers=company.headers("clerk"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@asynccontextmanager
async def stopped(scene: Scene, service: str) -> AsyncIterator[None]:
    scene.processes[service].signal(signal.SIGSTOP)
    try:
        yield
    finally:
        scene.processes[service].signal(signal.SIGCONT)


@asynccontextmanager
async def killed(scene: Scene, service: str) -> AsyncIterator[None]:
    async with scene.rig.fleet.without(service):
        yield


def moody(mood: Mood) -> Callable[[Scene, str], Any]:
    @asynccontextmanager
    async def in_mood(scene: Scene, service: str) -> AsyncIterator[None]:
        scene.ways[service].turn(mood)
        try:
            yield
        finally:
            scene.ways[service].turn(Mood.CLEAR)

    return in_mood


FAULTS = {"stopped": stopped, "killed": killed, "slow": moody(Mood.SLOW), "mad": moody(Mood.MAD)}


async def under_load(scene: Scene, service: str, fresh: str) -> list[str]:
    """Read for a while with several readers; answers what was wrong."""
    wrong: list[str] = []
    until = time.monotonic() + FAULT_SECONDS

    async def read(customer_id: str, marks: set[str]) -> None:
        while time.monotonic() < until:
            view, took = await scene.look(customer_id)
            if took > DEADLINE_SECONDS + SLACK_SECONDS:
                wrong.append(f"{took:.2f} s")
            found = statuses(view)
            if {name for name, status in found.items() if status != "ok"} != PARTS[service]:
                wrong.append(f"marked {found}")
            if not {found[name] for name in PARTS[service]} <= marks:
                wrong.append(f"not {marks}: {found}")
            wrong.extend(unsound(view))
            await asyncio.sleep(PAUSE_SECONDS)

    async with asyncio.TaskGroup() as group:
        for _ in range(READERS - 1):
            group.create_task(read(scene.known, {"stale"}))
        group.create_task(read(fresh, {"unavailable"}))
    return wrong


def unsound(view: dict[str, Any]) -> list[str]:
    """Parts that are silently empty: every part has data, and a problem unless it is ok."""
    wrong = []
    for name, part in view["parts"].items():
        has_data, has_problem = part["data"] is not None, part["problem"] is not None
        expected = {"ok": (True, False), "stale": (True, True), "unavailable": (False, True)}[part["status"]]
        if (has_data, has_problem) != expected:
            wrong.append(f"{name}: {part}")
    return wrong


@pytest.fixture(scope="module")
async def scene(servers: Rig) -> AsyncIterator[Scene]:
    """One for the module: eight processes take a while to start."""
    async with laid_out(servers) as laid:
        yield laid
    await servers.fleet.end(*servers.fleet.processes)


async def test_one_service_in_trouble_marks_its_parts_and_no_other(scene: Scene) -> None:
    wrong: dict[str, list[str]] = {}
    for name, fault in FAULTS.items():
        for service in SERVICES:
            fresh = scene.unknown.pop()
            async with fault(scene, service):
                if found := await under_load(scene, service, fresh):
                    wrong[f"{service} {name}"] = found
            await scene.healthy()
    assert wrong == {}


def call_of(number: int, **then: Any) -> dict[str, Any]:
    """A call from one of the customers."""
    started = datetime.now(UTC).isoformat()
    return {"started_at": started, "phone": f"1001234{number:04d}", "summary": "来电", **then}


COMPLAINT = {"category": "staff_conduct", "summary": "维修人员态度生硬"}
ORDER = {"work": "consultation", "summary": "咨询用气"}


async def sent(scene: Scene, body: dict[str, Any], key: str) -> httpx.Response:
    headers = scene.company.headers("agent", key=key)
    return await scene.door.post("/v1/hotline/calls", json=body, headers=headers)


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code in {200, 201}, answer.text
    return {step["name"]: step["status"] for step in answer.json()["steps"]}


async def stored(scene: Scene, schema: str, table: str) -> int:
    connection = await scene.rig.connect(schema)
    try:
        statement = f"select count(*) from {table} where company = $1"  # our own names
        return int(await connection.fetchval(statement, scene.company.code))
    finally:
        await connection.close()


async def test_call_whose_case_failed_is_resumed_by_the_same_key_and_nothing_is_done_twice(scene: Scene) -> None:
    before = (await stored(scene, "customer", "contacts"), await stored(scene, "complaint", "complaints"))
    body, key = call_of(0, complaint=COMPLAINT), str(uuid4())
    async with scene.rig.fleet.without("complaint"):
        first = await sent(scene, body, key)
        assert first.status_code == 200
        steps = told(first)
        assert (steps["record_contact"], steps["link_contact"]) == ("done", "not_tried")
        assert steps["open_complaint"] in {"failed", "unknown"}
        assert first.json()["resume"]["missing"] == ["open_complaint", "link_contact"]
    await scene.healthy()
    second = await sent(scene, body, key)
    assert (second.status_code, second.json()["is_complete"]) == (201, True)
    assert told(second) == {"record_contact": "replayed", "open_complaint": "done", "link_contact": "done"}
    third = await sent(scene, body, key)
    assert set(told(third).values()) == {"replayed"}
    assert third.headers["idempotency-replayed"] == "true"
    after = (await stored(scene, "customer", "contacts"), await stored(scene, "complaint", "complaints"))
    assert after == (before[0] + 1, before[1] + 1)
    case = await scene.door.get(second.json()["steps"][1]["resource"], headers=scene.company.headers("agent"))
    contact = await scene.door.get(second.json()["steps"][0]["resource"], headers=scene.company.headers("agent"))
    assert case.json()["customer_id"] == contact.json()["customer_id"] == scene.known
    assert contact.json()["matter_id"] == case.json()["matter_id"]


async def test_case_that_was_opened_although_no_answer_came_is_found_by_the_same_key(scene: Scene) -> None:
    before = await stored(scene, "complaint", "complaints")
    body, key = call_of(0, complaint=COMPLAINT), str(uuid4())
    async with stopped(scene, "complaint"):
        first = await sent(scene, body, key)
        assert told(first) == {"record_contact": "done", "open_complaint": "unknown", "link_contact": "not_tried"}
    await scene.healthy()
    second = await sent(scene, body, key)
    assert second.status_code == 201, second.text
    assert told(second)["record_contact"] == "replayed"
    assert await stored(scene, "complaint", "complaints") == before + 1


async def test_key_of_a_call_with_a_case_takes_no_order(scene: Scene) -> None:
    key, call = str(uuid4()), call_of(0)
    before = await stored(scene, "customer", "service_orders")
    assert (await sent(scene, {**call, "complaint": COMPLAINT}, key)).status_code == 201
    body = {**call, "order": ORDER}
    other = await sent(scene, body, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await stored(scene, "customer", "service_orders") == before
    again = await sent(scene, body, str(uuid4()))
    assert (again.status_code, told(again)["create_order"]) == (201, "done"), again.text
    assert again.json()["steps"][1]["number"]
    assert await stored(scene, "customer", "service_orders") == before + 1
