"""Case → contract fact."""

from datetime import datetime
from typing import Any

from services.incentive.cases.models import IncentiveCaseRow
from shared.contracts.incentive_cases import IncentiveCaseFact
from shared.events.fact import Fact


def said(row: IncentiveCaseRow, kind: type[IncentiveCaseFact], now: datetime, **more: Any) -> Fact:
    """The fact of a step."""
    payload = kind(
        case_id=row.id,
        number=row.number,
        proposal_id=row.proposal_id,
        source=row.source,
        provision=row.provision,
        kind=row.kind,
        level=row.level,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        subject_department=row.department,
        staff_ids=list(row.named_ids),
        state=row.state,
        matter_id=row.matter_id,
        cause_type=row.cause_type,
        cause_id=row.cause_id,
        happened_at=row.happened_at,
        month=row.month,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="incentive_case",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
