"""Inspection → contract fact."""

from datetime import datetime
from typing import Any

from services.inspection.inspections.models import InspectionRow
from shared.contracts.inspection_inspections import InspectionFact
from shared.events.fact import Fact


def said(row: InspectionRow, kind: type[InspectionFact], now: datetime, **more: Any) -> Fact:
    """`inspection.prepared`, `recorded`, `replied`, `signed`, `voided`."""
    columns = row.__table__.columns.keys()
    shown = {name: getattr(row, name) for name in kind.model_fields if name in columns}
    if row.recorded_at is None:
        shown.pop("sample_id", None)  # what was drawn is told when it was checked
    payload = kind(**{**shown, **more}, inspection_id=row.id, occurred_at=now, routing=row.routing)
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="inspection",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
