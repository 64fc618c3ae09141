"""Proposal → contract fact."""

from datetime import datetime
from typing import Any

from services.incentive.proposals.models import ProposalRow
from shared.contracts.incentive_proposals import IncentiveProposalFact
from shared.events.fact import Fact


def said(row: ProposalRow, kind: type[IncentiveProposalFact], now: datetime, **more: Any) -> Fact:
    """`incentive.proposed`, `…confirmed`, `…dismissed`, `…withdrawn`."""
    payload = kind(
        proposal_id=row.id,
        number=row.number,
        source=row.source,
        provision=row.provision,
        kind=row.kind,
        level=row.level,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        subject_department=row.department,
        is_collective=row.is_collective,
        is_talk_suggested=row.is_talk_suggested,
        state=row.state,
        matter_id=row.matter_id,
        cause_type=row.cause_type,
        cause_id=row.cause_id,
        cause_event_id=row.cause_event_id,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="incentive_proposal",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
