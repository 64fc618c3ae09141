"""Rows of the supervision network → contract facts; small functions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.inspection.supervisors.models import ObservationRow, SupervisorActivityRow, SupervisorRow
from services.inspection.supervisors.rules.network import SUPERVISOR
from services.inspection.supervisors.rules.observing import ACTIVITY, OBSERVATION
from shared.contracts.base import EventPayload, Routing
from shared.contracts.inspection_supervisors import (
    ObservationComplained,
    ObservationFact,
    SupervisorActivityFact,
    SupervisorFact,
)
from shared.events.fact import Fact

Row = SupervisorRow | SupervisorActivityRow | ObservationRow


def of_member(row: SupervisorRow, kind: type[SupervisorFact], now: datetime) -> Fact:
    """`inspection.supervisor_…` about a membership."""
    payload = kind(
        supervisor_id=row.id,
        number=row.number,
        group=row.group_code,
        state=row.state,
        term=row.term,
        term_since=row.term_since,
        term_until=row.term_until,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(row, SUPERVISOR, payload, now)


def of_activity(row: SupervisorActivityRow, kind: type[SupervisorActivityFact], now: datetime) -> Fact:
    """`inspection.supervisor_…` about an invitation."""
    payload = kind(
        activity_id=row.id,
        number=row.number,
        supervisor_id=row.supervisor_id,
        kind=row.kind,
        state=row.state,
        starts_at=row.starts_at,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(row, ACTIVITY, payload, now)


def of_observation(row: ObservationRow, kind: type[ObservationFact], now: datetime, **more: Any) -> Fact:
    """`inspection.observation_…`."""
    payload = kind(
        observation_id=row.id,
        number=row.number,
        kind=row.kind,
        department=row.department,
        team=row.team,
        state=row.state,
        seen_at=row.seen_at,
        answer_due_at=row.answer_due_at,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(row, OBSERVATION, payload, now)


def complained(row: ObservationRow, customer_id: UUID, tier: str, category: str, said_by: UUID, now: datetime) -> Fact:
    """`inspection.observation_complained`: to be heard as a dissatisfied customer is."""
    payload = ObservationComplained(
        callback_id=row.id,
        number=row.number,
        business="supervision",
        tier=tier,
        subject_type="customer",
        subject_id=customer_id,
        customer_id=customer_id,
        occurred_at=now,
        consequence_id=row.id,
        called_by=said_by,
        category=category,
        routing=Routing(department=row.department),
    )
    return _fact(row, OBSERVATION, payload, now)


def _fact(row: Row, subject: str, payload: EventPayload, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type=subject,
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
