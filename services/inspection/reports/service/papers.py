"""Gathering everything that there is about an inspection, and what it still lacks."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.service import reading as inspections
from services.inspection.notices.service import reading as notices
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import Pace
from services.inspection.programme.rules.windows import span_of
from services.inspection.programme.service import reading as programme
from services.inspection.reports.errors import ArchiveIncompleteError
from services.inspection.reports.models import MonthlySummaryRow, SummaryEditionRow, ThemedReportRow
from services.inspection.reports.repository import rows
from services.inspection.reports.rules.completeness import FindingStanding, FormStanding, Missing, NoticeOf, missing_of
from services.inspection.reports.rules.summaries import WRITABLE, SummaryState
from services.inspection.reports.rules.themed import ReportState
from services.inspection.reports.service.documents import Papers, is_told
from shared.access.scope import RowScope


async def papers_of(session: AsyncSession, governing: InspectionGoverning, row: InspectionRow) -> Papers:
    """All of it.  Raises: ArchiveIncompleteError listing what is missing."""
    every = RowScope.everything(row.company)
    plan = planned = None
    if row.planned_id is not None:
        planned = await programme.one_planned(session, row.planned_id, every)
        plan = await programme.plan(session, planned.plan_id, every)
    adjusted = await programme.adjustments(session, plan.id, every) if plan is not None else ()
    papers = Papers(
        dossier=await inspections.dossier(session, row.id),
        plan=plan,
        planned=planned,
        adjustments=[one for one in adjusted if planned is not None and one.planned_id == planned.id],
        findings=await rows.findings_of(session, row.id),
        notices=[one for one in await notices.of_inspection(session, row.id) if is_told(one.notice)],
        summary=await _summary(session, governing, row),
        report=await _report(session, governing, row),
    )
    if missing := await _missing(session, governing, papers):
        raise ArchiveIncompleteError.of(missing)
    return papers


async def _missing(session: AsyncSession, governing: InspectionGoverning, papers: Papers) -> list[Missing]:
    dossier, planned = papers.dossier, papers.planned
    form = FormStanding(
        state=dossier.state,
        is_recorded=dossier.recorded_at is not None,
        is_replied=dossier.replied_at is not None,
        needs_execution_plan=dossier.source_id is None
        and governing.chapter.programme.kinds[dossier.kind].needs_execution_plan,
        has_execution_plan=bool(dossier.checks or (planned and planned.execution_at)),
        needs_signatures=dossier.source_id is None or governing.chapter.inspections.entry_checks.is_replied,
    )
    # drafts too: what was not issued yet is owed
    whole = await notices.of_inspection(session, dossier.id)
    findings = [
        FindingStanding(
            number=one.number,
            state=one.state,
            remedy=one.remedy,
            is_good_example=one.is_good_example,
            is_mended=one.mended_at is not None,
            notices=[
                NoticeOf(number=notice.notice.number, state=notice.notice.state)
                for notice in whole
                if any(link.finding_id == one.id and link.left_at is None for link in notice.findings)
            ],
        )
        for one in papers.findings
    ]
    return missing_of(form, findings)


async def _summary(
    session: AsyncSession, governing: InspectionGoverning, row: InspectionRow
) -> tuple[MonthlySummaryRow, SummaryEditionRow] | None:
    if row.held_at is None:
        return None
    month = f"{row.held_at.astimezone(governing.zone):%Y-%m}"
    summary = await rows.summary_of(session, row.company, row.department, month)
    if summary is None or SummaryState(summary.state) in WRITABLE:
        return None
    return summary, await rows.edition(session, summary.id, summary.edition)


async def _report(session: AsyncSession, governing: InspectionGoverning, row: InspectionRow) -> ThemedReportRow | None:
    if row.held_at is None or row.kind not in governing.chapter.reports.themed.kinds:
        return None
    quarter = span_of(Pace.QUARTER, row.held_at.astimezone(governing.zone).date()).name
    report = await rows.report_of(session, row.company, quarter)
    return report if report is not None and report.state == ReportState.PUBLISHED else None
