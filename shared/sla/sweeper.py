"""The sweep: one statement marks a batch of due clocks and writes their events and messages (sla.md 9, 14)."""

# ruff: noqa: S608  # the statement is put together of names and expressions from code, never of input

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from shared.sla.instants import to_us
from shared.sla.messages import AGGREGATE, event_id_sql, instant_sql, microseconds_sql, payload_sql
from shared.sla.repository import superior_sql
from shared.sla.time import TimeSource

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
ALARM_LATENESS = timedelta(seconds=30)
_LONGEST_BACKOFF = 5.0
_TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)

_DUE = "select next_check_at from clocks where next_check_at is not null order by next_check_at limit 1"

_CHECK = "at bigint, fact text, mark bigint, level text, trigger text, post text, superior integer"
_SEGMENTS = """coalesce(
    (select jsonb_agg(jsonb_build_object('owner_id', g.owner_id, 'team', g.team, 'department', g.department,
       'from_at', g.from_at, 'until_at', g.until_at, 'consumed_us', coalesce(g.consumed_us, t.mark -
         (select coalesce(sum(o.consumed_us), 0) from clock_segments o where o.clock_id = t.id)))
       order by g.from_at, g.id)
     from clock_segments g where g.clock_id = t.id),
    jsonb_build_array(jsonb_build_object('owner_id', d.owner_id, 'team', d.team, 'department', d.department,
       'from_at', d.started_at, 'until_at', null, 'consumed_us', t.mark)))"""
_EVENT_AT = f"""case t.fact when 'breached' then '' when 'resumed' then t.at::text
    else {microseconds_sql("d.deadline_at")}::text end"""
_EVENT_ID = event_id_sql("t.id", "t.fact", "t.level", f"({_EVENT_AT})")

