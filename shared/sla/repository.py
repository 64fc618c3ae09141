"""Every statement on clocks that runs inside a session's transaction."""

# ruff: noqa: S608  # statements are put together of names and expressions from code, never of input

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import TextualSelect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps
from shared.events import outbox
from shared.events.fact import Fact
from shared.sla.hot import OpenedClocks, open_ctes
from shared.sla.instants import from_us, maybe_from_us, to_us
from shared.sla.messages import id_of, message_of, microseconds_sql
from shared.sla.rows import COLUMNS, KEY_COLUMNS, row_of, state_of
from shared.sla.rules import with_post
from shared.sla.state import ClockFact, ClockState, Turn


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One line of a clock's history."""

    clock_id: UUID
    at: int
    occurred_at: int
    fact: str
    level: str | None
    actor: str | None
    cause: str | None
    reason: str | None
    detail: dict[str, Any]


def superior_sql(owner: str, n: str) -> str:
    """Id of the n-th superior of `owner` who has not left, as a scalar subquery; null above the top."""
    return f"""(
  with recursive up (id, superior_id, counted, path) as (
    select s.id, s.superior_id, 0, array[s.id] from staff s where s.id = {owner}
    union all
    select s.id, s.superior_id, up.counted + (s.state <> 'left')::integer, up.path || s.id
    from up join staff s on s.id = up.superior_id
    where up.counted < {n} and s.id <> all(up.path) and cardinality(up.path) <= 12)
  select up.id from up where up.counted = {n} limit 1)"""


_HOLDINGS = f"""(select jsonb_agg(jsonb_build_object('id', s.id, 'owner_id', s.owner_id, 'team', s.team,
    'department', s.department, 'from_at', {microseconds_sql("s.from_at")},
    'until_at', {microseconds_sql("s.until_at")}, 'consumed_us', s.consumed_us) order by s.from_at, s.id)
  from clock_segments s where s.clock_id = c.id)"""
_SELECT = f"select {', '.join(f'c.{name}' for name in COLUMNS)}, {_HOLDINGS} as holdings from clocks c"
_JSON: dict[str, type[JSONB]] = {"policy": JSONB, "pending": JSONB, "routing": JSONB, "holdings": JSONB}


def _reading(where: str) -> TextualSelect:
    return text(f"{_SELECT} where {where}").columns(**_JSON)


_OF_SUBJECT = "c.subject_type = :subject_type and c.subject_id = :subject_id"
_IN_ORDER = "order by c.cycle, c.started_at, c.metric, c.sequence"
_READ = _reading(f"{_OF_SUBJECT} {_IN_ORDER}")
_LOCK = _reading(f"{_OF_SUBJECT} {_IN_ORDER} for update of c")
_READ_ONE = _reading("c.id = :clock_id")
_LOCK_ONE = _reading("c.id = :clock_id for update of c")
_LOCK_OUTDATED = _reading(
    "c.calendar = :calendar and c.calendar_revision < :revision and c.stopped_at is null"
    " and c.unit in ('business', 'working_day') and c.state in ('running', 'paused')"
    " order by c.deadline_at limit :limit for update of c skip locked"
)
_EVENTS = text(
    "select clock_id, at, occurred_at, fact, level, actor, cause, reason, detail from clock_events"
    " where clock_id = any(:clock_ids) order by at, (detail ->> 'version')::bigint"
).columns(detail=JSONB)
_OPEN = text(f"with {open_ctes('cast(cast(:clocks as text) as jsonb)')} select count(*) from opened_clocks")
_SUPERIOR = text(f"select {superior_sql('cast(:owner_id as uuid)', 'cast(:n as integer)')}")

_CHANGED = [name for name in COLUMNS if name not in KEY_COLUMNS]
_TYPED = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
_SAVE = text(f"""
with changed as (
  update clocks c set {", ".join(f"{name} = n.{name}" for name in _CHANGED)}
  from jsonb_to_recordset(cast(cast(:clocks as text) as jsonb)) as n ({_TYPED})
  where c.id = n.id
), said as (
  insert into clock_events (at, id, clock_id, company, fact, level, occurred_at, actor, cause, reason, detail)
  select e.at, e.id, e.clock_id, e.company, e.fact, e.level, e.occurred_at, e.actor, e.cause, e.reason, e.detail
  from jsonb_to_recordset(cast(cast(:events as text) as jsonb)) as e (at timestamptz, id uuid, clock_id uuid,
    company text, fact text, level text, occurred_at timestamptz, actor text, cause text, reason text, detail jsonb)
), held as (
  insert into clock_segments as s
    (id, clock_id, company, owner_id, team, department, from_at, until_at, consumed_us)
  select h.id, h.clock_id, h.company, h.owner_id, h.team, h.department, h.from_at, h.until_at, h.consumed_us
  from jsonb_to_recordset(cast(cast(:holdings as text) as jsonb)) as h (id uuid, clock_id uuid, company text,
    owner_id uuid, team text, department text, from_at timestamptz, until_at timestamptz, consumed_us bigint)
  on conflict (id) do update set until_at = excluded.until_at, consumed_us = excluded.consumed_us
)
{outbox.insert_from_json("cast(cast(:messages as text) as jsonb)")}
""")


