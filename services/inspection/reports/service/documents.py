"""The documents of an inspection as plain content: what its archive holds (domain.md 2.5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from services.inspection.findings.models import FindingRow
from services.inspection.inspections.rules.dossier import Dossier
from services.inspection.notices.models import NoticeRow
from services.inspection.notices.service.reading import WholeNotice
from services.inspection.programme.models import InspectionPlanRow, PlanAdjustmentRow, PlannedInspectionRow
from services.inspection.reports.models import MonthlySummaryRow, SummaryEditionRow, ThemedReportRow
from services.inspection.reports.rules.summaries import PARTS, document
from services.inspection.reports.service import themed

_HIDDEN = frozenset({"company", "posts", "version"})
_REPLY = (
    *("reply", "is_reply_refused", "refusal_reason", "replied_by", "replied_at", "signed_by", "signed_at"),
    *("form_digest", "state"),
)
_EXECUTION = (
    *("kind", "theme", "method", "department", "team", "inspector_id", "companion_ids", "held_on", "checks"),
    *("prepared_by", "prepared_at"),
)
_APART = frozenset({"points", "subjects", "good_examples", "sample", "finding_ids", "evidence_ids", "company", *_REPLY})


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything that there is about an inspection."""

    dossier: Dossier
    plan: InspectionPlanRow | None
    planned: PlannedInspectionRow | None
    adjustments: Sequence[PlanAdjustmentRow]
    findings: Sequence[FindingRow]
    """But for withdrawn drafts."""
    notices: Sequence[WholeNotice]
    """That were issued."""
    summary: tuple[MonthlySummaryRow, SummaryEditionRow] | None
    """Of the department's month, if it was signed."""
    report: ThemedReportRow | None
    """Of the quarter, if it was published."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its file's stem, its title and its content."""

    name: str
    title: str
    content: Mapping[str, Any]


def documents(papers: Papers) -> list[Document]:
    """In the order of the archive."""
    dossier = papers.dossier
    found = [
        Document("01-plan", "检查计划", _plan(papers)),
        Document("02-execution-plan", "检查实施方案", _execution(papers)),
        Document("03-form", "检查表", _form(dossier)),
    ]
    if dossier.sample is not None:
        said = {**asdict(dossier.sample), "outcomes": [asdict(one) for one in dossier.subjects]}
        found.append(Document("04-sample", "抽样", said))
    found += [
        Document("05-reply", "被检查部门答复与双方签字", {name: getattr(dossier, name) for name in _REPLY}),
        Document("06-findings", "检查发现及其处理", {"findings": [_columns(one) for one in papers.findings]}),
        Document("07-notices", "整改通知书", {"notices": [_notice(one) for one in papers.notices]}),
        Document("08-rectification-reports", "整改报告与验收", {"rounds": _rounds(papers.notices)}),
    ]
    if papers.summary is not None:
        found.append(Document("10-monthly-summary", "部门月度服务总结", _summary(*papers.summary)))
    if papers.report is not None:
        found.append(Document("11-themed-report", "季度专题检查报告", _report(papers.report)))
    return found


def named_files(papers: Papers) -> dict[UUID, list[str]]:
    """Every file that the documents name, in their order, and where."""
    found: dict[UUID, list[str]] = {}

    def name(file_ids: Iterable[UUID], where: str) -> None:
        for file_id in file_ids:
            places = found.setdefault(file_id, [])
            if where not in places:
                places.append(where)

    name(papers.dossier.evidence_ids, f"检查表 {papers.dossier.number}")
    for finding in papers.findings:
        name(finding.evidence_ids, f"检查发现 {finding.number}")
    for whole in papers.notices:
        for turn in whole.rounds:
            name(turn.proof_ids, f"整改通知书 {whole.notice.number} 第 {turn.cycle} 轮")
    return found


def _plan(papers: Papers) -> dict[str, Any]:
    if papers.plan is None or papers.planned is None:
        return {"is_planned": False}
    return {
        "is_planned": True,
        # what becomes of the plan later is not of this inspection: the package stays the same
        "plan": _columns(papers.plan, "state", "ended_at", "adjustments"),
        "planned": _columns(papers.planned),
        "adjustments": [_columns(one) for one in papers.adjustments],
    }


def _execution(papers: Papers) -> dict[str, Any]:
    said = {name: getattr(papers.dossier, name) for name in _EXECUTION}
    if papers.planned is None:
        return said
    planned = papers.planned
    more = ("sample_size", "execution_by", "execution_at", "window_from", "window_until")
    return {**said, **{name: getattr(planned, name) for name in more}}


def _form(dossier: Dossier) -> dict[str, Any]:
    said = {name: value for name, value in asdict(dossier).items() if name not in _APART}
    return {
        **said,
        "checked_points": [asdict(one) for one in dossier.points],
        "good_examples": [asdict(one) for one in dossier.good_examples],
        "subjects": [asdict(one) for one in dossier.subjects],
    }


def _notice(whole: WholeNotice) -> dict[str, Any]:
    return {
        **_columns(whole.notice),
        "findings": [_columns(one, "id", "notice_id") for one in whole.findings],
        "rounds": [_columns(one, "id", "notice_id") for one in whole.rounds],
        "steps": [_columns(one, "id", "notice_id") for one in whole.steps],
    }


def _rounds(notices: Sequence[WholeNotice]) -> list[dict[str, Any]]:
    return [
        {"notice_number": whole.notice.number, **_columns(one, "id", "notice_id")}
        for whole in notices
        for one in whole.rounds
    ]


def _summary(row: MonthlySummaryRow, edition: SummaryEditionRow) -> dict[str, Any]:
    said = document(
        company=row.company,
        department=row.department,
        month=row.month,
        edition=edition.edition,
        parts={name: getattr(edition, name) for name in PARTS},
        figures=edition.figures,
        signed_by=edition.signed_by,
        signed_at=edition.signed_at,
    )
    verdict = {name: getattr(edition, name) for name in ("verdict", "words", "judged_by", "judged_at")}
    return {**said, "digest": edition.digest, **verdict}


def _report(row: ThemedReportRow) -> dict[str, Any]:
    return {
        **themed.said_of(row, row.figures or {}),
        "digest": row.digest,
        "published_by": row.published_by,
        "published_at": row.published_at,
    }


def _columns(row: Any, *more_hidden: str) -> dict[str, Any]:
    hidden = _HIDDEN.union(more_hidden)
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if one.key not in hidden}


def is_told(notice: NoticeRow) -> bool:
    """Whether the department knows of it: drafts that were never issued are nobody's record."""
    return notice.issued_at is not None
