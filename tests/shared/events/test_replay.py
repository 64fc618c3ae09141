"""Losing the broker: the outbox refills it, and effects stay exact (I4); export and tail."""

import shutil
import uuid
from contextlib import aclosing

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.bus import Bus
from shared.events.consumer import Consumer, Pace
from shared.events.envelope import Event
from shared.events.provision import provision_streams
from shared.events.relay import Relay
from shared.events.replay import Selection, export, replay
from shared.events.tail import line, tail
from tests.shared.events.support import (
    TRIED,
    Sessions,
    Tried,
    fact,
    leave_a_mark,
    marks,
    now,
    publish_all,
    read,
    rows,
    running,
    state,
    until,
)
from tests.support.servers import TestPostgres


async def test_effects_are_exact_when_the_brokers_store_is_lost(
    company: str,
    complaint_sessions: Sessions,
    customer_sessions: Sessions,
    postgres: TestPostgres,
    own_nats: EmbeddedNats,
) -> None:
    await provision_streams(own_nats.admin_url)
    complaint_bus = await Bus.connect(own_nats.url("complaint"), name="lost-complaint")
    customer_bus = await Bus.connect(own_nats.url("customer"), name="lost-customer")
    url = postgres.url("complaint")
    relay = Relay(service="complaint", dsn=url, bus=complaint_bus, now=now)
    seen: list[uuid.UUID] = []

    async def only_some(session: AsyncSession, event: Event) -> None:
        seen.append(event.id)
        await leave_a_mark(session, event)

    def consumer() -> Consumer:
        return Consumer(
            service="customer",
            stream="COMPLAINT",
            bus=customer_bus,
            sessions=customer_sessions,
            handlers={TRIED: only_some},
            now=now,
            pace=Pace(batch=10, first_delay=0.05, fetch_timeout=0.2),
        )

    began = now()
    facts = [fact(company) for _ in range(60)]
    await state(complaint_sessions, *facts[:30])
    await publish_all(complaint_sessions, relay, company)
    async with running(consumer()):
        await until(lambda: len(seen) >= 30)
    await state(complaint_sessions, *facts[30:])
    await publish_all(complaint_sessions, relay, company)  # acknowledged, never consumed, and then lost

    own_nats.kill()
    shutil.rmtree(own_nats.store)
    own_nats.start()
    await until(lambda: complaint_bus.is_connected and customer_bus.is_connected)
    await provision_streams(own_nats.admin_url)
    report = await replay(service="complaint", dsn=url, bus=complaint_bus, selection=Selection(since=began))
    assert report.sent >= 60
    assert report.duplicates == 0
    async with running(consumer()):

        async def took_effect() -> bool:  # a handler that was called has not committed yet
            return len(await marks(customer_sessions, company)) >= 60

        await until(took_effect)
    assert sorted(await marks(customer_sessions, company)) == sorted(item.event_id for item in facts)

    reader = await Bus.connect(own_nats.url("reporter"), name="lost-reader")
    items = await read(reader, company, 60)
    places = await rows(
        complaint_sessions, "select id, stream_seq from outbox where company = :c order by seq", c=company
    )
    assert [(row.id, row.stream_seq) for row in places] == [(item.event.id, item.seq) for item in items]
    for bus in (complaint_bus, customer_bus, reader):
        await bus.close()


async def test_export_gives_published_events_as_they_travelled(
    company: str, complaint_sessions: Sessions, relay: Relay, postgres: TestPostgres
) -> None:
    facts = [fact(company, payload=Tried(note=str(place))) for place in range(5)]
    await state(complaint_sessions, *facts)
    await publish_all(complaint_sessions, relay, company)
    await state(complaint_sessions, fact(company))
    selection = Selection(types=(TRIED,), since=facts[0].time)
    lines = export(service="complaint", dsn=postgres.url("complaint"), selection=selection)
    events = [event async for line in lines if (event := orjson.loads(line))["company"] == company]
    assert [event["id"] for event in events] == [str(item.event_id) for item in facts]
    assert [event["data"]["note"] for event in events] == ["0", "1", "2", "3", "4"]
    await publish_all(complaint_sessions, relay, company)


async def test_tail_shows_what_is_asked_for(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus
) -> None:
    await state(complaint_sessions, fact("another"), fact(company, payload=Tried(note="seen")))
    await publish_all(complaint_sessions, relay, company)
    after = {"COMPLAINT": 0}
    shown = tail(reporter, streams=("COMPLAINT",), after=after, types=("complaint",), company=company)
    async with aclosing(shown) as items:
        item = await anext(items)
    assert f"{company} complaint.tried" in line(item)
    assert '"note":"seen"' in line(item) or item.event.data["note"] == "seen"
