"""Visit → contract facts; small functions."""

from datetime import datetime
from typing import Any

from services.callback.visits.models import FindingRow, VisitRow
from shared.contracts.callback_visits import VisitFact, VisitNeedFound
from shared.events.fact import Fact


def said(row: VisitRow, kind: type[VisitFact], now: datetime, **more: Any) -> Fact:
    """A fact about the visit itself."""
    payload = kind(**_about(row), occurred_at=now, routing=row.routing, **more)
    return _fact(row, payload, "visit", row.id, row.version, now)


def need_found(row: VisitRow, finding: FindingRow, found_by: Any, now: datetime) -> Fact:
    """`callback.visit_need_found`, an aggregate of its own whose only fact this is."""
    payload = VisitNeedFound(
        **_about(row),
        occurred_at=now,
        finding_id=finding.id,
        need=finding.need or "",
        department=finding.department,
        found_by=found_by,
        routing=row.routing.model_copy(
            update={"owner_id": None, "team": None, "department": finding.department, "posts": []}
        ),
    )
    return _fact(row, payload, "visit_finding", finding.id, 1, now)


def _about(row: VisitRow) -> dict[str, Any]:
    return {
        "visit_id": row.id,
        "number": row.number,
        "service": row.service,
        "origin": row.origin,
        "tier": row.tier,
        "customer_id": row.customer_id,
        "member_id": row.member_id,
        "provider_post": row.provider_post,
        "state": row.state,
        "due_at": row.due_at,
    }


def _fact(row: VisitRow, payload: Any, aggregate: str, aggregate_id: Any, version: int, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=aggregate,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
        matter_id=row.matter_id,
    )
