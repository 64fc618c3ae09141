"""Opening clocks inside one data-modifying statement: planned here, inserted by CTEs over one jsonb parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.ids import new_id
from shared.observability import context
from shared.sla import rules
from shared.sla.calendars import Calendars
from shared.sla.instants import to_us
from shared.sla.messages import AGGREGATE, event_id_sql, payload_sql
from shared.sla.promise import PolicyStamp, Promise, Subject
from shared.sla.rows import COLUMNS, row_of
from shared.sla.state import ClockState
from shared.sla.views import ClockView

_CALL = {"at": "timestamptz", "actor": "text", "causation_id": "uuid", "traceparent": "text"}


@dataclass(frozen=True, slots=True)
class OpenedClocks:
    """Clocks that are ready to be inserted: `rows` is the one jsonb parameter of `open_ctes`."""

    clocks: tuple[ClockState, ...]
    rows: list[dict[str, Any]]

    @property
    def views(self) -> list[ClockView]:
        """What the API shows of them."""
        return [ClockView.of(clock) for clock in self.clocks]


def open_clocks(
    subject: Subject,
    stamp: PolicyStamp,
    promises: Sequence[Promise],
    calendars: Calendars,
    started_at: datetime,
    *,
    now: datetime | None = None,
    call: context.CallContext | None = None,
    sequence: int = 1,
) -> OpenedClocks:
    """Plan one running clock for each promise, without touching the database.

    `now` is when it is recorded, `started_at` if not given.  Raises: CalendarUnknownError, BeyondCalendarError.
    """
    call = call or context.current()
    start, recorded_at = to_us(started_at), now or started_at
    at = to_us(recorded_at)
    trace = rules.Trace(call.correlation_id, call.hops)
    clocks = tuple(
        rules.start(
            new_id(),
            subject,
            stamp,
            promise,
            calendars.get(promise.calendar),
            started_at=start,
            now=at,
            sequence=sequence,
            trace=trace,
        )
        for promise in promises
    )
    beside = {
        "at": recorded_at,
        "actor": call.actor,
        "causation_id": call.causation_id,
        "traceparent": call.traceparent,
    }
    return OpenedClocks(clocks, [row_of(clock) | beside for clock in clocks])


def open_ctes(source: str, *, when: str | None = None) -> str:
    """CTEs that insert opened clocks with their events and messages, to be put after `with …,`.

    `source` is a jsonb expression such as `$4::jsonb`; `when` a condition on the CTEs before, for example
    `exists (select 1 from inserted)`.  The names are clock_input, opened_clocks (all columns),
    clock_starts, clock_facts.
    """
    names = ", ".join(COLUMNS)
    typed = ", ".join(f"{name} {kind}" for name, kind in (COLUMNS | _CALL).items())
    where = f" where {when}" if when else ""
    event_id = event_id_sql("c.id", "'started'", "null", "'v1'")
    payload = payload_sql("c", state="c.state", occurred_at="c.started_at")
    return f"""
clock_input as (select * from jsonb_to_recordset({source}) as c ({typed}){where}),
opened_clocks as (insert into clocks ({names}) select {names} from clock_input returning *),
clock_starts as (
  insert into clock_events (at, id, clock_id, company, fact, occurred_at, actor, detail)
  select c.at, {event_id}, c.id, c.company, 'started', c.started_at, c.actor,
         jsonb_build_object('version', 1, 'to_deadline_at', c.deadline_at, 'to_budget', c.budget, 'to_unit', c.unit,
                            'to_calendar_revision', c.calendar_revision)
  from clock_input c),
clock_facts as (
  insert into outbox (at, id, company, type, aggregate_type, aggregate_id, aggregate_version, matter_id,
                      correlation_id, causation_id, hops, actor, traceparent, routing, payload)
  select c.at, {event_id}, c.company, 'sla.started', '{AGGREGATE}', c.id, 1, c.matter_id,
         coalesce(c.correlation_id, c.id), c.causation_id, c.hops, c.actor, c.traceparent, c.routing,
         {payload} || jsonb_build_object('started_at', c.started_at, 'budget', c.budget, 'unit', c.unit,
           'calendar', c.calendar, 'calendar_revision', c.calendar_revision, 'is_provisional', c.is_provisional)
  from clock_input c)"""  # noqa: S608  # only names and expressions from code
