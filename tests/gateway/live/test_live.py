"""Server-sent events over the real broker: what reaches whom, and nothing lost over a reconnect."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from deploy.gasdesk.embedded.nats import EmbeddedNats
from gateway.live import hub as hub_module
from gateway.live import routes as live_routes
from shared.contracts.base import EventPayload, Routing
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.envelope import encode
from shared.events.fact import Fact
from shared.events.topology import MSG_ID, subject_of
from tests.gateway.conftest import House, Opening, Person
from tests.shared.events.support import until
from tests.support.outbox_rows import as_read

PATIENT = {"deadline_ms": 10_000, "identity_ms": 10_000}
"""Nothing here is about being in time."""


class Tried(EventPayload):
    """A fact of these tests only."""

    TYPE = "complaint.tried"


@dataclass
class Frame:
    """One server-sent event."""

    id: str
    event: str
    data: Any


class Reporter:
    """Publishes as the complaint service does."""

    def __init__(self, bus: Bus, company: str) -> None:
        self.bus = bus
        self.company = company

    async def say(self, *, company: str | None = None, said: EventPayload | None = None, **routing: Any) -> str:
        """Publish one fact; answers its id."""
        payload = said or Tried(routing=Routing(**routing))
        fact = Fact(
            payload=payload,
            company=company or self.company,
            aggregate_type="tried",
            aggregate_id=uuid.uuid4(),
            aggregate_version=1,
            time=datetime.now(UTC),
        )
        row = as_read(outbox.record(fact), datetime.now(UTC))
        await self.bus.publish(
            subject_of(payload.TYPE, "complaint"), encode(row, "complaint"), {MSG_ID: str(row["id"])}
        )
        return str(fact.event_id)


@pytest.fixture
async def reporter(nats: EmbeddedNats, company: str) -> AsyncIterator[Reporter]:
    bus = await Bus.connect(nats.url("complaint"), name="test-live")
    yield Reporter(bus, company)
    await bus.close()


@pytest.fixture
async def live_house(open_house: Opening, nats: EmbeddedNats, reporter: Reporter) -> AsyncIterator[House]:
    async with open_house(nats_url=nats.url("gateway"), **PATIENT) as house:
        await heard(house)
        yield house


async def heard(house: House) -> None:
    """Wait until the gateway hears the broker."""
    await until(lambda: house.app.state.runtime.live.is_following)


@asynccontextmanager
async def listening(
    house: House, person: Person, last: str | None = None, *, query: str = ""
) -> AsyncIterator[AsyncIterator[Frame]]:
    headers = {**person.headers, **({"Last-Event-ID": last} if last else {})}
    async with asyncio.timeout(30), house.client.stream("GET", f"/v1/live?{query}", headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield frames_of(answer.aiter_lines())


async def frames_of(lines: AsyncIterator[str]) -> AsyncIterator[Frame]:
    said: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(":")
        if line:
            said[name] = value.strip()
        elif "event" in said:
            yield Frame(said.get("id", ""), said["event"], orjson.loads(said["data"]))
            said = {}


async def test_each_person_hears_what_their_scope_admits_and_nothing_else(
    live_house: House, reporter: Reporter
) -> None:
    agent = live_house.person("agent", posts=("csr",))
    leader = live_house.person("leader", team="t1")
    head = live_house.person("head", department="repair")
    office = live_house.person("office")
    told: dict[str, list[str]] = {}

    async def listen(name: str, person: Person, ready: asyncio.Event) -> None:
        async with listening(live_house, person) as frames:
            assert (await anext(frames)).event == "reset"
            ready.set()
            told[name] = [(await anext(frames)).data["id"]]
            while told[name][-1] != last.get(name):
                told[name].append((await anext(frames)).data["id"])

    people = {"agent": agent, "leader": leader, "head": head, "office": office}
    last: dict[str, str] = {}
    ready = {name: asyncio.Event() for name in people}
    tasks = [asyncio.create_task(listen(name, person, ready[name])) for name, person in people.items()]
    await asyncio.gather(*(event.wait() for event in ready.values()))
    await reporter.say(company="another", owner_id=agent.staff_id, team="t1", department="repair", posts=["csr"])
    own = await reporter.say(owner_id=agent.staff_id)
    team = await reporter.say(team="t1")
    department = await reporter.say(department="repair", team="t9")
    await reporter.say()
    end = await reporter.say(posts=["csr"], team="t1", department="repair")
    last |= dict.fromkeys(people, end)
    await asyncio.gather(*tasks)
    assert told["agent"] == [own, end]
    assert told["leader"] == [team, end]
    assert told["head"] == [department, end]
    assert len(told["office"]) == 5


async def test_reconnect_resumes_after_the_last_event_also_at_a_restarted_gateway(
    live_house: House, reporter: Reporter, open_house: Opening, nats: EmbeddedNats
) -> None:
    office = live_house.person("office")
    async with listening(live_house, office) as frames:
        await anext(frames)
        await reporter.say()
        first = await anext(frames)
    missed = [await reporter.say() for _ in range(5)]
    async with listening(live_house, office, first.id) as frames:
        assert (await anext(frames)).event == "resumed"
        assert [(await anext(frames)).data["id"] for _ in missed] == missed
    async with open_house(nats_url=nats.url("gateway"), **PATIENT) as restarted:
        await heard(restarted)
        again = restarted.person("office")
        async with listening(restarted, again, first.id) as frames:
            assert (await anext(frames)).event == "resumed"
            assert [(await anext(frames)).data["id"] for _ in missed] == missed


@pytest.mark.parametrize("last", ["garbage", "0.0.0.0.0", "9999999.0.0.0.0", "1.2.3"])
async def test_place_that_cannot_be_resumed_says_reset(
    open_house: Opening, nats: EmbeddedNats, reporter: Reporter, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_AT_START", 0)
    await reporter.say()
    async with open_house(nats_url=nats.url("gateway"), **PATIENT) as house:
        await heard(house)
        async with listening(house, house.person("office"), last) as frames:
            frame = await anext(frames)
        assert frame.event == "reset"
        assert hub_module.places_of(frame.id) is not None


async def test_stream_shows_life_and_ends_when_the_rights_end(
    live_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_routes, "HEARTBEAT", 0.1)
    monkeypatch.setattr(live_routes, "_TICK", 0.05)
    monkeypatch.setattr(live_routes, "_RECHECK", 0.5)
    office = live_house.person("office")
    async with asyncio.timeout(5), live_house.client.stream("GET", "/v1/live", headers=office.headers) as answer:
        lines = answer.aiter_lines()
        while not (await anext(lines)).startswith(": heartbeat"):
            pass
        office.roles.clear()
        live_house.app.state.runtime.principals._known.clear()
        remaining = [line async for line in lines]
        assert not any(line.startswith("event") for line in remaining)


async def test_draining_gateway_ends_its_streams(live_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_routes, "_TICK", 0.05)
    async with listening(live_house, live_house.person("office")) as frames:
        await anext(frames)
        live_house.app.state.is_draining = True
        assert [frame async for frame in frames] == []


async def test_client_that_takes_nothing_is_dropped_and_others_hear_on(live_house: House, reporter: Reporter) -> None:
    hub = live_house.app.state.runtime.live
    slow, quick = live_house.person("office"), live_house.person("office")
    scope = (await principal(live_house, slow)).scope("live.read")
    async with listening(live_house, quick) as frames:
        await anext(frames)
        with hub.subscribe(slow.staff_id, scope, None) as (subscriber, _):
            for _ in range(hub_module._QUEUE + 10):
                await reporter.say()
            for _ in range(hub_module._QUEUE + 10):
                await anext(frames)
            assert subscriber.is_dropped
            place = subscriber.place.decode()
        kept = b"".join([await subscriber.next(0.1) for _ in range(10)])
        last = kept.rpartition(b"id: ")[2].partition(b"\n")[0].decode()
        assert kept.count(b"id: ") == hub_module._QUEUE
        assert hub_module.places_of(place) != hub_module.places_of(last)
        async with listening(live_house, slow, last) as rest:
            assert (await anext(rest)).event == "resumed"
            assert [(await anext(rest)).event for _ in range(10)] == [Tried.TYPE] * 10


async def principal(house: House, person: Person) -> Any:
    return await house.app.state.runtime.principals.principal(person.token, on=datetime.now(UTC).date())


async def test_nobody_opens_more_than_ten_streams_and_reporters_none(live_house: House) -> None:
    runtime, office = live_house.app.state.runtime, live_house.person("office")
    scope = (await principal(live_house, office)).scope("live.read")
    opened = [runtime.live.subscribe(office.staff_id, scope, None) for _ in range(10)]
    for one in opened:
        one.__enter__()
    answer = await live_house.get(office, "/v1/live")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    for one in opened:
        one.__exit__(None, None, None)
    denied = await live_house.get(live_house.person("reporter"), "/v1/live")
    assert (denied.status_code, denied.json()["code"]) == (403, "permission_denied")


async def test_without_a_broker_the_stream_is_unavailable_and_the_rest_works(open_house: Opening) -> None:
    async with open_house(nats_url="nats://gateway:x@127.0.0.1:1") as house:
        answer = await house.get(house.person("office"), "/v1/live")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        ready = await house.client.get("/readyz")
        assert (ready.status_code, ready.json()["degraded"]) == (200, ["nats"])
