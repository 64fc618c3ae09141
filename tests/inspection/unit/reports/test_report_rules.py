"""Rules of the reports by table: states, parts, periods, what an archive lacks, words of the printable pages."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import inspect

from services.inspection.database import Base
from services.inspection.findings.models import FindingRow
from services.inspection.inspections.rules import dossier
from services.inspection.notices.models import NoticeFindingRow, NoticeRow, NoticeStepRow, RoundRow
from services.inspection.policy import InspectionChapter
from services.inspection.programme.models import InspectionPlanRow, PlanAdjustmentRow, PlannedInspectionRow
from services.inspection.reports.errors import (
    SummaryMonthError,
    SummaryMonthNotOverError,
    SummaryPartMissingError,
    SummarySignedError,
    SummaryStepNotAllowedError,
    ThemedReportPartMissingError,
    ThemedReportStepNotAllowedError,
)
from services.inspection.reports.models import SummaryEditionRow
from services.inspection.reports.rules import figures, summaries, themed
from services.inspection.reports.rules.completeness import FindingStanding, FormStanding, NoticeOf, missing_of
from services.inspection.reports.rules.labels import LABELS
from services.inspection.reports.rules.summaries import SummaryAct, SummaryState
from services.inspection.reports.rules.themed import ReportAct, ReportState
from shared.archive.canonical import digest_of
from tests.support.packs import PACKS, shipped

TODAY = date(2026, 11, 24)
WORDS = {"achievements": "a", "measures": "b", "problems": "c", "suggestions": "d"}
STEPS = {
    SummaryState.DRAFT: {SummaryAct.WRITE, SummaryAct.SIGN},
    SummaryState.SUBMITTED: {SummaryAct.NOTE, SummaryAct.RETURN},
    SummaryState.RETURNED: {SummaryAct.WRITE, SummaryAct.SIGN},
    SummaryState.NOTED: set(),
}


@pytest.mark.parametrize("state", list(SummaryState))
def test_a_summary_allows_exactly_its_steps(state: SummaryState) -> None:
    allowed, refused = set(), set()
    for act in SummaryAct:
        try:
            summaries.check_summary(act, state.value)
        except SummarySignedError:
            refused.add(act)
        except SummaryStepNotAllowedError:
            continue
        else:
            allowed.add(act)
    assert allowed == STEPS[state]
    assert allowed | refused >= {SummaryAct.WRITE, SummaryAct.SIGN}, "what was signed says so"


@pytest.mark.parametrize("state", list(ReportState))
def test_a_report_allows_exactly_its_steps(state: ReportState) -> None:
    steps = {
        ReportState.DRAFT: {ReportAct.WRITE, ReportAct.SUBMIT},
        ReportState.SUBMITTED: {ReportAct.APPROVE, ReportAct.RETURN},
        ReportState.RETURNED: {ReportAct.WRITE, ReportAct.SUBMIT},
        ReportState.APPROVED: {ReportAct.PUBLISH},
        ReportState.PUBLISHED: set[ReportAct](),
    }
    allowed = set()
    for act in ReportAct:
        try:
            themed.check_report(act, state.value)
        except ThemedReportStepNotAllowedError:
            continue
        allowed.add(act)
    assert allowed == steps[state]


def test_every_missing_part_is_named() -> None:
    summaries.check_parts(WORDS)
    with pytest.raises(SummaryPartMissingError) as refused:
        summaries.check_parts({**WORDS, "measures": None, "problems": ""})
    assert [one.pointer for one in refused.value.errors] == ["/measures", "/problems"]
    with pytest.raises(ThemedReportPartMissingError) as incomplete:
        themed.check_parts({"summary": "a"})
    assert [one.pointer for one in incomplete.value.errors] == ["/causes", "/demands"]


def test_a_summary_is_signed_when_its_month_is_over() -> None:
    over = datetime(2026, 11, 30, 16, tzinfo=UTC)
    summaries.check_over(over, over)
    with pytest.raises(SummaryMonthNotOverError):
        summaries.check_over(over, datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("month", "is_good"), [("2026-11", True), ("2026-12", False), ("2025-11", True), ("2025-10", False)]
)
def test_a_month_is_begun_while_it_runs_or_soon_after(month: str, is_good: bool) -> None:
    if is_good:
        summaries.check_month(month, TODAY, 12)
        return
    with pytest.raises(SummaryMonthError):
        summaries.check_month(month, TODAY, 12)


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, ["2026-10"]),
        ("2026-10", []),
        ("2026-08", ["2026-09", "2026-10"]),
        ("2024-01", ["2026-08", "2026-09", "2026-10"]),
    ],
)
def test_months_that_were_not_drafted_are_made_up_for(newest: str | None, due: list[str]) -> None:
    assert summaries.due_months(TODAY, newest, 3) == due


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, ["2026-Q3"]),
        ("2026-Q3", []),
        ("2026-Q1", ["2026-Q2", "2026-Q3"]),
        ("2020-Q1", ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]),
    ],
)
def test_quarters_that_were_not_drafted_are_made_up_for(newest: str | None, due: list[str]) -> None:
    assert [one.name for one in themed.due_quarters(TODAY, newest)] == due


def test_quarter_before_january_is_that_of_the_year_before() -> None:
    (span,) = themed.due_quarters(date(2027, 4, 1), "2026-Q4")
    assert (span.name, themed.before(span).name) == ("2027-Q1", "2026-Q4")


@pytest.mark.parametrize(("got", "of", "score"), [(2, 3, 6667), (0, 5, 0), (0, 0, None), (7, 7, 10_000)])
def test_scores_are_basis_points_of_all_weights(got: int, of: int, score: int | None) -> None:
    rows = [{"held": 1, "late_forms": 0, "got": got, "of": of}, {"held": 2, "late_forms": 1, "got": 0, "of": 0}]
    found = figures.scored(rows)
    assert (found.held, found.late_forms, found.score) == (3, 1, score)
    assert figures.change(score, 100) == (None if score is None else score - 100)


def test_the_digest_stands_under_words_figures_and_signature() -> None:
    at = datetime(2026, 12, 1, 2, tzinfo=UTC)
    said: dict[str, Any] = {
        "company": "c",
        "department": "d",
        "month": "2026-11",
        "edition": 1,
        "parts": WORDS,
        "figures": {"a": 1},
        "signed_by": "x",
        "signed_at": at,
    }
    digest = digest_of(summaries.document(**said))
    assert digest == digest_of(summaries.document(**said))
    for change in ({"edition": 2}, {"figures": {"a": 2}}, {"signed_by": "y"}, {"parts": {**WORDS, "problems": "z"}}):
        assert digest_of(summaries.document(**{**said, **change})) != digest


SIGNED = FormStanding(
    state="signed", is_recorded=True, is_replied=True, needs_execution_plan=True, has_execution_plan=True
)
BARE = FormStanding(
    state="prepared", is_recorded=False, is_replied=False, needs_execution_plan=True, has_execution_plan=False
)


def finding(
    state: str = "answered", remedy: str = "notice", *notices: tuple[str, str], **more: bool
) -> FindingStanding:
    told = {"is_good_example": False, "is_mended": False, **more}
    hung = [NoticeOf(number=number, state=said) for number, said in notices]
    return FindingStanding(number="JF1", state=state, remedy=remedy, notices=hung, **told)


VOID = replace(SIGNED, state="void")
TOLD = replace(BARE, state="recorded", is_recorded=True, needs_execution_plan=False, needs_signatures=False)
HUNG = finding("answered", "notice", ("ZG1", "mended"))


@pytest.mark.parametrize(
    ("form", "findings", "pointers"),
    [
        (SIGNED, [], []),
        (BARE, [], ["/execution_plan", "/form", "/reply", "/signature"]),
        (VOID, [finding("draft")], ["/state"]),
        (TOLD, [], []),
        (TOLD, [finding("answered", "on_spot")], ["/findings/JF1"]),
        (SIGNED, [finding("draft")], ["/findings/JF1"]),
        (SIGNED, [finding("contested")], ["/findings/JF1"]),
        (SIGNED, [finding("overturned"), finding("void")], []),
        (SIGNED, [finding("confirmed", "none", is_good_example=True)], []),
        (SIGNED, [finding("answered", "on_spot")], ["/findings/JF1"]),
        (SIGNED, [finding("answered", "on_spot", is_mended=True)], []),
        (SIGNED, [finding()], ["/findings/JF1"]),
        (SIGNED, [finding("answered", "notice", ("ZG1", "cancelled"))], ["/findings/JF1"]),
        (SIGNED, [finding("answered", "notice", ("ZG1", "draft"))], ["/notices/ZG1"]),
        (SIGNED, [HUNG, HUNG], ["/notices/ZG1"]),
        (SIGNED, [finding("answered", "notice", ("ZG1", "closed"), ("ZG2", "issued"))], ["/notices/ZG2"]),
        (SIGNED, [finding("closed", "notice", ("ZG1", "closed"))], []),
        (SIGNED, [finding("answered", "notice", ("ZG1", "closed"))], []),
    ],
)  # fmt: skip
def test_what_an_archive_lacks(form: FormStanding, findings: list[FindingStanding], pointers: list[str]) -> None:
    assert [pointer for pointer, _ in missing_of(form, findings)] == pointers


def test_every_field_of_the_documents_has_its_chinese_name() -> None:
    tables: tuple[type[Base], ...] = (
        *(FindingRow, NoticeRow, NoticeFindingRow, NoticeStepRow, RoundRow, InspectionPlanRow, PlanAdjustmentRow),
        *(PlannedInspectionRow, SummaryEditionRow),
    )
    named = {one.key for table in tables for one in inspect(table).column_attrs}
    named -= {"posts", "summary_id"}
    kinds = (dossier.Dossier, dossier.DossierPoint, dossier.DossierSubject, dossier.DossierGoodExample)
    shown = [
        value for value in vars(figures).values() if isinstance(value, type) and value.__module__ == figures.__name__
    ]
    for kind in (*kinds, dossier.DossierSample, *shown):
        named |= {one.name for one in fields(kind)}
    named |= {*themed.PARTS, *summaries.PARTS}
    assert named - LABELS.keys() - {"sample"} == set()


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_says_who_sums_up_and_who_takes_note(pack: str) -> None:
    chapter = shipped(pack).chapters["inspection"]
    assert isinstance(chapter, InspectionChapter)
    terms = chapter.reports
    assert terms.summary.departments
    assert not set(terms.themed.written_by) & set(terms.themed.approved_by)
    assert set(terms.themed.kinds) <= chapter.programme.kinds.keys()
