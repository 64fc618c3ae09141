"""Appeal → contract fact."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.appeals.models import AppealRow
from shared.contracts import finding as contracts
from shared.contracts.base import Routing
from shared.events.fact import Fact


def appealed(
    row: AppealRow,
    kind: type[contracts.AppealFact],
    now: datetime,
    *,
    customer_id: UUID | None,
    routing: Routing | None = None,
    **said: Any,
) -> Fact:
    """`complaint.appeal_*`; routed to the posts of the appeal's step, else as said."""
    payload = kind(
        appeal_id=row.id,
        number=row.number,
        complaint_id=row.complaint_id,
        finding_id=row.finding_id,
        finding_revision=row.finding_revision,
        cycle=row.cycle,
        appellant=row.appellant,
        appellant_id=row.appellant_id,
        appellant_department=row.appellant_department,
        channel=row.channel,
        grounds=list(row.grounds),
        instance=row.instance,
        state=row.state,
        step=row.step,
        outcome=row.outcome,
        customer_id=customer_id,
        occurred_at=now,
        routing=routing or row.routing,
        **said,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="appeal",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
