"""Plan or planned inspection → contract fact."""

from datetime import datetime
from typing import Any

from services.inspection.programme.models import InspectionPlanRow, PlannedInspectionRow
from shared.contracts.inspection_programme import InspectionPlanFact, PlannedInspectionFact
from shared.events.fact import Fact


def of_plan(row: InspectionPlanRow, kind: type[InspectionPlanFact], now: datetime, **more: Any) -> Fact:
    """`inspection.plan_*`."""
    shown = InspectionPlanFact.model_fields.keys() - {"plan_id", "occurred_at", "routing"}
    said = {name: getattr(row, name) for name in shown}
    payload = kind(plan_id=row.id, occurred_at=now, routing=row.routing, **said, **more)
    return _fact(row, "inspection_plan", payload, now)


def of_planned(row: PlannedInspectionRow, kind: type[PlannedInspectionFact], now: datetime) -> Fact:
    """`inspection.inspection_*`."""
    shown = PlannedInspectionFact.model_fields.keys() - {"planned_id", "occurred_at", "routing"}
    said = {name: getattr(row, name) for name in shown}
    payload = kind(planned_id=row.id, occurred_at=now, routing=row.routing, **said)
    return _fact(row, "planned_inspection", payload, now)


def _fact(row: InspectionPlanRow | PlannedInspectionRow, aggregate: str, payload: Any, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=aggregate,
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.id,
    )
