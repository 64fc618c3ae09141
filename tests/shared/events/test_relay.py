"""The relay: batches, fallback, order, one active, refusals, outages (I3, reliability.md 2.2)."""

import asyncio
import random
import uuid

import pytest
from sqlalchemy import text

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events import dead_letters, outbox
from shared.events import relay as relay_module
from shared.events.bus import Bus
from shared.events.provision import StreamLimits, provision_streams
from shared.events.relay import Relay
from tests.shared.events.support import (
    ClockTried,
    Forged,
    Sessions,
    Tried,
    fact,
    now,
    publish_all,
    read,
    rows,
    running,
    state,
    unpublished,
    until,
)
from tests.support.servers import TestPostgres


async def test_rows_go_out_in_one_batch_and_order_when_many_wait(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus
) -> None:
    facts = [fact(company) for _ in range(40)] + [fact(company, payload=ClockTried())]
    await state(complaint_sessions, *facts)
    await publish_all(complaint_sessions, relay, company)

    items = await read(reporter, company, 41)
    assert [item.event.id for item in items] == [item.event_id for item in facts]
    stamped = await rows(
        complaint_sessions, "select stream_seq from outbox where company = :company order by seq", company=company
    )
    assert [row.stream_seq for row in stamped] == [item.seq for item in items]
    assert relay.stats.batches >= 1
    assert relay.stats.duplicates == 0


async def test_rows_go_out_singly_when_the_batch_holds_a_known_id(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus
) -> None:
    facts = [fact(company) for _ in range(5)]
    await state(complaint_sessions, *facts[:2])
    await publish_all(complaint_sessions, relay, company)
    async with complaint_sessions.begin() as session:  # as if the process had died between ack and stamp
        await session.execute(text("update outbox set published_at = null where company = :c"), {"c": company})
    await state(complaint_sessions, *facts[2:], fact(company, payload=Tried(note="last")))
    await publish_all(complaint_sessions, relay, company)

    assert relay.stats.duplicates == 2
    items = await read(reporter, company, 6)
    assert [item.event.id for item in items[:5]] == [item.event_id for item in facts]
    assert items[-1].event.data["note"] == "last"


async def test_versions_of_an_aggregate_keep_their_order_when_writers_compete(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus
) -> None:
    aggregates = [uuid.uuid4() for _ in range(5)]
    dice = random.Random(7)
    committed: set[tuple[uuid.UUID, int]] = set()
    async with complaint_sessions.begin() as session:
        for aggregate in aggregates:
            await session.execute(
                text("insert into customer_aliases values (:id, :company, :id, 0)"),
                {"id": aggregate, "company": company},
            )

    async def write() -> None:
        for _ in range(12):
            aggregate, pause, is_undone = dice.choice(aggregates), dice.random() * 0.01, dice.random() < 0.1
            async with complaint_sessions() as session:
                version = await session.scalar(
                    text("update customer_aliases set version = version + 1 where from_id = :id returning version"),
                    {"id": aggregate},
                )
                assert version is not None
                await outbox.add(session, fact(company, aggregate=aggregate, version=version))
                await asyncio.sleep(pause)
                if is_undone:
                    await session.rollback()
                else:
                    await session.commit()
                    committed.add((aggregate, version))

    async with running(relay):
        await asyncio.gather(*(write() for _ in range(8)))
    await publish_all(complaint_sessions, relay, company)

    items = await read(reporter, company, len(committed))
    seen = [(item.event.subject, item.event.aggregate_version) for item in items]
    assert set(seen) == committed
    for aggregate in aggregates:
        versions = [version for subject, version in seen if subject == aggregate]
        assert versions == sorted(versions)


async def test_one_relay_is_active_when_two_run(
    company: str,
    complaint_sessions: Sessions,
    relay: Relay,
    postgres: TestPostgres,
    complaint_bus: Bus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "STANDBY_SECONDS", 0.05)
    second = Relay(service="complaint", dsn=postgres.url("complaint"), bus=complaint_bus, now=now)
    async with running(second):
        async with running(relay):
            await until(lambda: relay.is_active or second.is_active)
            await asyncio.sleep(0.2)
            assert relay.is_active != second.is_active
        await until(lambda: second.is_active)  # whoever led, the one left leads now
        await state(complaint_sessions, fact(company))
        second.wake()

        async def is_done() -> bool:
            return await unpublished(complaint_sessions, company) == 0

        await until(is_done)


