"""The outbox: stored with the change, by the session and by a hot statement; tables as the migration made them."""

import uuid

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.contracts.base import Routing
from shared.database import create_hot_pool, metadata_for
from shared.database.engine import sqlalchemy_url
from shared.events import outbox
from shared.events.relay import backlog
from shared.events.tables import event_tables
from shared.observability import context
from tests.shared.events.support import Sessions, Tried, fact, rows, state
from tests.support.servers import TestPostgres


async def stored(sessions: Sessions, company: str) -> list[object]:
    """The ids stored for a company, in the order of their sequence."""
    found = await rows(sessions, "select id from outbox where company = :c order by seq", c=company)
    return [row.id for row in found]


async def test_facts_are_stored_with_the_change_or_not_at_all(company: str, complaint_sessions: Sessions) -> None:
    kept, undone = [fact(company) for _ in range(3)], fact(company)
    await state(complaint_sessions, *kept)
    async with complaint_sessions() as session:
        await outbox.add(session, undone)
        await session.rollback()
    assert await stored(complaint_sessions, company) == [item.event_id for item in kept]


async def test_a_row_holds_the_fact_and_its_call(company: str, complaint_sessions: Sessions) -> None:
    made = fact(company, payload=Tried(note="n", routing=Routing(posts=["clerk"])), version=4)
    call = context.CallContext(correlation_id=uuid.uuid4(), actor="staff:1", hops=1, matter_id=uuid.uuid4())
    with context.bind(call):
        await state(complaint_sessions, made)
    (row,) = await rows(complaint_sessions, "select * from outbox where company = :c", c=company)
    assert (row.type, row.aggregate_id, row.aggregate_version) == ("complaint.tried", made.aggregate_id, 4)
    assert (row.at, row.published_at, row.attempts) == (made.time, None, 0)
    assert row.payload == {"note": "n"}
    assert row.routing["posts"] == ["clerk"]
    assert (row.correlation_id, row.actor, row.hops) == (call.correlation_id, "staff:1", 1)
    assert row.matter_id == call.matter_id


@pytest.mark.parametrize("is_done", [True, False])
async def test_a_hot_statement_stores_facts_only_of_a_change_that_took_place(
    company: str, complaint_sessions: Sessions, postgres: TestPostgres, is_done: bool
) -> None:
    facts = [fact(company), fact(company)]
    pool = await create_hot_pool(postgres.url("complaint"), application_name="test", schema="complaint", max_size=2)
    async with pool.acquire() as connection:
        await connection.execute(
            "with changed as (select 1 where $2), stated as ("
            + outbox.insert_from_json("$1::jsonb", when="exists (select 1 from changed)")
            + ") select 1 from changed",
            [outbox.record(item) for item in facts],
            is_done,
        )
        await outbox.add_records(connection, [])
        waiting, since = await backlog(connection)
    await pool.close()
    assert await stored(complaint_sessions, company) == ([item.event_id for item in facts] if is_done else [])
    assert waiting >= 0
    assert since is None or since.tzinfo is not None


def test_a_record_is_plain_json(company: str) -> None:
    record = outbox.record(fact(company))
    assert orjson.loads(orjson.dumps(record)) == record


async def test_the_tables_are_those_of_the_migration(postgres: TestPostgres) -> None:
    metadata = metadata_for("complaint")
    wanted: dict[str, set[str | None]] = {
        "schema": {"complaint"},
        "table": {table.name for table in event_tables(metadata)},
    }

    def compare(connection: Connection) -> list[object]:
        settings = {
            "include_schemas": True,
            "include_name": lambda name, kind, _: name in wanted.get(kind, {name}),
            "compare_type": True,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=settings), metadata))

    engine = create_async_engine(sqlalchemy_url(postgres.admin_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()
