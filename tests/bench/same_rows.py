"""The rows that one intake writes, read back from a real one, as the statements of the floors: equal work."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

WHERE = {
    "complaints": "id = $1",
    "complaint_steps": "complaint_id = $1",
    "idempotency": "resource_id = $1",
    "clocks": "subject_id = $1",
    "clock_events": "clock_id in (select id from clocks where subject_id = $1)",
    "outbox": "matter_id = $1",
    "audit": "resource_id = $1",
}
_COLUMNS = """
select column_name, data_type from information_schema.columns
where table_schema = current_schema and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'
  and column_name <> 'xid' order by ordinal_position
"""
_CASE = "(select id from made)"
_FRESH = {"id": "uuidv7()", "number": "'F' || nextval('complaint_numbers')", "key": "uuidv7()::text"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: each a map of column to SQL literal."""

    table: str
    types: dict[str, str]
    rows: list[dict[str, str]]

    @property
    def head(self) -> str:
        """`insert into … (…)`."""
        return f"insert into {self.table} ({', '.join(self.types)})"


async def read_back(connection: Any, case_id: UUID) -> dict[str, Rows]:
    """What the intake of a case wrote, by table."""
    found = {}
    for table, where in WHERE.items():
        types = {row["column_name"]: row["data_type"] for row in await connection.fetch(_COLUMNS, table)}
        columns = ", ".join(f"quote_nullable({name}::text) as {name}" for name in types)
        rows = await connection.fetch(f"select {columns} from {table} where {where}", case_id)
        found[table] = Rows(table, types, [dict(row) for row in rows])
    return found


def pgbench_script(rows: dict[str, Rows]) -> str:
    """Five round trips: begin, case, clocks, messages, commit; every value a literal but fresh ids."""
    case = {"id": ":'case_id'", "aggregate_id": "uuidv7()", "clock_id": "uuidv7()", "matter_id": ":'case_id'"}
    case |= dict.fromkeys(("subject_id", "resource_id", "complaint_id"), ":'case_id'")
    below = {name: text.replace(":'case_id'", ":case_id") for name, text in case.items()} | {
        name: text for name, text in _FRESH.items() if name != "number"
    }
    first = f"{rows['complaints'].head} {_values(rows['complaints'], _FRESH | {'matter_id': 'uuidv7()'})}"
    steps = f"""
begin;
{first} returning id as case_id \\gset
with history as ({rows["complaint_steps"].head} {_values(rows["complaint_steps"], below)}),
once as ({rows["idempotency"].head} {_values(rows["idempotency"], below)}),
starts as ({rows["clock_events"].head} {_values(rows["clock_events"], below)})
{rows["clocks"].head} {_values(rows["clocks"], below)};
with trail as ({rows["audit"].head} {_values(rows["audit"], below)})
{rows["outbox"].head} {_values(rows["outbox"], below)};
commit;
"""
    return steps.strip() + "\n"


def _values(rows: Rows, fresh: dict[str, str]) -> str:
    lines = (
        "(" + ", ".join(_literal(name, kind, row, fresh) for name, kind in rows.types.items()) + ")"
        for row in rows.rows
    )
    return f"values {', '.join(lines)}"


def _literal(name: str, kind: str, row: dict[str, str], fresh: dict[str, str]) -> str:
    if name in fresh:
        return f"{fresh[name]}::{kind}"
    if kind == "timestamp with time zone" and row[name] != "NULL" and name in {"at", "opened_at", "recorded_at"}:
        return "now()"
    return row[name]


@dataclass(slots=True)
class OneStatement:
    """One data-modifying statement for a bare service: ids, times, texts and JSON are bound, codes are literals."""

    parameters: list[dict[str, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def plan(self, rows: dict[str, Rows]) -> dict[str, Any]:
        """The statement and what to bind, as the floor's process reads it."""
        names = {"complaints": "made"}
        for table, one in rows.items():
            lines = [
                "(" + ", ".join(self._bound(table, row, n, one.types) for row in [row]) + ")"
                for n, row in enumerate(one.rows)
            ]
            self.parts.append(f"{names.get(table, table + '_rows')} as ({one.head} values {', '.join(lines)})")
        return {"sql": f"with {', '.join(self.parts)} select 1", "parameters": self.parameters}

    def _bound(self, table: str, row: dict[str, str], number: int, types: dict[str, str]) -> str:
        return ", ".join(self._one(table, name, kind, row[name], number) for name, kind in types.items())

    def _one(self, table: str, name: str, kind: str, literal: str, number: int) -> str:
        if literal == "NULL":
            return "null"
        if kind == "uuid":
            return self._parameter(_identity(table, name, number), "uuid")
        if kind == "timestamp with time zone":
            return self._parameter("now", "timestamptz")
        if kind == "jsonb":
            return self._parameter("text", "text", literal) + "::jsonb"
        if name in {"number", "key"}:
            return self._parameter("number", "text")
        if name == "summary":
            return self._parameter("summary", "text")
        return literal

    def _parameter(self, what: str, kind: str, literal: str = "") -> str:
        value = literal[1:-1].replace("''", "'") if literal else ""
        entry = {"what": what, "value": value}
        shared = {"now", "summary", "number", "case"}
        if what in shared and entry in self.parameters:
            return f"${self.parameters.index(entry) + 1}::{kind}"
        self.parameters.append(entry)
        return f"${len(self.parameters)}::{kind}"


def _identity(table: str, name: str, number: int) -> str:
    if (table, name) == ("complaints", "id") or name in {"subject_id", "resource_id", "complaint_id", "matter_id"}:
        return "case"
    if name in {"id", "clock_id", "aggregate_id", "event_id", "correlation_id"}:
        return "fresh"
    return "fixed"
