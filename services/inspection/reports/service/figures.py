"""What a department's month and a quarter's themed inspections come to, counted now."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.rules import FactKind
from services.inspection.facts.service import figures as facts
from services.inspection.improvement.service import figures as improvement
from services.inspection.notices.service import figures as notices
from services.inspection.programme.rules.windows import Span, midnight
from services.inspection.reports.repository import figures as counts
from services.inspection.reports.rules.figures import (
    ClauseFigures,
    DepartmentFigures,
    FactFigures,
    FindingFigures,
    GatheringFigures,
    ImprovementFigures,
    InspectionFigures,
    NoticeFigures,
    NoticeStanding,
    PointFigures,
    QuarterTotals,
    SummaryFigures,
    ThemedFigures,
    basis_points,
    change,
    plain,
    scored,
)
from services.inspection.reports.rules.themed import before as quarter_before

Rows = Sequence[Mapping[str, Any]]


async def of_month(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> dict[str, Any]:
    """A department's month, as it is stored and shown."""
    held = await counts.inspections(session, company, department, since, until)
    whole = scored(held)
    figures = SummaryFigures(
        facts=await _facts(session, company, department, since, until),
        inspections=InspectionFigures(
            held=whole.held,
            late_forms=whole.late_forms,
            score_got=whole.score_got,
            score_of=whole.score_of,
            score=whole.score,
            by_kind={str(one["kind"]): scored([one]) for one in held},
        ),
        findings=_findings(await counts.findings(session, company, department, since, until)),
        notices=await _notices(session, company, department, since, until),
        improvements=await _improvements(session, company, department, since, until),
        **await _gatherings(session, company, department, since, until),
    )
    return plain(figures)


async def of_quarter(
    session: AsyncSession, company: str, span: Span, kinds: Sequence[str], zone: ZoneInfo
) -> dict[str, Any]:
    """A quarter's themed inspections beside those of the quarter before, as they are stored and shown."""
    now, earlier = await _quarter(session, company, span, kinds, zone), quarter_before(span)
    then = await _quarter(session, company, earlier, kinds, zone)
    totals, before = _totals(span.name, now), _totals(earlier.name, then)
    scores = {one["department"]: basis_points(one["got"], one["of"]) for one in then["departments"]}
    figures = ThemedFigures(
        totals=totals,
        before=before,
        score_change=change(totals.score, before.score),
        findings_change=totals.findings - before.findings,
        departments=_departments(now, scores),
        clauses=_clauses(now["clauses"]),
        notices=[NoticeStanding(**one) for one in now["notices"]],
    )
    return plain(figures)


