"""Following streams: ordered, resumable, over a restart of the broker, with the gateway's rights."""

import asyncio
from contextlib import aclosing, suppress
from uuid import UUID

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.bus import Bus, finish
from shared.events.live import SERVICE_STREAMS, follow, last_sequences
from shared.events.provision import provision_streams
from shared.events.relay import Relay
from tests.shared.events.support import ClockTried, Sessions, fact, now, publish_all, state
from tests.support.servers import TestPostgres


async def test_following_resumes_after_the_place_last_seen(
    company: str, complaint_sessions: Sessions, relay: Relay, nats: EmbeddedNats
) -> None:
    gateway = await Bus.connect(nats.url("gateway"), name="live")
    before = await last_sequences(gateway)
    assert set(before) == set(SERVICE_STREAMS)
    facts = [fact(company) for _ in range(10)] + [fact(company, payload=ClockTried())]
    await state(complaint_sessions, *facts)
    await publish_all(complaint_sessions, relay, company)

    seen = []
    for until in (4, 11):  # a client that comes back with its last event id
        async with asyncio.timeout(5), aclosing(follow(gateway, after=before)) as events:
            async for item in events:
                before[item.stream] = item.seq
                if item.event.company == company:
                    seen.append(item.event.id)
                if len(seen) == until:
                    break
    assert seen == [item.event_id for item in facts]
    await gateway.close()


async def test_following_begins_with_what_comes_next(
    company: str, complaint_sessions: Sessions, relay: Relay, nats: EmbeddedNats
) -> None:
    gateway = await Bus.connect(nats.url("gateway"), name="live-next")
    await state(complaint_sessions, fact(company))
    await publish_all(complaint_sessions, relay, company)
    async with asyncio.timeout(5), aclosing(follow(gateway)) as events:
        following = asyncio.create_task(anext(events))
        await asyncio.sleep(0.3)
        later = fact(company)
        await state(complaint_sessions, later)
        await publish_all(complaint_sessions, relay, company)
        item = await following
        while item.event.company != company:
            item = await anext(events)
    assert item.event.id == later.event_id
    await gateway.close()


async def test_following_goes_on_when_the_broker_restarts(
    company: str, complaint_sessions: Sessions, postgres: TestPostgres, own_nats: EmbeddedNats
) -> None:
    await provision_streams(own_nats.admin_url)
    gateway = await Bus.connect(own_nats.url("gateway"), name="live-restart")
    bus = await Bus.connect(own_nats.url("complaint"), name="live-restart-relay")
    relay = Relay(service="complaint", dsn=postgres.url("complaint"), bus=bus, now=now)
    facts = [fact(company) for _ in range(6)]
    seen: list[UUID] = []
    async with asyncio.timeout(20), aclosing(follow(gateway, after={"COMPLAINT": 0})) as events:
        await state(complaint_sessions, *facts[:3])
        await publish_all(complaint_sessions, relay, company)
        while len(seen) < 6:
            item = await anext(events)
            if item.event.company == company:
                seen.append(item.event.id)
            if len(seen) == 3 and item.event.id == facts[2].event_id:
                own_nats.kill()
                own_nats.start()
                await state(complaint_sessions, *facts[3:])
                await publish_all(complaint_sessions, relay, company)
    assert seen == [item.event_id for item in facts]
    await gateway.close()
    await bus.close()


async def test_a_task_ends_even_when_the_client_swallows_a_cancellation() -> None:
    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):  # as nats-py does around a flush
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await finish([task])
    assert task.cancelled()
