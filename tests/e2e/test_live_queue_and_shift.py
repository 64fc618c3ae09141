"""Live kinds, the queue and the change of shift on the real platform, whose time a test moves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from shared.policy.model import demo_staff_id
from tests.e2e.conftest import GASDESK, Platform
from tests.e2e.person import Person, until

COMPANY = "xxx-gas"


def staff(login: str) -> str:
    return str(demo_staff_id(COMPANY, login))


class Ear:
    """One open stream, read to its newest line in the background."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.ready = asyncio.Event()
        self.last = ""

    async def listen(self, person: Person, last: str | None, kinds: tuple[str, ...]) -> None:
        headers = person.headers(**({"Last-Event-ID": last} if last else {}))
        asked = {"kinds": list(kinds)}
        async with person.client.stream("GET", "/v1/live", params=asked, headers=headers, timeout=120) as answer:
            assert answer.status_code == 200, await answer.aread()
            said: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(":")
                if line:
                    said[name] = value.strip()
                elif said:
                    self._note(said)
                    said = {}

    def _note(self, said: dict[str, str]) -> None:
        self.last = said.get("id", self.last)
        if said.get("event") in {"reset", "resumed"}:
            self.ready.set()
        elif "event" in said:
            self.heard.put_nowait(json.loads(said["data"]))

    async def expect(self, kind: str, subject: str, seconds: float) -> dict[str, Any]:
        """The next message of that kind about that subject."""
        async with asyncio.timeout(seconds):
            while True:
                one = await self.heard.get()
                if one["kind"] == kind and subject in {one["subject"], one["data"].get("subject_id")}:
                    return one


@asynccontextmanager
async def listening(person: Person, *kinds: str, last: str | None = None) -> AsyncIterator[Ear]:
    ear = Ear()
    task = asyncio.create_task(ear.listen(person, last, kinds))
    try:
        async with asyncio.timeout(20):
            await ear.ready.wait()
        yield ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def advance(platform: Platform, by: str) -> None:
    command = await asyncio.create_subprocess_exec(GASDESK, "time", "advance", by, env=platform.environment)
    assert await command.wait() == 0


async def done(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()


async def test_assignment_warning_and_breach_are_heard_and_the_shift_is_handed_over(moved_platform: Platform) -> None:
    async with httpx.AsyncClient(base_url=moved_platform.state["gateway_url"], timeout=20) as client:
        logins = ("agent", "agent2", "clerk", "office", "crew", "hotlineleader")
        agent, agent2, clerk, office, crew, leader = [await Person.sign_in(client, login) for login in logins]
        home = {"name": "周知行", "kind": "residential", "premises": {"address": "人民路2号"}}
        customer = await done(await clerk.post("/v1/customers", home))
        case_id = await the_clocks_of_a_case_are_heard(moved_platform, agent, customer["id"])
        await the_crew_hears_of_its_order(agent, office, crew, customer["id"])
        await the_queue_answers_its_filters(agent, case_id)
        await the_shift_changes(agent, agent2, leader, case_id)


async def the_clocks_of_a_case_are_heard(platform: Platform, agent: Person, customer_id: str) -> str:
    async with listening(agent, "queue_new", "assignment", "warning", "breach") as ear:
        said = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}
        case = await done(await agent.post("/v1/complaints", {**said, "customer_id": customer_id}))
        await ear.expect("queue_new", case["id"], 2.0)
        await advance(platform, "5h")
        warned = await ear.expect("warning", case["id"], 5.0)
        assert warned["type"] == "sla.warned"
    await advance(platform, "4h")
    async with listening(agent, "breach", last=ear.last) as ear:
        assert (await ear.expect("breach", case["id"], 5.0))["type"] in {"sla.breached", "sla.escalated"}
    return str(case["id"])


async def the_crew_hears_of_its_order(agent: Person, office: Person, crew: Person, customer_id: str) -> None:
    taken = {"work": "consultation", "channel": "hotline", "summary": "咨询用气", "details": {}}
    order = await done(await agent.post("/v1/orders", {**taken, "customer_id": customer_id}))
    async with listening(crew, "assignment") as ear:
        to = {"assigned_ids": [staff("crew")]}
        await done(await office.post(f"/v1/orders/{order['id']}/dispatch", to, version=order["version"]))
        heard = await ear.expect("assignment", order["id"], 1.0)
        assert heard["type"] == "customer.order_dispatched"


async def the_queue_answers_its_filters(agent: Person, case_id: str) -> None:
    async def ids(**asked: Any) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await done(await agent.get("/v1/desk/queue", limit=2, **asked, **cursor))
            found += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    whole = await until(ids)
    assert case_id in whole
    assert case_id in await ids(kind="complaint", queue="mine", is_overdue="true", service="complaint")
    for asked in ({"is_overdue": "false"}, {"kind": "order"}, {"service": "callback"}, {"is_green_channel": "true"}):
        assert case_id not in await ids(**asked), asked
    assert case_id not in await ids(due_before="2020-01-01T00:00:00Z")


async def the_shift_changes(agent: Person, agent2: Person, leader: Person, case_id: str) -> None:
    async with listening(agent) as leaving, listening(agent2) as coming:
        note = {"note": "注意回电", "shift": "早班", "matters": [{"kind": "complaint", "id": case_id}]}
        told = await done(await agent.post("/v1/desk/shift-hand-overs", note))
        assert [step["status"] for step in told["steps"]] == ["done"] * 3, told
        made = told["hand_over"]
        assert case_id in [one["id"] for one in made["open_work"]]
        await coming.expect("queue_new", made["id"], 2.0)
        for person in (agent2, leader):
            seen = await done(await person.get("/v1/desk/shift-hand-overs"))
            assert [one["id"] for one in seen["waiting"]["data"]["items"]] == [made["id"]]
        path = f"/v1/shift-hand-overs/{made['id']}/take-over"
        await done(await agent2.post(path, {}, version=made["version"]))
        answered = await leaving.expect("answer", made["id"], 2.0)
        assert answered["type"] == "customer.shift_taken_over"
        await coming.expect("answer", made["id"], 2.0)
