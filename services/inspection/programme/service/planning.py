"""From the pack to the plans of a period: never one twice, in the same order whatever the ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import Level, Occasion, Pace, PlanLevel, PlanTerms
from services.inspection.programme import events
from services.inspection.programme.errors import PlanPeriodError
from services.inspection.programme.models import InspectionPlanRow, PlannedInspectionRow
from services.inspection.programme.repository import plans
from services.inspection.programme.rules.states import PlannedState, PlanState
from services.inspection.programme.rules.windows import Span, Window, due_spans, midnight, span_of, turn_of, windows
from services.inspection.programme.service.opening import open_clocks
from services.inspection.programme.service.people import People, people, place
from services.inspection.programme.service.work import audit, plan_promise, plan_subject
from shared.contracts.inspection_programme import InspectionPlanDrafted, InspectionPlanned
from shared.events import outbox
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook
from shared.sla.periods import Period, PeriodInvalidError, parse_period


@dataclass(frozen=True, slots=True)
class Owed:
    """One plan that is to be there."""

    level: PlanLevel
    terms: PlanTerms
    span: Span
    department: str | None
    team: str | None

    @property
    def place(self) -> str:
        """Whose plan it is."""
        return self.team or self.department or ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from the others of the company."""
        return (self.level.value, self.span.pace.value, self.span.name, self.place)