async def test_only_its_aggregate_waits_when_a_row_is_too_large(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "RETRY_REFUSED_SECONDS", 0.2)
    held = uuid.uuid4()
    large = fact(company, aggregate=held, payload=Tried(note="x" * 300_000))
    behind = fact(company, aggregate=held, version=2)
    others = [fact(company) for _ in range(3)]
    await state(complaint_sessions, large, others[0], behind, *others[1:])
    async with running(relay):

        async def is_settled() -> bool:
            return await unpublished(complaint_sessions, company) == 2

        await until(is_settled)
        assert [item.event.id for item in await read(reporter, company, 3)] == [item.event_id for item in others]
        async with complaint_sessions() as session:
            refused = [row for row in await dead_letters.list_refused(session) if row.aggregate_id == held]
        assert [row.id for row in refused] == [large.event_id]
        assert refused[0].attempts >= 1
        assert "bytes" in refused[0].refusal

        async with complaint_sessions.begin() as session:  # the operator mends the row
            await session.execute(
                text("""update outbox set payload = '{"note": "small"}' where id = :id"""), {"id": large.event_id}
            )

        async def is_done() -> bool:
            return await unpublished(complaint_sessions, company) == 0

        await until(is_done)
    last = (await read(reporter, company, 5))[3:]
    assert [item.event.aggregate_version for item in last] == [1, 2]


async def test_only_its_aggregate_waits_when_a_subject_is_forbidden(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus
) -> None:
    forged = fact(company, payload=Forged())
    behind = fact(company, aggregate=forged.aggregate_id, version=2)
    others = [fact(company) for _ in range(2)]
    await state(complaint_sessions, others[0], forged, behind, others[1])
    async with running(relay):

        async def is_settled() -> bool:
            return await unpublished(complaint_sessions, company) == 2 and relay.stats.refused == 1

        await until(is_settled, 15)
    assert [item.event.id for item in await read(reporter, company, 2)] == [item.event_id for item in others]
    found = await rows(complaint_sessions, "select refusal from outbox where id = :id", id=forged.event_id)
    assert found[0].refusal is not None
    assert "customer.forged" in found[0].refusal
    async with complaint_sessions.begin() as session:  # nothing of ours may wait behind this test
        await session.execute(text("update outbox set published_at = at where company = :c"), {"c": company})


async def test_the_outbox_holds_when_the_stream_is_full(
    company: str, complaint_sessions: Sessions, postgres: TestPostgres, own_nats: EmbeddedNats
) -> None:
    await provision_streams(own_nats.admin_url, limits=StreamLimits(max_bytes=20_000))
    bus = await Bus.connect(own_nats.url("complaint"), name="full")
    relay = Relay(service="complaint", dsn=postgres.url("complaint"), bus=bus, now=now)
    await state(complaint_sessions, *(fact(company, payload=Tried(note="x" * 2000)) for _ in range(20)))
    async with running(relay):
        await until(lambda: relay.stats.failures > 0)
        assert await unpublished(complaint_sessions, company) > 0
        await provision_streams(own_nats.admin_url)

        async def is_done() -> bool:
            return await unpublished(complaint_sessions, company) == 0

        await until(is_done)
    reader = await Bus.connect(own_nats.url("reporter"), name="full-reader")
    assert len(await read(reader, company, 20)) == 20
    await bus.close()
    await reader.close()


async def test_the_relay_goes_on_when_the_broker_comes_back(
    company: str, complaint_sessions: Sessions, postgres: TestPostgres, own_nats: EmbeddedNats
) -> None:
    await provision_streams(own_nats.admin_url)
    bus = await Bus.connect(own_nats.url("complaint"), name="restart")
    relay = Relay(service="complaint", dsn=postgres.url("complaint"), bus=bus, now=now)
    async with running(relay):
        await state(complaint_sessions, *(fact(company) for _ in range(3)))
        own_nats.kill()
        await state(complaint_sessions, *(fact(company) for _ in range(30)))
        await asyncio.sleep(0.3)
        own_nats.start()

        async def is_done() -> bool:
            return await unpublished(complaint_sessions, company) == 0

        await until(is_done, 20)
    reader = await Bus.connect(own_nats.url("reporter"), name="restart-reader")
    items = await read(reader, company, 33)
    assert len({item.event.id for item in items}) == 33
    await bus.close()
    await reader.close()
