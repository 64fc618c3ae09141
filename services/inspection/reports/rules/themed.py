"""States of a themed report, its three parts, and which quarters are reported on."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.inspection.policy_programme import Pace
from services.inspection.programme.rules.windows import Span, months_later, span_of
from services.inspection.reports.errors import ThemedReportPartMissingError, ThemedReportStepNotAllowedError

SUBMIT, REWORK, APPROVE, PUBLISH = (
    *("themed_report_submit", "themed_report_rework"),
    *("themed_report_approve", "themed_report_publish"),
)
"""The metrics that are promised."""
PARTS: Mapping[str, str] = {"summary": "总结", "causes": "原因", "demands": "要求"}


class ReportState(StrEnum):
    """Where a themed report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    """Everybody in the company may read it."""


class ReportAct(StrEnum):
    """What is done to a themed report."""

    WRITE = "write"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"


S = ReportState
ALLOWED: Mapping[ReportAct, frozenset[ReportState]] = {
    ReportAct.WRITE: frozenset({S.DRAFT, S.RETURNED}),
    ReportAct.SUBMIT: frozenset({S.DRAFT, S.RETURNED}),
    ReportAct.APPROVE: frozenset({S.SUBMITTED}),
    ReportAct.RETURN: frozenset({S.SUBMITTED}),
    ReportAct.PUBLISH: frozenset({S.APPROVED}),
}


def check_report(act: ReportAct, state: str) -> None:
    """Raises: ThemedReportStepNotAllowedError."""
    if ReportState(state) not in ALLOWED[act]:
        raise ThemedReportStepNotAllowedError(
            f"专题检查报告处于“{state}”状态，不能执行“{act.value}”。", params={"act": act.value, "state": state}
        )


def check_parts(said: Mapping[str, str | None]) -> None:
    """Raises: ThemedReportPartMissingError naming every part that is missing."""
    missing = [(name, words) for name, words in PARTS.items() if not said.get(name)]
    if missing:
        raise ThemedReportPartMissingError.of(missing)


def due_quarters(today: date, newest: str | None, quarters_back: int = 4) -> list[Span]:
    """The quarters over of which reports are to be drafted: since the newest one that there is, else the last one."""
    running = span_of(Pace.QUARTER, today).first
    last = months_later(running, -3)
    begins = last
    if newest is not None:
        year, quarter = newest.split("-Q")
        begins = months_later(date(int(year), int(quarter) * 3 - 2, 1), 3)
    begins = max(begins, months_later(running, -3 * quarters_back))
    found = []
    while begins <= last:
        found.append(Span(Pace.QUARTER, begins))
        begins = months_later(begins, 3)
    return found


def before(span: Span) -> Span:
    """The quarter before."""
    return Span(Pace.QUARTER, months_later(span.first, -3))


def document(
    *,
    company: str,
    quarter: str,
    parts: Mapping[str, str],
    figures: Mapping[str, Any],
    submitted_by: object,
    approved_by: object,
    approved_at: datetime,
) -> dict[str, Any]:
    """What the approval stands under; the digest is over its canonical JSON."""
    return {
        "company": company,
        "quarter": quarter,
        **{name: parts[name] for name in PARTS},
        "figures": figures,
        "submitted_by": str(submitted_by),
        "approved_by": str(approved_by),
        "approved_at": approved_at,
    }
