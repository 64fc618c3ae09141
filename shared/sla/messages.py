"""Clock fact → contract event, once in Python and once in SQL for the statements that need no Python (sla.md 9, 14)."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.contracts import sla as contracts
from shared.events.fact import Fact
from shared.sla.instants import from_us, maybe_from_us
from shared.sla.segments import shares
from shared.sla.state import ClockFact

AGGREGATE = "clock"
_KINDS: Mapping[str, type[contracts.ClockPayload]] = {
    "started": contracts.ClockStarted,
    "paused": contracts.ClockPaused,
    "resumed": contracts.ClockResumed,
    "retargeted": contracts.ClockRetargeted,
    "recalendared": contracts.ClockRecalendared,
    "warned": contracts.ClockWarned,
    "escalated": contracts.ClockEscalated,
    "breached": contracts.ClockBreached,
    "breach_retracted": contracts.ClockBreachRetracted,
    "met": contracts.ClockMet,
    "cancelled": contracts.ClockCancelled,
    "corrected": contracts.ClockCorrected,
}


_COMMON = (
    "subject_type",
    "subject_id",
    "metric",
    "cycle",
    "sequence",
    "tier",
    "grade",
    "clause",
    "deadline_at",
    "is_aim",
    "is_consequence",
)


def event_id(clock_id: UUID, fact: str, level: str | None = None, at: int | str = "") -> UUID:
    """A UUIDv8 derived from the clock, so that saying a fact twice is the same message (sla.md 9).

    `at` tells repeats apart: nothing for a breach (one for each clock), the deadline for warnings and rungs,
    the instant for a pause that ended by itself, `v<version>` for what people do.
    """
    digits = hashlib.sha256(f"{clock_id}|{fact}|{level or ''}|{at}".encode()).hexdigest()
    return UUID(digits[:12] + "8" + digits[13:16] + "8" + digits[17:32])


def event_id_sql(clock_id: str, fact: str, level: str, at: str) -> str:
    """The same as an SQL expression of four SQL expressions."""
    text = f"concat({clock_id}, '|', {fact}, '|', coalesce({level}, ''), '|', {at})"
    digits = f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"
    return f"overlay(overlay(left({digits}, 32) placing '8' from 13) placing '8' from 17)::uuid"


def microseconds_sql(at: str) -> str:
    """A timestamptz expression as integer microseconds, exactly."""
    return f"(extract(epoch from {at}) * 1000000)::bigint"


def instant_sql(us: str) -> str:
    """Integer microseconds as timestamptz, exact below 2^53."""
    return f"(timestamptz 'epoch' + {us} * interval '1 microsecond')"


def id_of(fact: ClockFact) -> UUID:
    """The id of a fact's clock event and message."""
    clock = fact.clock
    match fact.fact:
        case "breached":
            return event_id(clock.id, "breached")
        case "warned" | "escalated":
            return event_id(clock.id, fact.fact, fact.level, clock.deadline_at or 0)
        case "resumed" if fact.cause == "pause_ended":
            return event_id(clock.id, "resumed", None, fact.occurred_at)
        case _:
            return event_id(clock.id, fact.fact, fact.level, f"v{clock.version}")


def payload_of(fact: ClockFact, *, staff_id: UUID | None = None) -> contracts.ClockPayload:
    """The contract event of a fact; `staff_id` is the superior that a rung names, if there is one."""
    clock = fact.clock
    said: dict[str, Any] = {
        "clock_id": clock.id,
        "subject_type": clock.subject_type,
        "subject_id": clock.subject_id,
        "metric": clock.metric,
        "cycle": clock.cycle,
        "sequence": clock.sequence,
        "state": clock.state.value,
        "tier": clock.stamp.tier,
        "grade": clock.stamp.grade,
        "clause": clock.clause,
        "deadline_at": maybe_from_us(clock.deadline_at),
        "is_aim": clock.is_aim,
        "is_consequence": clock.is_consequence,
        "occurred_at": from_us(fact.occurred_at),
        "routing": clock.routing,
    }
    return _KINDS[fact.fact].model_validate(said | _own(fact, staff_id))


def _own(fact: ClockFact, staff_id: UUID | None) -> dict[str, Any]:
    clock, detail = fact.clock, fact.detail
    match fact.fact:
        case "breached":
            return {
                "breached_at": maybe_from_us(clock.breached_at),
                "detected_at": maybe_from_us(clock.detected_at),
                "cause": fact.cause,
                "segments": shares(clock, detail["consumed_us"]),
            }
        case "breach_retracted" | "corrected":
            return {**detail, "breach_event_id": event_id(clock.id, "breached")}
        case "escalated":
            to_post = None if staff_id is not None else detail["to_post"]
            return {"level": fact.level, "trigger": detail["trigger"], "to_post": to_post, "staff_id": staff_id}
        case "paused":
            return {"reason": fact.reason, "until": maybe_from_us(clock.pause_until)}
        case _:
            return {"level": fact.level, "cause": fact.cause, **detail}


def message_of(fact: ClockFact, *, staff_id: UUID | None = None) -> Fact:
    """The fact for the outbox: each clock is its own aggregate with its own version (reliability.md 2.2)."""
    clock = fact.clock
    return Fact(
        payload=payload_of(fact, staff_id=staff_id),
        company=clock.company,
        aggregate_type=AGGREGATE,
        aggregate_id=clock.id,
        aggregate_version=clock.version,
        time=from_us(fact.at),
        matter_id=clock.matter_id,
        event_id=id_of(fact),
    )


def payload_sql(clock: str, *, state: str, occurred_at: str) -> str:
    """The common part of every payload as `jsonb`, from a row of `clocks` called `clock`."""
    fields = ", ".join(f"'{name}', {clock}.{name}" for name in _COMMON)
    return f"jsonb_build_object('clock_id', {clock}.id, 'state', {state}, 'occurred_at', {occurred_at}, {fields})"
