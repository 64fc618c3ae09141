"""An inspection is prepared: from what was planned or not, who goes, with which checklist, with which sample."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.inspections import repository
from services.inspection.inspections.errors import (
    InspectionCodeUnknownError,
    InspectionDateError,
    InspectionFieldMissingError,
    InspectionFieldSurplusError,
    InspectionFollowsUnknownError,
    InspectionSampleSizeError,
)
from services.inspection.inspections.models import InspectionPersonRow, InspectionRow
from services.inspection.inspections.rules.states import InspectionState, Part
from services.inspection.inspections.service.drawing import draw
from services.inspection.inspections.service.staffing import check_people, check_preparing, level_for
from services.inspection.inspections.service.work import InspectionWork
from services.inspection.policy import InspectionGoverning
from services.inspection.programme.models import PlannedInspectionRow
from services.inspection.programme.service import keeping
from services.inspection.programme.service import reading as programme_reading
from shared.access.principal import Principal
from shared.contracts.inspection_inspections import InspectionPrepared
from shared.errors import StaleError
from shared.ids import human_number, new_id

SEQUENCE = "inspection_numbers"
PREFIX = "JC"
PREPARE = "inspection.prepare"
_PLANNED = ("kind", "theme", "department", "team", "inspector_id")
_EXECUTED = ("method", "held_on", "checks", "sample_size")
_FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What is said of an inspection before it is held; of a planned one the plan says it."""

    planned_id: UUID | None = None
    follows_id: UUID | None = None
    kind: str | None = None
    theme: str | None = None
    department: str | None = None
    team: str | None = None
    inspector_id: UUID | None = None
    """None = who prepares it."""
    companion_ids: tuple[UUID, ...] = ()
    method: str | None = None
    held_on: date | None = None
    """None = today."""
    checks: str | None = None
    sample_size: int | None = None


async def prepare(
    session: AsyncSession,
    desk: InspectionDesk,
    principal: Principal,
    said: Preparation,
    *,
    inspection_id: UUID,
    now: datetime,
) -> InspectionRow:
    """Take what was planned or begin an unplanned one, draw its sample, start the clock of its form.

    Raises: InspectionFieldMissingError, InspectionFieldSurplusError, InspectionCodeUnknownError,
    InspectionOwnDepartmentError, InspectionStaffUnfitError, InspectionNotInspectorError, InspectionDateError,
    InspectionSampleSizeError, InspectionFollowsUnknownError, StaleError, and what `keeping.take` raises.
    """
    company = principal.company
    governing = desk.governances.in_force(company, now)
    plan = None
    if said.planned_id is not None:
        plan = await programme_reading.one_planned(session, said.planned_id, principal.scope(PREPARE))
        said = _by_plan(said, plan)
    kind, department, method = _complete(said)
    inspector_id = said.inspector_id or principal.staff_id
    _check(governing, said, plan, now)
    book = await desk.staff.current()
    check_people(book, company, department, inspector_id, said.companion_ids, is_planned=plan is not None)
    terms, zone = governing.chapter.inspections, governing.zone
    is_announced = governing.chapter.programme.kinds[kind].is_announced and terms.methods[method].is_announced
    check_preparing(principal, terms.forms, inspector_id, department)
    level = plan.level if plan else level_for(governing, book, company, inspector_id, now.astimezone(zone).date())
    matter_id = await _matter(session, company, department, said)
    if plan is not None:
        await _take(session, desk, plan, inspection_id, now)
    checklist = terms.checklist_of(said.theme)
    row = InspectionRow(
        id=inspection_id,
        company=company,
        number=human_number(PREFIX, now.astimezone(zone).date(), await desk.numbers.take(SEQUENCE)),
        planned_id=said.planned_id,
        follows_id=said.follows_id,
        level=level,
        kind=kind,
        theme=said.theme,
        method=method,
        department=department,
        team=said.team,
        is_announced=is_announced,
        inspector_id=inspector_id,
        checklist=checklist,
        checklist_name=terms.checklists[checklist].name,
        policy_version=governing.version,
        held_on=said.held_on or now.astimezone(zone).date(),
        checks=said.checks,
        sample_size=said.sample_size,
        state=InspectionState.PREPARED.value,
        posts=[],
        prepared_by=principal.staff_id,
        prepared_at=now,
        is_reply_refused=False,
        matter_id=matter_id,
        version=1,
    )
    await draw(session, governing, row, plan, now)
    await repository.add(session, row, _people(row, said.companion_ids))
    work = InspectionWork(session, row, governing, principal.actor, now)
    await work.start_record()
    return await work.finish("prepare", InspectionPrepared)


