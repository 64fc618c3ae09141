"""Kinds over the real broker: what each hears, the filter, resuming with it, and a socket that nobody reads."""

import asyncio
import socket
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.live import routes as live_routes
from gateway.live.hub import LiveHub
from shared.contracts.base import EventPayload, Routing
from shared.contracts.sla import ClockBreached, ClockEscalated, ClockStarted, ClockWarned
from shared.events.catalogue import catalogue
from tests.gateway.conftest import House, Person
from tests.gateway.live.test_live import Reporter, listening, live_house, reporter  # noqa: F401  # fixtures
from tests.shared.events.support import until

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def clock(owner_id: UUID, **place: Any) -> dict[str, Any]:
    """What every clock fact says."""
    ids = {"clock_id": uuid4(), "subject_type": "complaint", "subject_id": uuid4(), "metric": "response"}
    return ids | {
        "cycle": 1,
        "sequence": 1,
        "state": "running",
        "occurred_at": AT,
        "routing": Routing(owner_id=owner_id, **place),
    }


def facts(owner_id: UUID) -> list[EventPayload]:
    said = clock(owner_id, team="t1")
    return [
        ClockStarted(**said, started_at=AT, unit="natural", calendar="always", calendar_revision=1),
        ClockWarned(**said, level="50"),
        ClockBreached(**said, breached_at=AT, detected_at=AT, cause="deadline"),
        ClockEscalated(**said, level="1", trigger="breach", to_post="gm"),
    ]


async def kinds_of(house: House, person: Person, count: int, last: str | None = None, **asked: Any) -> list[str]:
    """The kinds of the next `count` events of a stream that is resumed."""
    query = "&".join(f"kinds={kind}" for kind in asked.get("kinds", ()))
    async with listening(house, person, last, query=query) as frames:
        assert (await anext(frames)).event == "resumed"
        return [(await anext(frames)).data["kind"] for _ in range(count)]


async def begun(house: House, person: Person) -> str:
    """A place from which to resume."""
    async with listening(house, person) as frames:
        return (await anext(frames)).id


async def test_each_hears_what_it_means_to_them_and_only_the_kinds_asked_for(
    live_house: House,  # noqa: F811
    reporter: Reporter,  # noqa: F811
) -> None:
    agent, leader = live_house.person("agent"), live_house.person("leader", team="t1")
    office = live_house.person("office", department="office")
    places = {one.token: await begun(live_house, one) for one in (agent, leader, office)}
    for fact in facts(agent.staff_id):
        await reporter.say(said=fact)
    everything = ["queue_new", "warning", "breach", "breach"]
    assert await kinds_of(live_house, agent, 4, places[agent.token]) == everything
    assert await kinds_of(live_house, leader, 4, places[leader.token]) == everything
    assert await kinds_of(live_house, office, 4, places[office.token]) == ["other", *everything[1:]]
    some = await kinds_of(live_house, agent, 2, places[agent.token], kinds=["warning", "queue_new"])
    assert some == ["queue_new", "warning"]
    refused = await live_house.get(agent, "/v1/live", kinds="gossip")
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")


async def test_what_the_filter_leaves_out_is_not_told_again_after_a_reconnect(
    live_house: House,  # noqa: F811
    reporter: Reporter,  # noqa: F811
) -> None:
    agent = live_house.person("agent")
    start = await begun(live_house, agent)
    started, warned, *_ = facts(agent.staff_id)
    for fact in (started, warned, started):
        await reporter.say(said=fact)
    async with listening(live_house, agent, start, query="kinds=warning") as frames:
        await anext(frames)
        first = await anext(frames)
        assert first.data["kind"] == "warning"
    await reporter.say(said=warned)
    assert await kinds_of(live_house, agent, 1, first.id, kinds=["warning"]) == ["warning"]
    assert await kinds_of(live_house, agent, 2, first.id) == ["queue_new", "warning"]


class Bulky(EventPayload):
    """A fact that fills a socket's buffers quickly."""

    TYPE = "complaint.bulky"

    text: str = "x" * 100_000


async def test_socket_that_nobody_reads_is_given_up_and_others_hear_on(
    live_house: House,  # noqa: F811
    reporter: Reporter,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_routes, "_SEND_SECONDS", 0.5)
    slow, quick = live_house.person("office"), live_house.person("office")
    hub: LiveHub = live_house.app.state.runtime.live
    connection = opened(live_house, slow)
    try:
        await until(lambda: len(hub._subscribers) == 1)
        async with listening(live_house, quick) as frames:
            await anext(frames)
            told = [await reporter.say(said=Bulky()) for _ in range(45)]  # more than the buffers of a socket hold
            heard = [(await anext(frames)).data["id"] for _ in told]
            assert heard == told
            await until(lambda: {one.staff_id for one in hub._subscribers} == {quick.staff_id})
    finally:
        connection.close()


def opened(house: House, person: Person) -> socket.socket:
    """A real connection that asks for the stream and then takes nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", house.port))
    asked = f"GET /v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: {person.headers['Authorization']}\r\n\r\n"
    connection.sendall(asked.encode())
    return connection


async def test_stream_tells_within_a_second(live_house: House, reporter: Reporter) -> None:  # noqa: F811
    agent = live_house.person("agent")
    async with listening(live_house, agent) as frames:
        await anext(frames)
        waiting = asyncio.ensure_future(anext(frames))
        await reporter.say(said=facts(agent.staff_id)[1])
        assert (await asyncio.wait_for(waiting, 1.0)).data["kind"] == "warning"


async def test_whoever_asked_hears_the_answer_though_it_lies_with_others(
    live_house: House,  # noqa: F811
    reporter: Reporter,  # noqa: F811
) -> None:
    agent, other = live_house.person("agent"), live_house.person("agent")
    places = {one.token: await begun(live_house, one) for one in (agent, other)}
    decided = appeal(agent.staff_id)
    await reporter.say(said=decided)
    await reporter.say(said=facts(other.staff_id)[1])
    assert await kinds_of(live_house, agent, 1, places[agent.token]) == ["answer"]
    assert await kinds_of(live_house, other, 1, places[other.token]) == ["warning"]


def appeal(appellant_id: UUID) -> EventPayload:
    """The decision about an appeal, which lies with the office."""
    model = catalogue()["complaint.appeal_decided"].model
    said = {name: example(field.annotation) for name, field in model.model_fields.items() if field.is_required()}
    return model(**said | {"appellant_id": appellant_id, "routing": Routing(posts=["service_office_director"])})


def example(kind: Any) -> Any:
    """Any value of a required field."""
    return {UUID: uuid4(), datetime: AT, int: 1, bool: False}.get(kind, "finding")