_SWEEP = f"""
with due as materialized (
  select c.*, {microseconds_sql("c.next_check_at")} as next_us
  from clocks c
  where c.next_check_at <= $1
  order by c.next_check_at
  limit $3
  for update skip locked
), planned as materialized (
  select d.id, d.routing, d.version as was_version, d.state as was_state, k.*,
         k.at <= $2 as is_due
  from due d
  left join lateral rows from (jsonb_to_recordset(d.pending) as ({_CHECK}))
    with ordinality as k (at, fact, mark, level, trigger, post, superior, place) on k.at >= d.next_us
), told as materialized (
  select p.*,
         p.was_version + row_number() over inside as version,
         case when p.was_state = 'breached' or bool_or(p.fact = 'breached') over inside
              then 'breached' else 'running' end as state,
         case when p.fact = 'breached' then d.deadline_at else {instant_sql("p.at")} end as occurred_at,
         case when p.superior is not null then
           {superior_sql("(p.routing ->> 'owner_id')::uuid", "p.superior")} end as staff_id
  from planned p join due d on d.id = p.id
  where p.is_due
  window inside as (partition by p.id order by p.place)
), marks as (
  select p.id, min(p.at) filter (where not p.is_due) as next_us
  from planned p group by p.id
), results as (
  select t.id, max(t.version) as version, max(t.state) filter (where t.state = 'breached') as breached,
         bool_or(t.fact = 'breached') as breaches, max(t.at) filter (where t.fact = 'resumed') as resumed_us,
         jsonb_agg(distinct t.post) filter (where t.fact = 'escalated' and t.staff_id is null) as posts
  from told t group by t.id
), marked as (
  update clocks c
  set version = coalesce(r.version, c.version),
      next_check_at = {instant_sql("m.next_us")},
      state = case when r.breached is not null then 'breached' when r.resumed_us is not null then 'running'
              else c.state end,
      breached_at = case when r.breaches then c.deadline_at else c.breached_at end,
      detected_at = case when r.breaches then $1 else c.detected_at end,
      breach_cause = case when r.breaches then 'deadline' else c.breach_cause end,
      running_since = case when r.resumed_us is null then c.running_since else {instant_sql("r.resumed_us")} end,
      paused_at = case when r.resumed_us is null then c.paused_at end,
      pause_reason = case when r.resumed_us is null then c.pause_reason end,
      pause_until = case when r.resumed_us is null then c.pause_until end,
      routing = case when r.posts is null then c.routing else jsonb_set(c.routing, '{{posts}}',
        (select jsonb_agg(distinct e.post) from jsonb_array_elements(c.routing -> 'posts' || r.posts) as e (post))) end
  from marks m left join results r on r.id = m.id
  where c.id = m.id
), said as (
  insert into clock_events (at, id, clock_id, company, fact, level, occurred_at, actor, cause, detail)
  select $1, {_EVENT_ID}, t.id, d.company, t.fact, t.level, t.occurred_at, 'system:sla',
         case t.fact when 'breached' then 'deadline' when 'resumed' then 'pause_ended' end,
         jsonb_build_object('version', t.version) ||
         case t.fact
           when 'escalated' then jsonb_build_object('trigger', t.trigger, 'to_post', t.post, 'superior', t.superior,
             'staff_id', t.staff_id)
           when 'breached' then jsonb_build_object('consumed_us', t.mark)
           when 'resumed' then jsonb_build_object('is_automatic', true)
           else '{{}}'::jsonb end
  from told t join due d on d.id = t.id
), published as (
  insert into outbox (at, id, company, type, aggregate_type, aggregate_id, aggregate_version, matter_id,
                      correlation_id, hops, actor, routing, payload)
  select $1, {_EVENT_ID}, d.company, 'sla.' || t.fact, '{AGGREGATE}', t.id, t.version, d.matter_id,
         coalesce(d.correlation_id, d.id), d.hops, 'system:sla',
         case when t.fact = 'escalated' and t.staff_id is null and not d.routing -> 'posts' ? t.post
              then jsonb_set(d.routing, '{{posts}}', d.routing -> 'posts' || to_jsonb(t.post)) else d.routing end,
         {payload_sql("d", state="t.state", occurred_at="t.occurred_at")} ||
         case t.fact
           when 'breached' then jsonb_build_object('breached_at', d.deadline_at, 'detected_at', $1::timestamptz,
             'cause', 'deadline', 'segments', {_SEGMENTS})
           when 'escalated' then jsonb_build_object('level', t.level, 'trigger', t.trigger,
             'to_post', case when t.staff_id is null then t.post end, 'staff_id', t.staff_id)
           when 'warned' then jsonb_build_object('level', t.level)
           when 'resumed' then jsonb_build_object('is_automatic', true)
           else '{{}}'::jsonb end
  from told t join due d on d.id = t.id
  order by d.next_check_at, d.id, t.version
)
select (select count(*) from due) as clocks, (select count(*) from told) as facts,
       (select min(next_check_at) from due) as oldest
"""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep found: clocks marked, facts said, and how late the oldest was."""

    clocks: int = 0
    facts: int = 0
    lateness: timedelta = timedelta()


class Sweeper:
    """Any number of these may run at once: each takes what no other holds, oldest first, until nothing is due."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        clock: TimeSource,
        *,
        batch: int = 1000,
        poll: float = POLL_SECONDS,
        on_swept: Callable[[SweepResult], None] | None = None,
    ) -> None:
        """`pool` is the service's hot pool; `on_swept` hears of every sweep that said something (to wake the relay)."""
        self._pool = pool
        self._clock = clock
        self._batch = batch
        self._poll = poll
        self._on_swept = on_swept
        self._signal = asyncio.Event()

    def wake(self) -> None:
        """Look at once: a clock was opened or changed in this process."""
        self._signal.set()

    async def next_due(self) -> datetime | None:
        """When the next clock falls due; None if none waits."""
        async with self._pool.acquire() as connection:
            due: datetime | None = await connection.fetchval(_DUE)
        return due

    async def sweep(self) -> SweepResult:
        """Say everything that is due now, batch by batch.  Raises: the driver's errors; what was said stays said."""
        clocks = facts = 0
        oldest: datetime | None = None
        now = self._clock.now()
        while True:
            async with self._pool.acquire() as connection:
                row = await connection.fetchrow(_SWEEP, now, to_us(now), self._batch)
            if row is None:
                break
            clocks += row["clocks"]
            facts += row["facts"]
            oldest = oldest or row["oldest"]
            if row["clocks"] < self._batch:
                break
            now = self._clock.now()
        result = SweepResult(clocks, facts, now - oldest if oldest else timedelta())
        if result.lateness > ALARM_LATENESS:
            log.error("clocks were judged late: oldest by %s, %d clocks", result.lateness, clocks)
        if facts and self._on_swept is not None:
            self._on_swept(result)
        return result

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until `stop`: at the next due instant, at a signal, at the latest every 50 ms.

        Transient errors are waited out; others end the loop.
        """
        stopping = asyncio.create_task(stop.wait())
        backoff = 0.0
        try:
            while not stop.is_set():
                pause = self._poll
                try:
                    pause = await self._look()
                    backoff = 0.0
                except _TRANSIENT as error:
                    backoff = pause = min(_LONGEST_BACKOFF, backoff * 2 or 0.1)
                    log.warning("sweep failed, again in %.1f s: %s", pause, type(error).__name__)
                await self._wait(stopping, pause)
        finally:
            stopping.cancel()

    async def _look(self) -> float:
        """Sweep if something is due; answers how many seconds to wait."""
        self._signal.clear()
        due = await self.next_due()
        if due is not None and due <= self._clock.now():
            swept = await self.sweep()
            return 0.0 if swept.clocks else self._poll  # what is due and was not taken is in other hands
        if due is None:
            return self._poll
        return min(self._poll, (due - self._clock.now()).total_seconds())

    async def _wait(self, stopping: "asyncio.Task[Any]", seconds: float) -> None:
        signalled = asyncio.create_task(self._signal.wait())
        await asyncio.wait({stopping, signalled}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        signalled.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await signalled