async def _take(
    session: AsyncSession, desk: InspectionDesk, plan: PlannedInspectionRow, inspection_id: UUID, now: datetime
) -> None:
    """Take it as it was read.  Raises: StaleError if somebody adjusted it meanwhile, and what `keeping.take` raises."""
    seen = plan.version
    taken = await keeping.take(session, desk, plan.company, plan.id, inspection_id, now=now)
    if taken.version != seen + 1:
        raise StaleError("计划检查刚被他人调整，请重新读取后再准备。")


def _by_plan(said: Preparation, plan: PlannedInspectionRow) -> Preparation:
    """What plan and execution plan say; nobody says otherwise."""
    fixed = _PLANNED + (_EXECUTED if plan.execution_at is not None else ())
    for name in fixed:
        if getattr(said, name) is not None:
            raise InspectionFieldSurplusError.at_pointer(f"/{name}")
    if plan.execution_at is not None and said.companion_ids:
        raise InspectionFieldSurplusError.at_pointer("/companion_ids")
    companions = tuple(plan.companion_ids) if plan.execution_at is not None else said.companion_ids
    return replace(said, companion_ids=companions, **{name: getattr(plan, name) for name in fixed})


def _complete(said: Preparation) -> tuple[str, str, str]:
    for name in ("kind", "department", "method"):
        if getattr(said, name) is None:
            raise InspectionFieldMissingError.at_pointer(f"/{name}")
    return said.kind or "", said.department or "", said.method or ""


def _check(governing: InspectionGoverning, said: Preparation, plan: PlannedInspectionRow | None, now: datetime) -> None:
    """Codes, day and size, against the pack in force."""
    chapter, common = governing.chapter, governing.policy.common
    known: dict[str, Collection[str]] = {
        "kind": chapter.programme.kinds,
        "theme": chapter.inspections.themes,
        "department": common.departments,
        "method": chapter.inspections.methods,
    }
    if plan is None:
        known["team"] = common.teams
    for name, codes in known.items():
        value = getattr(said, name)
        if value is not None and value not in codes:
            raise InspectionCodeUnknownError.at_pointer(f"/{name}")
    if plan is None and chapter.programme.kinds[said.kind or ""].needs_execution_plan and not said.checks:
        raise InspectionFieldMissingError.at_pointer("/checks")
    if plan is not None and plan.execution_at is not None:
        return  # the execution plan was checked when it was written
    today = now.astimezone(governing.zone).date()
    if said.held_on is not None and not today <= said.held_on <= today + _FARTHEST:
        raise InspectionDateError.at_pointer("/held_on")
    greatest = chapter.inspections.sampling.greatest
    if said.sample_size is not None and said.sample_size > greatest:
        raise InspectionSampleSizeError.at_pointer("/sample_size", greatest=greatest)


async def _matter(session: AsyncSession, company: str, department: str, said: Preparation) -> UUID:
    """The matter that it follows; else its plan's, or one of its own."""
    if said.follows_id is None:
        return said.planned_id or new_id()
    followed = await repository.followed(session, company, department, said.follows_id)
    if followed is None:
        raise InspectionFollowsUnknownError.at_pointer("/follows_id")
    return followed


def _people(row: InspectionRow, companion_ids: tuple[UUID, ...]) -> list[InspectionPersonRow]:
    parts = dict.fromkeys(companion_ids, Part.COMPANION)
    if row.inspector_id is not None:
        parts[row.inspector_id] = Part.INSPECTOR
    return [
        InspectionPersonRow(id=new_id(), company=row.company, inspection_id=row.id, staff_id=staff_id, part=part.value)
        for staff_id, part in parts.items()
    ]
