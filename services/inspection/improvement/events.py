"""Rows of service improvement → contract facts; small functions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.inspection.improvement.models.examples import GoodExampleRow
from services.inspection.improvement.models.gatherings import GatheringDutyRow, ServiceMeetingRow, TrainingRow
from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.models.proposals import StaffProposalRow
from shared.contracts.base import EventPayload
from shared.contracts.inspection_improvement import (
    GatheringFact,
    GatheringMissed,
    GoodExamplePublicationFact,
    ImprovementFact,
    ImprovementPlanFact,
    StaffProposalFact,
)
from shared.events.fact import Fact

_OWN = {"routing", "occurred_at", "plan_id", "improvement_id", "proposal_id", "example_id"}


def of_plan(row: ImprovementPlanRow, kind: type[ImprovementPlanFact], now: datetime, **more: Any) -> Fact:
    """`inspection.improvement_plan_…`."""
    payload = kind(plan_id=row.id, occurred_at=now, routing=row.routing, **_shown(row, ImprovementPlanFact), **more)
    return _fact(row, "improvement_plan", payload, row.id, now)


def of_improvement(row: ImprovementRow, kind: type[ImprovementFact], now: datetime, **more: Any) -> Fact:
    """`inspection.improvement_…`; a measured one says its effect."""
    said = _shown(row, kind) | {"plan_id": row.plan_id} | more
    payload = kind(improvement_id=row.id, occurred_at=now, routing=row.routing, **said)
    return _fact(row, "improvement", payload, row.matter_id, now)


def of_proposal(row: StaffProposalRow, kind: type[StaffProposalFact], now: datetime, **more: Any) -> Fact:
    """`inspection.staff_propos…`."""
    said = _shown(row, StaffProposalFact) | {"improvement_id": row.improvement_id} | more
    payload = kind(proposal_id=row.id, occurred_at=now, routing=row.routing, **said)
    return _fact(row, "staff_proposal", payload, row.matter_id, now)


def of_gathering(
    row: TrainingRow | ServiceMeetingRow,
    kind: type[GatheringFact],
    now: datetime,
    duty: GatheringDutyRow | None,
    **more: Any,
) -> Fact:
    """`inspection.training_recorded` and `inspection.service_meeting_recorded`."""
    payload = kind(
        gathering_id=row.id,
        department=row.department,
        team=row.team,
        duty_id=row.duty_id,
        period=duty.period if duty else None,
        is_late=duty.is_late if duty else None,
        people=len(row.person_ids),
        minutes=row.minutes,
        held_at=row.held_at,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(row, "training" if isinstance(row, TrainingRow) else "service_meeting", payload, row.id, now)


def missed(row: GatheringDutyRow, now: datetime) -> Fact:
    """`inspection.gathering_missed`."""
    payload = GatheringMissed(
        duty_id=row.id,
        kind=row.kind,
        department=row.department,
        period=row.period,
        due_at=row.due_at,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(row, "gathering_duty", payload, row.id, now)


def of_example(row: GoodExampleRow, kind: type[GoodExamplePublicationFact], now: datetime, **more: Any) -> Fact:
    """`inspection.good_example_published` and `…_withdrawn`."""
    said = _shown(row, GoodExamplePublicationFact)
    payload = kind(example_id=row.id, occurred_at=now, routing=row.routing, **said, **more)
    return _fact(row, "good_example", payload, row.matter_id, now)


def _shown(row: Any, kind: type[EventPayload]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields.keys() - _OWN if hasattr(row, name)}


def _fact(row: Any, aggregate: str, payload: EventPayload, matter_id: UUID, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=aggregate,
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=matter_id,
    )
