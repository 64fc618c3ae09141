"""What every step of the programme shares: subjects, promises, the locked row, its record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import Level, PlanLevel, Pressing
from services.inspection.programme.errors import PlanPostError
from services.inspection.programme.models import InspectionPlanRow, PlannedInspectionRow
from services.inspection.programme.repository import planned, plans
from services.inspection.programme.rules.states import EXECUTION, INSPECTION, PLAN
from services.inspection.programme.rules.windows import minutes_between
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.errors import StaleError
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject

PLAN_SUBJECT, PLANNED_SUBJECT = "inspection_plan", "planned_inspection"
READ = "inspection.read"


@dataclass(frozen=True, slots=True)
class ProgrammeCall:
    """Who works on which plan or planned inspection, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: InspectionDesk
    subject_id: UUID
    expected_version: int
    now: datetime

    async def plan(self) -> InspectionPlanRow:
        """The plan, locked, in the version that the caller saw.  Raises: InspectionPlanNotFoundError, StaleError."""
        row = await plans.get(self.session, self.subject_id, self.scope, lock=True)
        self._check(row.version)
        return row

    async def planned(self) -> PlannedInspectionRow:
        """The same of a planned inspection.  Raises: PlannedInspectionNotFoundError, StaleError."""
        row = await planned.get(self.session, self.subject_id, self.scope, lock=True)
        self._check(row.version)
        return row

    def check_posts(self, *posts: str) -> None:
        """Raises: PlanPostError where the person acts in none of them."""
        if not any(self.principal.holds(post) for post in posts):
            raise PlanPostError("现行规章规定该操作由其他岗位执行。")

    def book(self, governing: InspectionGoverning) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=governing.calendars, now=self.now)

    def _check(self, version: int) -> None:
        if version != self.expected_version:
            raise StaleError("该检查计划已被他人修改，请重新读取后再操作。")


def governing_of(desk: InspectionDesk, row: InspectionPlanRow | PlannedInspectionRow) -> InspectionGoverning:
    """The revision by which it was planned."""
    at = row.made_at if isinstance(row, InspectionPlanRow) else row.planned_at
    return desk.governances.of_revision(row.company, row.policy_version, at)


def level_of(governing: InspectionGoverning, level: str) -> Level:
    """What the pack says of a level."""
    return governing.chapter.programme.levels[PlanLevel(level)]


def planning_posts(governing: InspectionGoverning, level: Level, department: str | None) -> tuple[str, ...]:
    """Who may plan: the posts of the level, and the head of the department."""
    return level.planned_by + _head(governing, department, is_asked=level.is_planned_by_head)


def approving_posts(governing: InspectionGoverning, level: Level, department: str | None) -> tuple[str, ...]:
    """Who may approve."""
    return _head(governing, department, is_asked=level.is_approved_by_head) + level.approved_by


def _head(governing: InspectionGoverning, department: str | None, *, is_asked: bool) -> tuple[str, ...]:
    known = governing.policy.common.departments.get(department or "")
    return (known.lead_post,) if is_asked and known and known.lead_post else ()


def plan_subject(row: InspectionPlanRow) -> Subject:
    """The plan as its clock knows it."""
    return Subject(
        type=PLAN_SUBJECT, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=row.level
    )


def planned_subject(row: PlannedInspectionRow) -> Subject:
    """The planned inspection as its clocks know it."""
    return Subject(
        type=PLANNED_SUBJECT, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=row.kind
    )


def plan_promise(governing: InspectionGoverning, row: InspectionPlanRow) -> Promise:
    """From its making to the instant by which it is approved."""
    return _pressing(governing, PLAN, governing.chapter.programme.plan, row.made_at, row.due_at)


def inspection_promise(governing: InspectionGoverning, row: PlannedInspectionRow) -> Promise:
    """From the beginning of the window to its end."""
    terms = governing.chapter.programme.inspection
    return _pressing(governing, INSPECTION, terms, row.begins_at, row.window_until)


def planned_promises(governing: InspectionGoverning, row: PlannedInspectionRow) -> list[Promise]:
    """Of the inspection, and of its execution plan where the kind needs one."""
    programme = governing.chapter.programme
    promises = [inspection_promise(governing, row)]
    if programme.kinds[row.kind].needs_execution_plan and row.execution_at is None:
        promises.append(governing.promise(EXECUTION, programme.execution_plan))
    return promises


def _pressing(
    governing: InspectionGoverning, metric: str, terms: Pressing, since: datetime, until: datetime
) -> Promise:
    limit = Limit(budget=minutes_between(since, until), unit=LimitUnit.NATURAL)
    promised = Promised(limit=limit, warn_at=terms.warn_at, ladder=terms.ladder, clause=terms.clause)
    return governing.promise(metric, promised)


async def audit(
    session: AsyncSession,
    row: InspectionPlanRow | PlannedInspectionRow,
    action: str,
    now: datetime,
    **detail: object,
) -> None:
    """Write the deed's audit row: ids, codes and versions only."""
    await session.flush()
    subject = PLAN_SUBJECT if isinstance(row, InspectionPlanRow) else PLANNED_SUBJECT
    await record(
        session,
        company=row.company,
        action=f"{action}_{subject}",
        at=now,
        resource_type=subject,
        resource_id=row.id,
        detail={"version": row.version, "state": row.state, **detail},
    )
