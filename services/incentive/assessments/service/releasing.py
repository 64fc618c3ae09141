"""Sheets drafted when their month is closed, released by the pack's posts, corrected by a new edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments import events
from services.incentive.assessments.errors import (
    AssessmentFourEyesError,
    AssessmentMonthNotFoundError,
    AssessmentPostError,
)
from services.incentive.assessments.models import AssessmentLineRow, AssessmentSheetRow
from services.incentive.assessments.repository import reading, sheets
from services.incentive.assessments.rules.lines import SheetLine
from services.incentive.assessments.rules.sheets import (
    RELEASED,
    SheetState,
    SubjectType,
    Whose,
    check_correctable,
    check_releasable,
    digest_of,
)
from services.incentive.assessments.service.assembling import assemble
from services.incentive.desk import IncentiveDesk
from services.incentive.policy import IncentiveGoverning
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "assessment_month"


@dataclass(frozen=True, slots=True)
class SheetCall:
    """Who works on sheets, with which rights."""

    session: AsyncSession
    desk: IncentiveDesk
    principal: Principal
    scope: RowScope
    now: datetime

    @property
    def governing(self) -> IncentiveGoverning:
        """The revision in force for whoever acts now."""
        return self.desk.governances.in_force(self.principal.company, self.now)


def whose(row: AssessmentSheetRow) -> Whose:
    """Whose sheet it is."""
    return Whose(SubjectType(row.subject_type), row.subject, row.department, row.team)


def month_subject(company: str, month_id: UUID, posts: Sequence[str]) -> Subject:
    """The month as its clock knows it."""
    routing = Routing(posts=list(posts))
    return Subject(type=SUBJECT, id=month_id, company=company, matter_id=month_id, routing=routing, title=SUBJECT)


async def draft(
    session: AsyncSession, desk: IncentiveDesk, company: str, month: str, month_id: UUID, *, closed_at: datetime
) -> None:
    """A sheet for every department and everybody, and the clock of their release; again: nothing new."""
    if await sheets.is_drafted(session, company, month):
        return
    governing = desk.governances.in_force(company, closed_at)
    departments = [Whose(SubjectType.DEPARTMENT, one, one) for one in sorted(governing.policy.common.departments)]
    people = await reading.people(session, company, month)
    rows = [_new(company, month, month_id, one, governing, closed_at) for one in (*departments, *people)]
    await sheets.add(session, rows)
    terms = governing.chapter.assessments
    await ClockBook(session, calendars=governing.calendars, now=closed_at).start(
        month_subject(company, month_id, terms.released_by),
        governing.stamp(),
        [governing.promise(RELEASED, terms.released)],
    )


async def release(call: SheetCall, sheet_id: UUID, expected_version: int) -> AssessmentSheetRow:
    """Freeze one sheet.

    Raises: AssessmentNotFoundError, StaleError, AssessmentReleasedError, AssessmentPostError,
    AssessmentFourEyesError, AssessmentUnbalancedError.
    """
    row = await sheets.get(call.session, sheet_id, call.scope, lock=True)
    if row.version != expected_version:
        raise StaleError("考核表已被他人变更，请重新读取后再操作。")
    check_releasable(row.state)
    _check_post(call)
    if call.principal.is_self(row.employee_id):
        raise AssessmentFourEyesError("本人的考核表须由他人发布。")
    await _freeze(call, [row])
    return row


async def release_month(call: SheetCall, month_id: UUID, department: str | None) -> int:
    """Freeze what waits of a month, or of one department in it; one's own sheets are left for another.

    Raises: AssessmentMonthNotFoundError, AssessmentPostError, AssessmentUnbalancedError.
    """
    month = await reading.month(call.session, (call.principal.company,), month_id)
    if month is None or not await sheets.is_drafted(call.session, month.company, month.month):
        raise AssessmentMonthNotFoundError("该月尚无考核表。")
    _check_post(call)
    waiting = await sheets.drafts(call.session, month.company, month.month, department)
    rows = [one for one in waiting if not call.principal.is_self(one.employee_id)]
    if rows:
        await _freeze(call, rows)
    return len(rows)


async def correct(call: SheetCall, sheet_id: UUID, expected_version: int, reason: str, new: UUID) -> AssessmentSheetRow:
    """A new edition beside a released one, which stays as it is.

    Raises: AssessmentNotFoundError, StaleError, AssessmentNotReleasedError, AssessmentPostError,
    AssessmentFourEyesError.
    """
    old = await sheets.get(call.session, sheet_id, call.scope, lock=True)
    if old.version != expected_version:
        raise StaleError("考核表已被他人变更，请重新读取后再操作。")
    check_correctable(old.state, is_latest=not await sheets.is_corrected(call.session, old.id))
    _check_post(call)
    if call.principal.is_self(old.employee_id):
        raise AssessmentFourEyesError("本人的考核表须由他人更正。")
    row = _new(old.company, old.month, old.month_id, whose(old), call.governing, call.now)
    row.id, row.edition, row.corrects_id, row.reason = new, old.edition + 1, old.id, reason
    await sheets.add(call.session, [row])
    await _note(call, row, "correct_assessment")
    return row


def _check_post(call: SheetCall) -> None:
    if not any(call.principal.holds(post) for post in call.governing.chapter.assessments.released_by):
        raise AssessmentPostError("现行规章规定由其他岗位办理。")


async def _freeze(call: SheetCall, rows: Sequence[AssessmentSheetRow]) -> None:
    company, month, month_id = rows[0].company, rows[0].month, rows[0].month_id
    by_version: dict[str, list[AssessmentSheetRow]] = {}
    for row in rows:
        by_version.setdefault(row.policy_version, []).append(row)
    for version, some in by_version.items():
        governing = call.desk.governances.of_revision(company, version)
        made = await assemble(call.session, call.desk, governing, company, month, [whose(one) for one in some])
        for row in some:
            sheet = made[whose(row)]
            row.opening_points, row.points, row.year_points = sheet.opening, sheet.points, sheet.year_points
            row.fen, row.band_grade, row.grade = sheet.fen, sheet.band_grade, sheet.grade
            row.digest = digest_of(company, month, whose(row), row.edition, sheet)
            row.state, row.released_at, row.released_by = SheetState.RELEASED.value, call.now, call.principal.staff_id
            row.version += 1
            await sheets.add(call.session, [line_row(row, place, one) for place, one in enumerate(sheet.lines)])
            await _note(call, row, "release_assessment")
            await outbox.add(call.session, events.released(row, call.now))
    if not await sheets.drafts(call.session, company, month, None):
        book = ClockBook(call.session, calendars=call.governing.calendars, now=call.now)
        await book.stop(month_subject(company, month_id, ()), RELEASED, actor=call.principal.actor)


async def _note(call: SheetCall, row: AssessmentSheetRow, action: str) -> None:
    await record(
        call.session,
        company=row.company,
        action=action,
        at=call.now,
        resource_type="assessment_sheet",
        resource_id=row.id,
        detail={"month": row.month, "edition": row.edition, "digest": row.digest, "version": row.version},
    )


def _new(
    company: str, month: str, month_id: UUID, one: Whose, governing: IncentiveGoverning, now: datetime
) -> AssessmentSheetRow:
    return AssessmentSheetRow(
        id=new_id(),
        company=company,
        month=month,
        month_id=month_id,
        subject_type=one.subject_type.value,
        subject=one.subject,
        employee_id=one.employee_id,
        department=one.department,
        team=one.team,
        edition=1,
        state=SheetState.DRAFT.value,
        drafted_at=now,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )


def line_row(row: AssessmentSheetRow, place: int, one: SheetLine) -> AssessmentLineRow:
    """A line of a sheet as it is kept."""
    cause = one.cause
    return AssessmentLineRow(
        id=new_id(),
        company=row.company,
        sheet_id=row.id,
        position=place + 1,
        line=one.line,
        case_id=one.case_id,
        number=cause and cause.number,
        provision=one.provision,
        source=cause and cause.source,
        of_month=one.of_month,
        is_reversal=one.is_reversal,
        points=one.points,
        year_points=one.year_points,
        fen=one.fen,
        happened_at=cause and cause.happened_at,
        posted_at=one.posted_at,
        proposal_id=cause and cause.proposal_id,
        cause_type=cause and cause.cause_type,
        cause_id=cause and cause.cause_id,
        matter_id=cause and cause.matter_id,
    )
