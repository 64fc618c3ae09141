"""The outbox: a fact is stored in the transaction of its change; only the relay publishes (reliability.md 2.2)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps
from shared.events.fact import Fact
from shared.observability import context

_COLUMNS = {
    "at": "timestamptz",
    "id": "uuid",
    "company": "text",
    "type": "text",
    "aggregate_type": "text",
    "aggregate_id": "uuid",
    "aggregate_version": "bigint",
    "matter_id": "uuid",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "hops": "smallint",
    "actor": "text",
    "traceparent": "text",
    "routing": "jsonb",
    "payload": "jsonb",
}


def record(fact: Fact, *, call: context.CallContext | None = None) -> dict[str, object]:
    """The outbox row of a fact as a JSON-able dict, for hot statements; correlation, actor and hops from `call`.

    Without `call` the current call context is taken; the matter falls back to the one that the call works on.
    """
    call = call or context.current()
    data = fact.payload.model_dump(mode="json")
    routing = data.pop("routing")
    return {
        "at": fact.time.isoformat(),
        "id": str(fact.event_id),
        "company": fact.company,
        "type": fact.type,
        "aggregate_type": fact.aggregate_type,
        "aggregate_id": str(fact.aggregate_id),
        "aggregate_version": fact.aggregate_version,
        "matter_id": _text(fact.matter_id or call.matter_id),
        "correlation_id": str(call.correlation_id),
        "causation_id": _text(call.causation_id),
        "hops": call.hops,
        "actor": call.actor,
        "traceparent": call.traceparent,
        "routing": routing,
        "payload": data,
    }


def insert_from_json(source: str, *, when: str | None = None) -> str:
    """SQL that inserts the rows of a JSON array of `record` dicts, in their order.

    `source` is a jsonb expression such as `$7::jsonb`; `when` a condition such as `exists (select 1 from changed)`,
    so that a data-modifying CTE inserts facts only of a change that took place.
    """
    names = ", ".join(_COLUMNS)
    typed = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    where = f" where {when}" if when else ""
    return f"insert into outbox ({names}) select {names} from jsonb_to_recordset({source}) as fact ({typed}){where}"  # noqa: S608


INSERT_FROM_JSON = insert_from_json("$1::jsonb")
"""The same with the array as first asyncpg parameter."""

_INSERT = text(insert_from_json("cast(cast(:facts as text) as jsonb)"))


async def add(session: AsyncSession, *facts: Fact) -> None:
    """Store facts in the session's transaction, after its change has locked the aggregate row (reliability.md 2.2)."""
    if facts:
        await session.execute(_INSERT, {"facts": dumps([record(fact) for fact in facts])})


async def add_records(connection: Any, records: Sequence[dict[str, object]]) -> None:
    """Store rows made by `record` on an asyncpg connection of the hot pool (json crosses as Python values)."""
    if records:
        await connection.execute(INSERT_FROM_JSON, list(records))


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