async def plan_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Make the plans that are to be there today; answers how many were made."""
    try:
        governing = desk.governances.in_force(company, now)
    except PolicyNotFoundError:
        return 0
    today = now.astimezone(governing.zone).date()
    levels = governing.chapter.programme.levels
    spans = [
        (level, pace, span)
        for level in PlanLevel
        for pace in Pace
        if level in levels and pace in levels[level].plans
        for span in due_spans(pace, today, levels[level].plans[pace].made_days)
    ]
    return await _make(session, desk, governing, spans, None, now)


async def plan_period(
    session: AsyncSession, desk: InspectionDesk, company: str, period: str, *, made_by: UUID, now: datetime
) -> Sequence[InspectionPlanRow]:
    """Make what is missing of a year, quarter or month; answers all its plans.  Raises: PlanPeriodError."""
    governing = desk.governances.in_force(company, now)
    span = _span(governing, period, now)
    levels = governing.chapter.programme.levels
    spans = [(level, span.pace, span) for level in PlanLevel if level in levels and span.pace in levels[level].plans]
    await _make(session, desk, governing, spans, made_by, now)
    return await plans.of_period(session, company, span.name)


def _span(governing: InspectionGoverning, name: str, now: datetime) -> Span:
    try:
        period: Period = parse_period(name, governing.zone)
    except PeriodInvalidError as error:
        raise PlanPeriodError.at_pointer("/period") from error
    first = period.from_at.astimezone(governing.zone).date()
    last = date(now.astimezone(governing.zone).year + 2, 1, 1)
    if "W" in name or not now < period.until_at <= midnight(last, governing.zone):
        raise PlanPeriodError.at_pointer("/period")
    return span_of(Pace.QUARTER if "Q" in name else Pace.MONTH if "-" in name else Pace.YEAR, first)


async def _make(
    session: AsyncSession,
    desk: InspectionDesk,
    governing: InspectionGoverning,
    spans: Sequence[tuple[PlanLevel, Pace, Span]],
    made_by: UUID | None,
    now: datetime,
) -> int:
    known = await plans.known(session, governing.policy.company, now)
    there: People | None = None
    made = 0
    for level, pace, span in spans:
        rules = governing.chapter.programme.levels[level]
        there = there or await people(session, desk, governing, now)
        for department, team in _places(governing, level, rules, there):
            owed = Owed(level, rules.plans[pace], span, department, team)
            if owed.key not in known and await _store(session, governing, rules, owed, there, made_by, now):
                made += 1
    return made


def _places(
    governing: InspectionGoverning, level: PlanLevel, rules: Level, there: People
) -> list[tuple[str | None, str | None]]:
    if level is PlanLevel.COMPANY:
        return [(None, None)]
    if level is PlanLevel.DEPARTMENT:
        return [(department, None) for department in rules.departments]
    return [(department, team) for team, department in there.teams(rules, governing.policy.common.teams)]


async def _store(
    session: AsyncSession,
    governing: InspectionGoverning,
    rules: Level,
    owed: Owed,
    there: People,
    made_by: UUID | None,
    now: datetime,
) -> bool:
    """Insert the plan with what it holds; False if another run was faster."""
    zone, span = governing.zone, owed.span
    owner_id, posts = there.planner(governing, rules, owed.department, owed.team)
    values = {
        "id": new_id(),
        "company": governing.policy.company,
        "level": owed.level.value,
        "pace": span.pace.value,
        "period": span.name,
        "place": owed.place,
        "department": owed.department,
        "team": owed.team,
        "period_from": midnight(span.first, zone),
        "period_until": midnight(span.after, zone),
        "due_at": span.due_at(owed.terms, now, zone),
        "state": PlanState.DRAFT.value,
        "owner_id": owner_id,
        "posts": posts,
        "made_by": made_by,
        "made_at": now,
        "policy_version": governing.version,
    }
    plan = await plans.insert_new(session, values)
    if plan is None:
        return False
    rows = [_planned(governing, rules, plan, *one, there, now) for one in _occasions(governing, owed, now)]
    session.add_all(rows)
    await session.flush()
    book = ClockBook(session, calendars=governing.calendars, now=now)
    await book.start(plan_subject(plan), governing.stamp(), [plan_promise(governing, plan)])
    for row in rows:
        if row.window_from <= now:
            await open_clocks(session, governing, row, now)
    await audit(session, plan, "make", now, planned=len(rows))
    gaps = sum(row.gap is not None for row in rows)
    await outbox.add(
        session,
        events.of_plan(plan, InspectionPlanDrafted, now, planned=len(rows), gaps=gaps),
        *(events.of_planned(row, InspectionPlanned, now) for row in rows),
    )
    return True


def _occasions(governing: InspectionGoverning, owed: Owed, now: datetime) -> Iterator[tuple[Occasion, Window, str]]:
    """What the plan holds, with the department inspected; windows that are over are not planned any more."""
    for occasion in owed.terms.occasions:
        for window in windows(occasion, owed.span, governing.zone):
            if window.until_at <= now:
                continue
            if owed.department is not None:
                yield occasion, window, owed.department
            elif occasion.is_each:
                for department in occasion.departments:
                    yield occasion, window, department
            elif turn := turn_of(occasion.departments, window.number):
                yield occasion, window, turn


def _planned(
    governing: InspectionGoverning,
    rules: Level,
    plan: InspectionPlanRow,
    occasion: Occasion,
    window: Window,
    department: str,
    there: People,
    now: datetime,
) -> PlannedInspectionRow:
    kind = governing.chapter.programme.kinds[occasion.kind]
    row = new_planned(
        plan,
        kind=occasion.kind,
        theme=turn_of(occasion.themes, window.number),
        department=department,
        team=plan.team,
        is_announced=kind.is_announced,
        from_at=window.from_at,
        until_at=window.until_at,
        now=now,
    )
    row.occasion, row.key = occasion.code, f"{window.key}/{department}"
    place(row, governing, there.draw(rules, department), is_named=False)
    return row


def new_planned(
    plan: InspectionPlanRow,
    *,
    kind: str,
    theme: str | None,
    department: str,
    team: str | None,
    is_announced: bool,
    from_at: datetime,
    until_at: datetime,
    now: datetime,
) -> PlannedInspectionRow:
    """A planned inspection of a plan, for which nobody goes yet."""
    return PlannedInspectionRow(
        id=new_id(),
        company=plan.company,
        plan_id=plan.id,
        level=plan.level,
        kind=kind,
        theme=theme,
        department=department,
        team=team,
        led_by=plan.department,
        is_announced=is_announced,
        window_from=from_at,
        window_until=until_at,
        state=PlannedState.PLANNED.value,
        companion_ids=[],
        moves=0,
        planned_at=now,
        policy_version=plan.policy_version,
        version=1,
    )
