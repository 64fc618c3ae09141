"""The desk's view over real services, one of which is stopped, killed, slowed or mad: only its parts suffer.

Under load; the gateway reaches each service by a way of the test's own.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

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
    "complaint": {"complaints", "authorities"},
    "callback": {"callbacks", "greetings", "entitlements"},
    "inspection": {"notices"},
    "incentive": {"staff"},
}
ALL = set().union(*PARTS.values())
DEADLINE_SECONDS = 1.5
SLACK_SECONDS = 0.5
"""By which a busy test machine may be late."""
FAULT_SECONDS = 2.0
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
        async with asyncio.timeout(PATIENCE_SECONDS):
            while statuses((await self.look(self.known))[0]) != dict.fromkeys(ALL, "ok"):  # noqa: ASYNC110  # other processes
                await asyncio.sleep(0.2)


def statuses(view: dict[str, Any]) -> dict[str, str]:
    return {name: part["status"] for name, part in view["parts"].items()}


@asynccontextmanager
async def laid_out(rig: Rig) -> AsyncIterator[Scene]:
    """Five services and the gateway, started one by one."""
    company = await rig.company()
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
        made = [await register(door, company, number) for number in range(len(FAULTS) * len(SERVICES) + 1)]
        scene = Scene(door, company, processes, ways, made[0], made[1:])
        await scene.healthy()
        yield scene


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
    """It is started again at once, which takes longer than the test looks on."""
    scene.processes[service].signal(signal.SIGKILL)
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


@pytest.fixture
async def scene(rig: Rig) -> AsyncIterator[Scene]:
    async with laid_out(rig) as laid:
        yield laid


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
