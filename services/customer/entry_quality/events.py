"""Errors, rights, misuse and reports → contract facts; one small function per event."""

from datetime import datetime
from uuid import UUID

from services.customer.entry_quality.models import (
    DataMisuseRow,
    EntryFindingRow,
    EntryReportRow,
    RightsWithdrawalRow,
)
from shared.contracts import entry as contracts
from shared.contracts.base import EventPayload
from shared.events.fact import Fact


def confirmed(row: EntryFindingRow, count: int, now: datetime) -> Fact:
    """`customer.entry_errors_confirmed`."""
    payload = contracts.EntryErrorsConfirmed(
        finding_ids=[row.id],
        operator_id=row.operator_id,
        operator_department=row.department,
        kind=row.kind,
        concern=row.concern,
        check=row.check,
        rule=row.rule,
        clause=row.clause,
        count=count,
        month=row.found_month,
        is_after_training=row.is_after_training,
        customer_id=row.customer_id,
        order_id=row.order_id,
        complaint_id=row.complaint_id,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "entry_finding", row.id, row.version, now, row.matter_id)


def reported(row: EntryFindingRow, *, is_known: bool, callback_id: UUID | None, now: datetime) -> Fact:
    """`customer.entry_error_reported`."""
    payload = contracts.EntryErrorReported(
        finding_id=row.id,
        is_known=is_known,
        kind=row.kind,
        concern=row.concern,
        check=row.check,
        rule=row.rule,
        operator_id=row.operator_id,
        customer_id=row.customer_id,
        callback_id=callback_id,
        state=row.state,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "entry_finding", row.id, row.version, now, row.matter_id)


def dismissed(row: EntryFindingRow, now: datetime) -> Fact:
    """`customer.entry_error_dismissed`."""
    payload = contracts.EntryErrorDismissed(
        finding_id=row.id,
        operator_id=row.operator_id,
        kind=row.kind,
        concern=row.concern,
        rule=row.rule,
        state=row.state,
        customer_id=row.customer_id,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "entry_finding", row.id, row.version, now, row.matter_id)


def rights(row: RightsWithdrawalRow, kind: type[contracts.RightsFact], now: datetime) -> Fact:
    """`customer.rights_*`."""
    payload = kind(
        withdrawal_id=row.id,
        staff_id=row.staff_id,
        staff_department=row.department,
        concerns=list(row.concerns),
        ground=row.ground,
        state=row.state,
        clause=row.clause,
        finding_ids=list(row.finding_ids),
        complaint_id=row.complaint_id,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "rights_withdrawal", row.id, row.version, now, row.matter_id)


def misused(row: DataMisuseRow, now: datetime) -> Fact:
    """`customer.data_misuse_confirmed`."""
    payload = contracts.DataMisuseConfirmed(
        misuse_id=row.id,
        kind=row.kind,
        person_id=row.actor_id,
        person_department=row.department,
        customer_id=row.customer_id,
        clause=row.clause,
        happened_at=row.occurred_at,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "data_misuse", row.id, row.version, now, row.matter_id)


def signed(row: EntryReportRow, now: datetime) -> Fact:
    """`customer.entry_report_signed`."""
    total = row.figures["total"]
    payload = contracts.EntryReportSigned(
        report_id=row.id,
        month=row.month,
        digest=row.digest,
        found=total.get("found", 0),
        confirmed=total.get("confirmed", 0),
        entries=total.get("entries", 0),
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "entry_report", row.id, row.version, now, row.id)


def _fact(
    payload: EventPayload, company: str, kind: str, aggregate_id: UUID, version: int, now: datetime, matter_id: UUID
) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=kind,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
        matter_id=matter_id,
    )
