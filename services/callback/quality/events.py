"""Review → contract facts; small functions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.callback.calls.models import CallbackRow
from services.callback.quality.models import CallReviewRow, DisputeRow, FalsificationRow
from services.callback.quality.rules.cards import Total
from services.callback.quality.rules.states import Cause, DisputeState
from shared.contracts.base import Routing
from shared.contracts.callback_quality import CallbackFalsified, CallDisputeDecided, CallReviewed, CallReviewFact
from shared.events.fact import Fact


def reviewed(row: CallReviewRow, cause: Cause, total: Total, said_by: UUID, now: datetime) -> Fact:
    """`callback.call_reviewed`."""
    said = {
        "cause": cause.value,
        "reviewed_by": said_by,
        "card": row.card,
        "card_version": row.card_version,
        "points": total.points,
        "out_of": total.out_of,
        "is_fatal": total.is_fatal,
        "is_standing": row.is_standing,
    }
    return _fact(row, CallReviewed, now, **said)


def dispute_decided(row: CallReviewRow, dispute: DisputeRow, decided_by: UUID, now: datetime) -> Fact:
    """`callback.dispute_decided`."""
    return _fact(
        row,
        CallDisputeDecided,
        now,
        dispute_id=dispute.id,
        is_amended=dispute.state == DisputeState.AMENDED,
        decided_by=decided_by,
        points=row.points,
        out_of=row.out_of,
        is_fatal=row.is_fatal,
        is_on_time=dispute.is_on_time,
    )


def falsified(
    row: CallReviewRow,
    finding: FalsificationRow,
    callback: CallbackRow,
    again_id: UUID,
    *,
    confirmed_by: UUID,
    clause: str,
    now: datetime,
) -> Fact:
    """`callback.falsified`."""
    return _fact(
        row,
        CallbackFalsified,
        now,
        routing=Routing(department=row.caller_department, team=row.caller_team),
        falsification_id=finding.id,
        reasons=list(finding.reasons),
        clause=clause,
        proposed_by=finding.proposed_by,
        confirmed_by=confirmed_by,
        subject_type=callback.subject_type,
        subject_id=callback.subject_id,
        customer_id=callback.customer_id,
        again_callback_id=again_id,
    )


def _fact(row: CallReviewRow, kind: type[CallReviewFact], now: datetime, **more: Any) -> Fact:
    payload = kind(
        review_id=row.id,
        number=row.number,
        callback_id=row.callback_id,
        caller_id=row.caller_id,
        month=row.month,
        mode=row.mode,
        occurred_at=now,
        **{"routing": row.routing, **more},
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="call_review",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
