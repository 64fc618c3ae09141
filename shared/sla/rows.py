"""A clock's row and its pure state, back and forth; the one list of the columns and their types."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.contracts.base import Routing
from shared.sla.instants import maybe_from_us, maybe_to_us, to_us
from shared.sla.promise import PolicyStamp, Terms, Unit
from shared.sla.state import Check, ClockState, Holding, State

COLUMNS = {
    "id": "uuid",
    "company": "text",
    "subject_type": "text",
    "subject_id": "uuid",
    "metric": "text",
    "cycle": "integer",
    "sequence": "integer",
    "version": "bigint",
    "state": "text",
    "tier": "text",
    "grade": "text",
    "pack": "text",
    "chapter": "text",
    "policy_version": "text",
    "clause": "text",
    "calendar": "text",
    "calendar_revision": "integer",
    "unit": "text",
    "budget": "bigint",
    "budget_us": "bigint",
    "consumed_us": "bigint",
    "running_since": "timestamptz",
    "started_at": "timestamptz",
    "deadline_at": "timestamptz",
    "next_check_at": "timestamptz",
    "paused_at": "timestamptz",
    "pause_reason": "text",
    "pause_until": "timestamptz",
    "stopped_at": "timestamptz",
    "breached_at": "timestamptz",
    "detected_at": "timestamptz",
    "breach_cause": "text",
    "breach_retracted_at": "timestamptz",
    "is_aim": "boolean",
    "is_provisional": "boolean",
    "is_consequence": "boolean",
    "policy": "jsonb",
    "pending": "jsonb",
    "routing": "jsonb",
    "customer_id": "uuid",
    "title": "text",
    "matter_id": "uuid",
    "correlation_id": "uuid",
    "hops": "smallint",
}
"""Every column that is written; owner, team and department are generated from the routing."""

KEY_COLUMNS = frozenset({"id", "company", "subject_type", "subject_id", "metric", "cycle", "sequence", "started_at"})
"""What never changes."""


def routing_json(routing: Routing) -> dict[str, Any]:
    """The routing as JSON with every key."""
    return {
        "owner_id": routing.owner_id,
        "team": routing.team,
        "department": routing.department,
        "posts": routing.posts,
    }


def row_of(clock: ClockState) -> dict[str, Any]:
    """The row of a clock, values as orjson writes them."""
    return {
        "id": clock.id,
        "company": clock.company,
        "subject_type": clock.subject_type,
        "subject_id": clock.subject_id,
        "metric": clock.metric,
        "cycle": clock.cycle,
        "sequence": clock.sequence,
        "version": clock.version,
        "state": clock.state,
        "tier": clock.stamp.tier,
        "grade": clock.stamp.grade,
        "pack": clock.stamp.pack,
        "chapter": clock.stamp.chapter,
        "policy_version": clock.stamp.version,
        "clause": clock.clause,
        "calendar": clock.calendar,
        "calendar_revision": clock.calendar_revision,
        "unit": clock.unit,
        "budget": clock.budget,
        "budget_us": clock.budget_us,
        "consumed_us": clock.consumed_us,
        "running_since": maybe_from_us(clock.running_since),
        "started_at": maybe_from_us(clock.started_at),
        "deadline_at": maybe_from_us(clock.deadline_at),
        "next_check_at": maybe_from_us(clock.next_check_at),
        "paused_at": maybe_from_us(clock.paused_at),
        "pause_reason": clock.pause_reason,
        "pause_until": maybe_from_us(clock.pause_until),
        "stopped_at": maybe_from_us(clock.stopped_at),
        "breached_at": maybe_from_us(clock.breached_at),
        "detected_at": maybe_from_us(clock.detected_at),
        "breach_cause": clock.breach_cause,
        "breach_retracted_at": maybe_from_us(clock.breach_retracted_at),
        "is_aim": clock.is_aim,
        "is_provisional": clock.is_provisional,
        "is_consequence": clock.is_consequence,
        "policy": clock.terms.json,
        "pending": [check.as_json() for check in clock.checks],
        "routing": routing_json(clock.routing),
        "customer_id": clock.customer_id,
        "title": clock.title,
        "matter_id": clock.matter_id,
        "correlation_id": clock.correlation_id,
        "hops": clock.hops,
    }


_TIMES = (
    "running_since",
    "deadline_at",
    "next_check_at",
    "paused_at",
    "pause_until",
    "stopped_at",
    "breached_at",
    "detected_at",
    "breach_retracted_at",
)
_STAMP = ("pack", "chapter", "policy_version", "tier", "grade")
_TYPED = frozenset({*_TIMES, *_STAMP, "state", "unit", "started_at", "policy", "pending", "routing"})
_PLAIN = tuple(name for name in COLUMNS if name not in _TYPED)


def state_of(row: Mapping[str, Any]) -> ClockState:
    """The pure state of a row read with its `holdings` beside it."""
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    times: dict[str, Any] = {name: maybe_to_us(row[name]) for name in _TIMES}
    return ClockState(
        **plain,
        **times,
        state=State(row["state"]),
        unit=Unit(row["unit"]),
        started_at=to_us(row["started_at"]),
        stamp=PolicyStamp(*(row[name] for name in _STAMP)),
        terms=Terms.from_json(row["policy"]),
        checks=tuple(Check(**entry) for entry in row["pending"]),
        routing=Routing.model_validate(row["routing"]),
        holdings=tuple(_holding(entry) for entry in row["holdings"] or ()),
    )


def _holding(row: Mapping[str, Any]) -> Holding:
    owner_id = row["owner_id"]
    return Holding(**{**row, "id": UUID(row["id"]), "owner_id": None if owner_id is None else UUID(owner_id)})
