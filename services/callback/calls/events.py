"""Callback → contract facts; small functions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.callback.calls.models import CallbackRow, ConsequenceRow
from shared.contracts.base import Routing
from shared.contracts.callback import CallbackCompleted
from shared.contracts.calls import CallbackFact, CallbackFollowed
from shared.events.fact import Fact


def said(row: CallbackRow, kind: type[CallbackFact], now: datetime, **more: Any) -> Fact:
    """A fact about the callback itself."""
    payload = kind(**_about(row), occurred_at=now, routing=row.routing, **more)
    return _fact(row, payload, "callback", row.id, row.version, now)


def completed(row: CallbackRow, called_at: datetime, now: datetime, *, attempts: int) -> Fact:
    """`callback.completed`."""
    payload = CallbackCompleted(
        **_about(row),
        outcome=row.outcome or "",
        is_satisfied=row.is_satisfied,
        occurred_at=called_at,
        work=row.work,
        called_by=row.completed_by,
        score=row.score,
        reasons=list(row.reasons),
        script=row.script,
        script_version=row.script_version,
        attempts=attempts,
        routing=row.routing,
    )
    return _fact(row, payload, "callback", row.id, row.version, now)


def followed(
    row: CallbackRow,
    consequence: ConsequenceRow,
    kind: type[CallbackFollowed],
    called_by: UUID,
    now: datetime,
    *,
    routing: Routing,
    **more: Any,
) -> Fact:
    """A consequence, an aggregate of its own whose only fact this is."""
    payload = kind(
        **_about(row), occurred_at=now, consequence_id=consequence.id, called_by=called_by, routing=routing, **more
    )
    return _fact(row, payload, "callback_consequence", consequence.id, 1, now)


def _about(row: CallbackRow) -> dict[str, Any]:
    return {
        "callback_id": row.id,
        "number": row.number,
        "business": row.business,
        "tier": row.tier,
        "subject_type": row.subject_type,
        "subject_id": row.subject_id,
        "cycle": row.cycle,
        "customer_id": row.customer_id,
    }


def _fact(row: CallbackRow, payload: Any, aggregate: str, aggregate_id: UUID, version: int, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=aggregate,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
        matter_id=row.matter_id,
    )
