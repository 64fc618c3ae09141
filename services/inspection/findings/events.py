"""Finding → contract fact."""

from datetime import datetime
from typing import Any

from services.inspection.findings.models import FindingRow
from shared.contracts.inspection_findings import InspectionFindingFact
from shared.events.fact import Fact


def said(row: FindingRow, kind: type[InspectionFindingFact], now: datetime, **more: Any) -> Fact:
    """`inspection.finding_*` and `inspection.good_example_confirmed`."""
    shown = InspectionFindingFact.model_fields.keys() - {"finding_id", "occurred_at", "routing"}
    payload = kind(
        finding_id=row.id,
        occurred_at=now,
        routing=row.routing,
        **{name: getattr(row, name) for name in shown},
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="inspection_finding",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
