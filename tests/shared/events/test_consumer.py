"""The consumer: one effect, version gate, chain of causes, outages (I5, I6, style.md 6)."""

import uuid
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.tables import access_tables
from shared.errors import NotFoundError
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.envelope import Event, encode
from shared.events.projection import project
from shared.events.relay import Relay
from shared.events.replay import Selection, replay
from shared.observability import context
from tests.shared.events.support import (
    TRIED,
    Sessions,
    fact,
    leave_a_mark,
    marks,
    publish_all,
    publish_raw,
    row,
    rows,
    running,
    state,
    until,
)
from tests.support.servers import TestPostgres

ALIASES = next(table for table in access_tables(MetaData()) if table.name == "customer_aliases")


async def test_an_event_takes_effect_once_when_the_stream_is_replayed_twice(
    company: str,
    complaint_sessions: Sessions,
    customer_sessions: Sessions,
    complaint_bus: Bus,
    postgres: TestPostgres,
    relay: Relay,
    consume: Any,
) -> None:
    facts = [fact(company) for _ in range(20)]
    await state(complaint_sessions, *facts)
    await publish_all(complaint_sessions, relay, company)
    selection = Selection(ids=tuple(item.event_id for item in facts))
    url = postgres.url("complaint")
    for _ in range(2):
        report = await replay(service="complaint", dsn=url, bus=complaint_bus, selection=selection, fresh=True)
        assert (report.sent, report.duplicates, report.refused) == (20, 0, 0)
    again = await replay(service="complaint", dsn=url, bus=complaint_bus, selection=selection)
    assert (again.sent, again.duplicates) == (0, 20)

    first, second = consume({TRIED: leave_a_mark}), consume({TRIED: leave_a_mark}, lanes=4)
    async with running(first, second):
        await until(lambda: sum(part.stats.applied + part.stats.duplicates for part in (first, second)) >= 60)
    assert sorted(await marks(customer_sessions, company)) == sorted(item.event_id for item in facts)


async def test_the_effect_is_undone_and_repeated_when_the_handler_fails_once(
    company: str, complaint_sessions: Sessions, customer_sessions: Sessions, relay: Relay, consume: Any
) -> None:
    calls: list[UUID] = []

    async def fail_once(session: AsyncSession, event: Event) -> None:
        await leave_a_mark(session, event)
        calls.append(event.id)
        if len(calls) == 1:
            raise NotFoundError("客户尚未到达")

    consumer = consume({TRIED: fail_once})
    await state(complaint_sessions, fact(company))
    await publish_all(complaint_sessions, relay, company)
    async with running(consumer):
        await until(lambda: consumer.stats.applied == 1)
    assert len(calls) == 2
    assert len(await marks(customer_sessions, company)) == 1
    assert consumer.stats.retried == 1


@pytest.mark.parametrize("order", [(3, 1, 2), (1, 3, 2), (2, 3, 1)])
async def test_a_projection_ends_at_the_newest_version_whatever_the_order(
    company: str, complaint_bus: Bus, customer_sessions: Sessions, consume: Any, order: tuple[int, ...]
) -> None:
    subject = uuid.uuid4()
    target = {version: uuid.uuid4() for version in order}
    written: list[bool] = []

    async def gate(session: AsyncSession, event: Event) -> None:
        values = {
            "from_id": event.subject,
            "company": event.company,
            "to_id": target[event.aggregate_version],
            "version": event.aggregate_version,
        }
        written.append(await project(session, ALIASES, values, key=("from_id",)))

    for version in order:
        await publish_raw(complaint_bus, encode(row(company, aggregate=subject, version=version), "complaint"))
    async with running(consume({TRIED: gate})):
        await until(lambda: len(written) == 3)
    found = await rows(customer_sessions, "select to_id, version from customer_aliases where from_id = :i", i=subject)
    assert [(item.to_id, item.version) for item in found] == [(target[3], 3)]


async def test_an_unknown_type_is_acked_and_counted(
    company: str, complaint_sessions: Sessions, customer_bus: Bus, relay: Relay, consume: Any
) -> None:
    consumer = consume({})
    await state(complaint_sessions, *(fact(company) for _ in range(5)))
    await publish_all(complaint_sessions, relay, company)

    async def is_settled() -> bool:
        info = await customer_bus.api("CONSUMER.INFO.COMPLAINT.customer")
        return bool(info["num_ack_pending"] == 0 and info["num_pending"] == 0)

    async with running(consumer):
        await until(is_settled)
    assert consumer.stats.unknown[TRIED] == 5


async def test_what_follows_from_an_event_carries_its_chain(
    company: str, complaint_sessions: Sessions, customer_sessions: Sessions, relay: Relay, consume: Any
) -> None:
    call = context.CallContext(
        correlation_id=uuid.uuid4(), actor="staff:1", hops=2, matter_id=uuid.uuid4(), traceparent="00-a-b-01"
    )
    seen: list[Event] = []

    async def follow_up(session: AsyncSession, event: Event) -> None:
        seen.append(event)
        await outbox.add(session, fact(event.company))

    with context.bind(call):
        await state(complaint_sessions, fact(company))
    await publish_all(complaint_sessions, relay, company)
    async with running(consume({TRIED: follow_up})):
        await until(lambda: bool(seen))
    (event,) = seen
    assert (event.correlation_id, event.hops, event.matter_id) == (call.correlation_id, 2, call.matter_id)

    async def is_stored() -> bool:
        return bool(await rows(customer_sessions, "select 1 from outbox where company = :c", c=company))

    await until(is_stored)
    (next_row,) = await rows(customer_sessions, "select * from outbox where company = :c", c=company)
    assert (next_row.correlation_id, next_row.causation_id) == (call.correlation_id, event.id)
    assert (next_row.hops, next_row.matter_id, next_row.actor) == (3, call.matter_id, "staff:1")


async def test_events_wait_when_the_database_cannot_be_reached(
    company: str, complaint_sessions: Sessions, customer_sessions: Sessions, relay: Relay, consume: Any
) -> None:
    outages = 5

    async def no_database(session: AsyncSession, event: Event) -> None:
        nonlocal outages
        outages -= 1
        if outages >= 0:
            raise ConnectionRefusedError("down")
        await leave_a_mark(session, event)

    consumer = consume({TRIED: no_database})
    await state(complaint_sessions, fact(company))
    await publish_all(complaint_sessions, relay, company)
    async with running(consumer):
        await until(lambda: consumer.stats.applied == 1)
    assert consumer.stats.dead == 0
    assert len(await marks(customer_sessions, company)) == 1


def test_a_batch_above_the_servers_limit_is_refused(consume: Any) -> None:
    with pytest.raises(ValueError, match="max_ack_pending"):
        consume({}, batch=257)
