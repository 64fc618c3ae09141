"""Evaluation → contract facts; small functions."""

from datetime import datetime
from typing import Any

from services.callback.entitlements.models import EvaluationRow
from shared.contracts.callback_visits import AccountEvaluationFact
from shared.events.fact import Fact


def said(row: EvaluationRow, kind: type[AccountEvaluationFact], now: datetime, **more: Any) -> Fact:
    """`callback.account_…`."""
    payload = kind(
        evaluation_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        tier=row.tier,
        year=row.year,
        state=row.state,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="account_evaluation",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
