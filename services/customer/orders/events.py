"""Order → contract fact; one small function per shape."""

from datetime import datetime
from typing import Any

from services.customer.orders.models import ServiceOrderRow
from shared.contracts import orders as contracts
from shared.contracts.customer import CustomerOrderCompleted
from shared.events.fact import Fact


def _fact(row: ServiceOrderRow, payload: Any, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="order",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )


def of_order(
    row: ServiceOrderRow, kind: type[contracts.OrderFact], now: datetime, *, at: datetime, **said: Any
) -> Fact:
    """`customer.order_*`."""
    payload = kind(
        order_id=row.id,
        number=row.number,
        work=row.work,
        state=row.state,
        tier=row.tier,
        party=row.party,
        place=row.place,
        customer_id=row.customer_id,
        premises_id=row.premises_id,
        is_emergency=row.is_emergency,
        is_priority=row.is_priority,
        origin=row.origin,
        origin_id=row.origin_id,
        channel=row.channel,
        staff_ids=list(row.assigned_ids),
        requested_at=row.requested_at,
        occurred_at=at,
        routing=row.routing,
        **said,
    )
    return _fact(row, payload, now)


def completed(row: ServiceOrderRow, now: datetime, *, at: datetime, is_attendance_missed: bool) -> Fact:
    """`customer.order_completed`; of work for nobody in particular `customer.street_order_completed`."""
    if row.customer_id is None:
        return of_order(row, contracts.StreetOrderCompleted, now, at=at, completed_at=at)
    payload = CustomerOrderCompleted(
        order_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        work=row.work,
        completed_at=at,
        tier=row.tier,
        staff_ids=list(row.assigned_ids),
        party=row.party,
        place=row.place,
        premises_id=row.premises_id,
        is_emergency=row.is_emergency,
        is_emergency_crew=row.is_emergency_crew,
        is_repeat_entry=row.is_repeat_entry,
        origin=row.origin,
        origin_id=row.origin_id,
        requested_at=row.requested_at,
        arrived_at=row.arrived_at,
        is_late_attendance=is_attendance_missed,
        routing=row.routing,
    )
    return _fact(row, payload, now)
