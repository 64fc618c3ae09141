"""Assignment → contract fact."""

from datetime import datetime

from services.customer.serving.models import AssignmentRow
from shared.contracts.base import Routing
from shared.contracts.relations import CustomerServedByChanged
from shared.events.fact import Fact


def served_by_changed(row: AssignmentRow, now: datetime) -> Fact:
    """`customer.served_by_changed`: ids and codes only."""
    payload = CustomerServedByChanged(
        routing=Routing(owner_id=row.staff_id),
        assignment_id=row.id,
        customer_id=row.customer_id,
        slot=row.slot,
        post=row.post,
        staff_id=row.staff_id,
        state=row.state,
        is_account_manager=row.is_account_manager,
        replaces_id=row.replaces_id,
        occurred_at=now,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="service_assignment",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