class ClockRepository:
    """Clocks of one schema, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_subject(self, subject_type: str, subject_id: UUID, *, lock: bool = False) -> list[ClockState]:
        """All cycles, oldest first; locked against sweep and other use cases on demand."""
        found = await self._session.execute(
            _LOCK if lock else _READ, {"subject_type": subject_type, "subject_id": subject_id}
        )
        return [state_of(dict(row)) for row in found.mappings()]

    async def get(self, clock_id: UUID, *, lock: bool = False) -> ClockState | None:
        """One clock."""
        found = await self._session.execute(_LOCK_ONE if lock else _READ_ONE, {"clock_id": clock_id})
        row = found.mappings().first()
        return None if row is None else state_of(dict(row))

    async def lock_outdated(self, calendar: str, revision: int, limit: int) -> list[ClockState]:
        """Open clocks that count by an older revision of the calendar; those that somebody works on are left out."""
        found = await self._session.execute(
            _LOCK_OUTDATED, {"calendar": calendar, "revision": revision, "limit": limit}
        )
        return [state_of(dict(row)) for row in found.mappings()]

    async def events(self, clock_ids: Sequence[UUID]) -> list[ClockEvent]:
        """The histories of clocks in the order they were written."""
        if not clock_ids:
            return []
        found = await self._session.execute(_EVENTS, {"clock_ids": list(clock_ids)})
        return [
            ClockEvent(**{**row, "at": to_us(row["at"]), "occurred_at": to_us(row["occurred_at"])})
            for row in found.mappings()
        ]

    async def insert(self, opened: OpenedClocks) -> None:
        """Insert opened clocks with their events and messages."""
        if opened.rows:
            await self._session.execute(_OPEN, {"clocks": dumps(opened.rows)})

    async def save(self, turns: Iterable[Turn]) -> None:
        """Write what changed with its events and messages; the rows were locked before."""
        changed = [turn for turn in turns if turn.clock != turn.before]
        if not changed:
            return
        messages = [outbox.record(await self._message(turn, fact)) for turn in changed for fact in turn.facts]
        facts = [fact for turn in changed for fact in turn.facts]
        await self._session.execute(
            _SAVE,
            {
                "clocks": dumps([row_of(turn.clock) for turn in changed]),
                "events": dumps([_event(fact) for fact in facts]),
                "holdings": dumps([row for turn in changed for row in _holdings(turn)]),
                "messages": dumps(messages),
            },
        )

    async def _message(self, turn: Turn, fact: ClockFact) -> Fact:
        n = fact.detail.get("superior") if fact.fact == "escalated" else None
        if n is None:
            return message_of(fact)
        owner_id = fact.clock.routing.owner_id
        staff_id = None
        if owner_id is not None:
            staff_id = (await self._session.execute(_SUPERIOR, {"owner_id": owner_id, "n": n})).scalar()
        if staff_id is not None:
            return message_of(fact, staff_id=staff_id)
        post = fact.detail["to_post"]
        turn.change(routing=with_post(turn.clock.routing, post))
        return message_of(replace(fact, clock=replace(fact.clock, routing=with_post(fact.clock.routing, post))))


def _event(fact: ClockFact) -> dict[str, Any]:
    return {
        "at": from_us(fact.at),
        "id": id_of(fact),
        "clock_id": fact.clock.id,
        "company": fact.clock.company,
        "fact": fact.fact,
        "level": fact.level,
        "occurred_at": from_us(fact.occurred_at),
        "actor": fact.actor,
        "cause": fact.cause,
        "reason": fact.reason,
        "detail": {"version": fact.clock.version, **fact.detail},
    }


def _holdings(turn: Turn) -> list[dict[str, Any]]:
    if turn.clock.holdings == turn.before.holdings:
        return []
    return [
        {
            "id": holding.id,
            "clock_id": turn.clock.id,
            "company": turn.clock.company,
            "owner_id": holding.owner_id,
            "team": holding.team,
            "department": holding.department,
            "from_at": from_us(holding.from_at),
            "until_at": maybe_from_us(holding.until_at),
            "consumed_us": holding.consumed_us,
        }
        for holding in turn.clock.holdings
    ]
