"""Finding, measure, counter → contract fact; one small function per kind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.findings.models import FindingRow, MeasureRow, RepeatedConsequenceRow
from services.complaint.findings.rules import consequences
from services.complaint.policy_findings import Findings
from shared.contracts import finding as contracts
from shared.contracts.base import Routing
from shared.events.fact import Fact


def _said_of(row: FindingRow, case: ComplaintRow, terms: Findings, now: datetime) -> dict[str, Any]:
    return {
        "finding_id": row.id,
        "complaint_id": case.id,
        "number": case.number,
        "cycle": row.cycle,
        "revision": row.revision,
        "state": row.state,
        "verdict": row.verdict,
        "holds_responsible": terms.verdicts[row.verdict].holds_responsible,
        "responsible_department": row.department,
        "person_ids": list(row.person_ids),
        "is_preventable": row.is_preventable,
        "is_reported_upward": row.is_reported_upward,
        "consequences": [
            contracts.ProposedConsequence(mark=one.mark, clause=one.clause) for one in consequences(row.marks, terms)
        ],
        "category": case.category,
        "grade": case.grade,
        "tier": case.tier,
        "customer_id": case.told_customer_id,
        "complained_at": case.opened_at,
        "occurred_at": now,
    }


def found(
    row: FindingRow,
    case: ComplaintRow,
    terms: Findings,
    kind: type[contracts.FindingFact],
    now: datetime,
    *,
    routing: Routing | None = None,
    **said: Any,
) -> Fact:
    """`complaint.finding_*`; routed to whom it lies with, else to the case's holder."""
    return Fact(
        payload=kind(**_said_of(row, case, terms, now), routing=routing or case.routing, **said),
        company=row.company,
        aggregate_type="finding",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )


def measured(row: MeasureRow, kind: type[contracts.MeasureFact], routing: Routing, now: datetime) -> Fact:
    """`complaint.measure_*`."""
    payload = kind(
        measure_id=row.id,
        finding_id=row.finding_id,
        complaint_id=row.complaint_id,
        urgency=row.urgency,
        state=row.state,
        round=row.round,
        owner_id=row.owner_id,
        responsible_department=row.department,
        occurred_at=now,
        routing=routing,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="measure",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )


def consequence(
    row: RepeatedConsequenceRow,
    complaint_id: UUID,
    kind: type[contracts.ConsequenceFact],
    routing: Routing,
    now: datetime,
) -> Fact:
    """`complaint.consequence_proposed` and `…_retracted`."""
    payload = kind(
        consequence_id=row.id,
        person_id=row.person_id,
        year=row.year,
        rule=row.rule,
        clause=row.clause,
        count=row.count,
        finding_id=row.finding_id,
        complaint_id=complaint_id,
        occurred_at=now,
        routing=routing,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="employee_consequence",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
