"""Service plan → contract fact."""

from datetime import datetime
from typing import Any

from services.customer.plans.models import ServicePlanRow
from shared.contracts.service_plan import CustomerPlanApproved, CustomerPlanEnded, ServicePlanTerm
from shared.events.fact import Fact


def approved(row: ServicePlanRow, *, from_at: datetime, until_at: datetime, now: datetime) -> Fact:
    """`customer.plan_approved`, with the instants between which it counts."""
    return _fact(row, CustomerPlanApproved(**_said(row, now), from_at=from_at, until_at=until_at), now)


def ended(row: ServicePlanRow, *, now: datetime) -> Fact:
    """`customer.plan_ended`."""
    payload = CustomerPlanEnded(**_said(row, now), ended_at=row.ended_at or now, reason=row.end_reason or "")
    return _fact(row, payload, now)


def _said(row: ServicePlanRow, now: datetime) -> dict[str, Any]:
    return {
        "plan_id": row.id,
        "number": row.number,
        "customer_id": row.customer_id,
        "tier": row.tier,
        "state": row.state,
        "from_on": row.from_on,
        "until_on": row.until_on,
        "terms": [ServicePlanTerm(**term) for term in row.terms],
        "occurred_at": now,
        "routing": row.routing,
    }


def _fact(row: ServicePlanRow, payload: CustomerPlanApproved | CustomerPlanEnded, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="service_plan",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
