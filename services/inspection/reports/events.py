"""Rows of the reports → contract facts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.inspection.reports.models import ArchiveRow, MonthlySummaryRow, SummaryEditionRow, ThemedReportRow
from shared.contracts.base import EventPayload
from shared.contracts.inspection_reports import (
    InspectionArchived,
    SummaryFact,
    SummarySigned,
    ThemedReportApproved,
    ThemedReportFact,
)
from shared.events.fact import Fact

_OWN = {"routing", "occurred_at", "summary_id", "report_id"}


def of_summary(row: MonthlySummaryRow, kind: type[SummaryFact], now: datetime, **more: Any) -> Fact:
    """`inspection.summary_…`."""
    payload = kind(summary_id=row.id, occurred_at=now, routing=row.routing, **_shown(row, SummaryFact), **more)
    return _fact(row, "monthly_summary", payload, row.id, now)


def signed(row: MonthlySummaryRow, edition: SummaryEditionRow, now: datetime) -> Fact:
    """`inspection.summary_signed`, with what the month's assessment takes of it."""
    said = edition.figures
    held, findings = said["inspections"], said["findings"]
    return of_summary(
        row,
        SummarySigned,
        now,
        signed_by=edition.signed_by,
        digest=edition.digest,
        inspections=held["held"],
        score_got=held["score_got"],
        score_of=held["score_of"],
        score=held["score"],
        late_forms=held["late_forms"],
        findings=findings["found"],
        findings_by_severity=findings["by_severity"],
        points=findings["points"],
        recurrences=findings["recurrences"],
        good_examples=findings["good_examples"],
        notices_issued=said["notices"]["issued"],
        notices_late=said["notices"]["late"],
        improvements_accepted=said["improvements"]["accepted"],
        trainings=said["trainings"]["held"],
        meetings=said["meetings"]["held"],
    )


def of_report(row: ThemedReportRow, kind: type[ThemedReportFact], now: datetime, **more: Any) -> Fact:
    """`inspection.themed_report_…`."""
    payload = kind(report_id=row.id, occurred_at=now, routing=row.routing, **_shown(row, ThemedReportFact), **more)
    return _fact(row, "themed_report", payload, row.id, now)


def approved(row: ThemedReportRow, figures: dict[str, Any], by: UUID, now: datetime) -> Fact:
    """`inspection.themed_report_approved`."""
    totals = figures["totals"]
    scores = {one["department"]: one["score"] for one in figures["departments"] if one["score"] is not None}
    return of_report(
        row,
        ThemedReportApproved,
        now,
        approved_by=by,
        digest=row.digest,
        inspections=totals["inspections"],
        score=totals["score"],
        findings=totals["findings"],
        notices=totals["notices"],
        scores=scores,
    )


def archived(row: ArchiveRow, matter_id: UUID) -> Fact:
    """`inspection.archived`."""
    shown = _shown(row, InspectionArchived)
    payload = InspectionArchived(archive_id=row.id, occurred_at=row.made_at, routing=row.routing, **shown)
    return _fact(row, "inspection_archive", payload, matter_id, row.made_at)


def _shown(row: Any, kind: type[EventPayload]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields.keys() - _OWN - {"archive_id"}}


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
