"""Tally and standing → contract facts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.incentive.counters.models import StandingRow, TallyRow
from services.incentive.policy_catalogue import Counter
from shared.contracts.base import Routing
from shared.contracts.incentive_counters import IncentiveCounterFact, IncentiveStandingChanged
from shared.events.fact import Fact


def tallied(
    row: TallyRow,
    rule: Counter,
    kind: type[IncentiveCounterFact],
    reached_id: UUID,
    cause_ids: Sequence[UUID],
    now: datetime,
    *,
    matter_id: UUID,
) -> Fact:
    """`incentive.counter_reached`, `incentive.counter_fell`."""
    payload = kind(
        tally_id=row.id,
        counter=row.counter,
        subject_type=row.subject_type,
        subject_id=row.staff_id,
        subject_department=row.department,
        year=row.year or None,
        count=row.count,
        limit=rule.at,
        provision=rule.then,
        reached_id=reached_id,
        cause_ids=list(cause_ids),
        occurred_at=now,
        routing=Routing(department=row.department, team=row.team),
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="incentive_counter",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=matter_id,
    )


def stood(row: StandingRow, now: datetime, *, changed_by: UUID | None = None, matter_id: UUID | None = None) -> Fact:
    """`incentive.standing_changed`."""
    payload = IncentiveStandingChanged(
        standing_id=row.id,
        kind=row.kind,
        grade=row.grade,
        subject_type=row.subject_type,
        subject_id=row.staff_id,
        subject_department=row.department,
        period=row.period,
        until_period=row.until_period,
        case_id=row.case_id,
        provision=row.provision,
        is_holding=row.is_holding,
        ended_for=row.ended_for,
        changed_by=changed_by,
        occurred_at=now,
        routing=Routing(department=row.department, team=row.team),
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="incentive_standing",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=matter_id,
    )
