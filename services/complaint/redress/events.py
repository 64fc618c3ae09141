"""Redress → contract fact; one small function."""

from datetime import datetime
from typing import Any

from services.complaint.redress.models import RedressRow
from shared.contracts.redress import RedressFact
from shared.events.fact import Fact


def said(row: RedressRow, kind: type[RedressFact], now: datetime, *, at: datetime | None = None, **more: Any) -> Fact:
    """`complaint.redress_…`; `at` is when it happened, if not now."""
    payload = kind(
        redress_id=row.id,
        complaint_id=row.complaint_id,
        clock_id=row.clock_id,
        metric=row.metric,
        commitment=row.commitment,
        authority=row.authority,
        clause=row.clause,
        state=row.state,
        amount_fen=row.amount_fen,
        steps=row.steps,
        tier=row.tier,
        customer_id=row.customer_id,
        authorisation_id=row.authorisation_id,
        occurred_at=at or now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="redress",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
