"""Opinion from outside → contract facts; small functions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import SUBJECT
from shared.contracts.base import EventPayload, Routing
from shared.contracts.callback_quality import SupervisionComplained, SupervisionFact
from shared.events.fact import Fact


def said(row: SupervisionOpinionRow, kind: type[SupervisionFact], now: datetime, **more: Any) -> Fact:
    """`callback.supervision_…`."""
    payload = kind(
        supervision_opinion_id=row.id,
        number=row.number,
        source=row.source,
        reference=row.reference,
        kind=row.kind,
        state=row.state,
        department=row.department,
        customer_id=row.customer_id,
        tier=row.tier,
        external_deadline_at=row.external_deadline_at,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(row, payload, now)


def complained(
    row: SupervisionOpinionRow, customer_id: UUID, tier: str, category: str, said_by: UUID, now: datetime
) -> Fact:
    """`callback.supervision_complained`: the complaint service hears it as it hears a dissatisfied customer."""
    is_case = row.case_type == "complaint"
    payload = SupervisionComplained(
        callback_id=row.id,
        number=row.number,
        business="supervision",
        tier=tier,
        subject_type="complaint" if is_case else "customer",
        subject_id=row.case_id if is_case and row.case_id else customer_id,
        customer_id=customer_id,
        occurred_at=now,
        consequence_id=row.id,
        called_by=said_by,
        category=category,
        routing=Routing(department=row.department),
    )
    return _fact(row, payload, now)


def _fact(row: SupervisionOpinionRow, payload: EventPayload, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=SUBJECT,
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
