"""Visit, hazard → contract payloads."""

from typing import Any

from services.customer.safety.models import HazardRow, InspectionRow
from shared.contracts import safety as contracts
from shared.contracts.base import Routing


def inspected(row: InspectionRow, routing: Routing) -> contracts.CustomerHomeInspected:
    """`customer.home_inspected`."""
    return contracts.CustomerHomeInspected(
        inspection_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        premises_id=row.premises_id,
        order_id=row.order_id,
        plan_id=row.plan_id,
        outcome=row.outcome,
        attempt=row.attempt,
        is_led=row.is_led,
        is_exhausted=row.is_exhausted,
        hazards_found=row.hazards_found,
        tier=row.tier,
        visited_at=row.visited_at,
        routing=routing,
    )


def of_hazard(row: HazardRow, kind: type[contracts.HazardFact], **said: Any) -> contracts.HazardFact:
    """`customer.hazard_*`."""
    return kind(
        hazard_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        premises_id=row.premises_id,
        equipment_id=row.equipment_id,
        inspection_id=row.inspection_id,
        order_id=row.order_id,
        kind=row.kind,
        severity=row.severity,
        tier=row.tier,
        is_gas_stopped=row.gas_stopped_at is not None and row.gas_restored_at is None,
        found_at=row.found_at,
        routing=row.routing,
        **said,
    )
