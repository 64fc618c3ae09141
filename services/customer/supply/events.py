"""Interruption → contract payload."""

from collections.abc import Sequence
from datetime import datetime

from services.customer.supply.models import InterruptionRow
from shared.contracts.interactions import InterruptionFact


def said(row: InterruptionRow, kind: type[InterruptionFact], now: datetime, **more: Sequence[str]) -> InterruptionFact:
    """`customer.interruption_…`."""
    return kind.model_validate(
        {
            "interruption_id": row.id,
            "number": row.number,
            "kind": row.kind,
            "cause": row.cause,
            "state": row.state,
            "customers": row.customers,
            "special_customers": row.special_customers,
            "planned_from": row.planned_from,
            "expected_until": row.expected_until,
            "occurred_at": row.restored_at or row.started_at or now,
            "routing": row.routing,
            **more,
        }
    )