async def _facts(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> dict[str, FactFigures]:
    month = await facts.period_of(session, company, department, since, until)
    found = {}
    for kind in FactKind:
        one = month.of(kind)
        found[kind.value] = FactFigures(
            seen=one.seen,
            ended=one.ended,
            late=one.late,
            satisfied=one.satisfied,
            unsatisfied=one.unsatisfied,
            unanswered=one.unanswered,
            amount=one.amount,
            by_category=dict(one.by_category),
        )
    return found


def _findings(rows: Rows) -> FindingFigures:
    in_force = [one for one in rows if one["found"] and not one["is_good_example"]]
    severities, clauses = Counter[str](), Counter[str]()
    for one in in_force:
        severities[one["severity"]] += one["found"]
        clauses[one["clause"]] += one["found"]
    return FindingFigures(
        found=sum(one["found"] for one in in_force),
        by_severity=dict(sorted(severities.items())),
        by_clause=dict(sorted(clauses.items())),
        recurrences=sum(one["recurrences"] for one in in_force),
        points=int(sum(one["points"] for one in in_force)),
        mended=sum(one["mended"] for one in in_force),
        overturned=sum(one["overturned"] for one in rows if not one["is_good_example"]),
        good_examples=sum(one["found"] for one in rows if one["is_good_example"]),
    )


async def _notices(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> NoticeFigures:
    own = [one for one in await notices.figures(session, (company,), since, until) if one.department == department]
    return NoticeFigures(
        issued=sum(one.issued for one in own),
        closed=sum(one.closed for one in own),
        in_time=sum(one.in_time for one in own),
        judged=sum(one.judged for one in own),
        open=sum(one.open for one in own),
        late=await counts.late_rounds(session, company, department, since, until),
    )


async def _improvements(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> ImprovementFigures:
    found = await improvement.plan_fulfilment(session, (company,), since, until)
    for one in found:
        if one.department == department:
            return ImprovementFigures(
                due=one.planned,
                done_in_time=one.done_in_time,
                done_late=one.done_late,
                not_done=one.not_done,
                accepted=one.accepted,
                cancelled=one.cancelled,
            )
    return ImprovementFigures(due=0, done_in_time=0, done_late=0, not_done=0, accepted=0, cancelled=0)


async def _gatherings(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> dict[str, GatheringFigures]:
    nothing = GatheringFigures(held=0, minutes=0, attendances=0)
    found = {"trainings": nothing, "meetings": nothing}
    for one in await improvement.held(session, (company,), since, until):
        if one.department == department:
            found[f"{one.kind}s"] = GatheringFigures(
                held=one.held, minutes=int(one.minutes), attendances=int(one.attendances)
            )
    return found


async def _quarter(
    session: AsyncSession, company: str, span: Span, kinds: Sequence[str], zone: ZoneInfo
) -> dict[str, Rows]:
    since, until = midnight(span.first, zone), midnight(span.after, zone)
    names = ("departments", "points", "clauses", "notices")
    return {name: await counts.themed(session, name, company, kinds, since, until) for name in names}


def _totals(quarter: str, said: Mapping[str, Rows]) -> QuarterTotals:
    got, of = (sum(int(one[name]) for one in said["departments"]) for name in ("got", "of"))
    return QuarterTotals(
        quarter=quarter,
        inspections=sum(one["inspections"] for one in said["departments"]),
        score_got=got,
        score_of=of,
        score=basis_points(got, of),
        findings=sum(one["found"] for one in said["clauses"] if not one["is_good_example"]),
        notices=len(said["notices"]),
    )


def _departments(said: Mapping[str, Rows], before: Mapping[str, int | None]) -> list[DepartmentFigures]:
    found = []
    for one in said["departments"]:
        department = one["department"]
        own = [clause for clause in said["clauses"] if clause["department"] == department]
        found.append(
            DepartmentFigures(
                department=department,
                inspections=one["inspections"],
                themes=list(one["themes"] or ()),
                score_got=int(one["got"]),
                score_of=int(one["of"]),
                score=basis_points(int(one["got"]), int(one["of"])),
                score_before=before.get(department),
                findings=sum(clause["found"] for clause in own if not clause["is_good_example"]),
                good_examples=sum(clause["found"] for clause in own if clause["is_good_example"]),
                checked_points=[_point(point) for point in said["points"] if point["department"] == department],
            )
        )
    return found


def _point(one: Mapping[str, Any]) -> PointFigures:
    return PointFigures(
        checklist=one["checklist"],
        point=one["point"],
        question=one["question"],
        ok=one["ok"],
        not_ok=one["not_ok"],
        not_applicable=one["not_applicable"],
        score=basis_points(one["ok"], one["ok"] + one["not_ok"]),
    )


def _clauses(rows: Rows) -> list[ClauseFigures]:
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in rows:
        if not one["is_good_example"]:
            counted = found[one["clause"], one["severity"]]
            counted[0] += one["found"]
            counted[1] += one["recurrences"]
    return [
        ClauseFigures(clause=clause, severity=severity, found=counted[0], recurrences=counted[1])
        for (clause, severity), counted in sorted(found.items())
    ]
