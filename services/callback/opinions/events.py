"""Opinion → contract fact; one small function."""

from datetime import datetime
from typing import Any

from services.callback.opinions.models import OpinionRow
from shared.contracts.calls import OpinionFact
from shared.events.fact import Fact


def said(row: OpinionRow, kind: type[OpinionFact], now: datetime, **more: Any) -> Fact:
    """`callback.opinion_…`."""
    payload = kind(
        opinion_id=row.id,
        number=row.number,
        kind=row.kind,
        source=row.source,
        source_id=row.source_id,
        state=row.state,
        customer_id=row.customer_id,
        tier=row.tier,
        department=row.department,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="opinion",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
