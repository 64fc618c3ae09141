"""The audit chain against real Postgres: what is sealed, when, by whom."""

import asyncio
import random
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import sealer as sealer_module
from shared.audit.sealer import Sealer
from shared.audit.trail import record
from shared.database import create_engine
from shared.ids import new_id
from shared.observability.context import CallContext, bind
from tests.shared.audit.trail_support import NOW, Trail, active, eventually, sealed
from tests.support.servers import TestPostgres


async def test_rows_are_sealed_and_found_sound(trail: Trail) -> None:
    for count in (1, 3, 5):
        await trail.write(count)
        await trail.seal()
    await trail.write(2)
    report = await trail.verify(await trail.anchors())
    assert (report.rows, report.unsealed, report.seals, report.fault) == (9, 2, 3, None)
    assert report.is_sound


async def test_nothing_new_makes_no_seal_once_anchored(trail: Trail) -> None:
    await trail.seal()
    assert (await trail.verify()).seals == 0
    await trail.write()
    for _ in range(3):
        await trail.seal()
    assert (await trail.verify()).seals == 1


async def test_row_of_a_slow_transaction_is_never_skipped(trail: Trail) -> None:
    slow = await trail.connect()
    transaction = slow.transaction()
    await transaction.start()
    await trail.write(1, connection=slow)  # the older transaction
    await trail.write(1)  # commits first
    await trail.seal()
    assert (await trail.verify()).rows == 0
    await transaction.commit()
    await trail.seal()
    report = await trail.verify()
    assert (report.rows, report.unsealed, report.fault) == (2, 0, None)
    await slow.close()


async def test_rolled_back_row_leaves_no_gap(trail: Trail) -> None:
    await trail.write()
    transaction = trail.connection.transaction()
    await transaction.start()
    await trail.write()
    await transaction.rollback()
    await trail.write()
    await trail.seal()
    assert (await trail.verify()).rows == 2


async def test_every_row_is_sealed_once_under_concurrent_writers(trail: Trail) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(trail.sealer.run(stop))
    dice = random.Random(7)

    async def writer(seed: int) -> None:
        own = random.Random(seed)
        connection = await trail.connect()
        for _ in range(25):
            transaction = connection.transaction()
            await transaction.start()
            await trail.write(own.randint(1, 4), connection=connection)
            await asyncio.sleep(own.random() * 0.02)
            await (transaction.commit() if own.random() > 0.1 else transaction.rollback())
        await connection.close()

    await asyncio.gather(*(writer(dice.randint(0, 10**6)) for _ in range(8)))
    written = await trail.connection.fetchval("select count(*) from audit")
    await eventually(lambda: sealed(trail, written))
    stop.set()
    await asyncio.wait_for(running, 5)
    report = await trail.verify(await trail.anchors())
    assert (report.rows, report.unsealed, report.fault) == (written, 0, None)
    assert report.seals > 3


async def test_row_is_sealed_within_a_second(trail: Trail) -> None:
    stop = asyncio.Event()
    sealer = Sealer(service=trail.schema, dsn=trail.dsn, now=trail.moment)
    running = asyncio.create_task(sealer.run(stop))
    await eventually(lambda: active(sealer))
    for number in range(1, 4):
        await trail.write()
        began = asyncio.get_running_loop().time()
        await eventually(lambda number=number: sealed(trail, number))  # type: ignore[misc]
        assert asyncio.get_running_loop().time() - began < 1.5  # half a second of waiting, the rest for a busy machine
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_second_sealer_stands_by_and_takes_over(trail: Trail) -> None:
    first, second = trail.sealer, Sealer(service=trail.schema, dsn=trail.dsn, now=trail.moment, interval=0.05)
    stops = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(first.run(stops[0]))]
    await eventually(lambda: active(first))
    tasks.append(asyncio.create_task(second.run(stops[1])))
    await asyncio.sleep(0.3)
    assert not second.is_active
    stops[0].set()
    await eventually(lambda: active(second))
    await trail.write(3)
    await eventually(lambda: sealed(trail, 3))
    stops[1].set()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)


async def test_sealer_goes_on_after_its_connection_is_cut(trail: Trail) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(trail.sealer.run(stop))
    await eventually(lambda: active(trail.sealer))
    await trail.connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", f"{trail.schema}-sealer"
    )
    await trail.write()
    await eventually(lambda: sealed(trail, 1))
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_batches_end_between_transactions(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer_module, "_BATCH", 4)
    for count in (3, 3, 10, 1, 4, 5):
        await trail.write(count)
    await trail.seal()
    seals = await trail.connection.fetch("select row_count from audit_seals order by number")
    assert [seal["row_count"] for seal in seals] == [3, 6, 16, 17, 21, 26]
    assert (await trail.verify()).is_sound


async def test_head_is_anchored_each_minute_and_only_when_it_moved(trail: Trail) -> None:
    await trail.write()
    await trail.seal()
    await trail.write()
    await trail.seal()
    assert [anchor.number for anchor in await trail.anchors()] == [1]
    trail.moment.at += timedelta(seconds=61)
    await trail.seal()  # nothing new, but the second seal was never anchored: an empty seal carries it
    assert [anchor.number for anchor in await trail.anchors()] == [1, 3]
    trail.moment.at += timedelta(seconds=61)
    await trail.seal()
    assert [anchor.number for anchor in await trail.anchors()] == [1, 3]
    row = await trail.connection.fetchrow("select * from outbox order by seq desc limit 1")
    assert (row["type"], row["aggregate_type"], row["aggregate_version"]) == ("audit.anchored", "audit_chain", 3)
    assert row["payload"]["row_count"] == 2
    assert (await trail.verify(await trail.anchors())).is_sound


async def test_dump_restored_into_a_younger_cluster_is_noticed(trail: Trail) -> None:
    await trail.write()
    await trail.seal()
    await trail.connection.execute("update audit_seals set until_xid = '9000000000000'")
    with pytest.raises(sealer_module.ChainAheadError):
        await trail.sealer.step(trail.connection)


async def test_service_may_only_add_to_its_trail(postgres: TestPostgres, company: str) -> None:
    engine = create_engine(postgres.url("complaint"), application_name="test-audit", schema="complaint", pool_size=1)
    call = CallContext(correlation_id=new_id(), actor="staff-1")
    resource = uuid4()
    async with AsyncSession(engine) as session, session.begin():
        with bind(call):
            await record(
                session,
                company=company,
                action="x.done",
                at=NOW,
                resource_type="x",
                resource_id=resource,
                detail={"v": 1},
            )
    connection = await asyncpg.connect(postgres.dsn("complaint"))
    row = await connection.fetchrow("select * from audit where company = $1", company)
    assert row is not None
    assert (row["actor"], row["action"], row["resource_id"], row["detail"], row["trace_id"]) == (
        "staff-1", "x.done", resource, '{"v": 1}', call.trace_id,
    )  # fmt: skip
    for statement in (
        "update audit set actor = 'x'",
        "delete from audit",
        "truncate audit",
        "delete from audit_seals",
        "truncate audit_seals",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
    await engine.dispose()
