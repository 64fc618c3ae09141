"""Reading sheets: frozen ones as they were released, drafts as the ledger stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.errors import AssessmentMonthNotFoundError, AssessmentNotFoundError
from services.incentive.assessments.models import AssessmentLineRow, AssessmentSheetRow, PublicationRow
from services.incentive.assessments.repository import reading, sheets
from services.incentive.assessments.rules.sheets import Sheet, SheetState, SubjectType, Whose
from services.incentive.assessments.service.assembling import assemble
from services.incentive.assessments.service.releasing import line_row, whose
from services.incentive.desk import IncentiveDesk
from services.incentive.ledger.rules.months import last_instant
from services.incentive.policy import IncentiveGoverning
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope

READ = "assessment.read"


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet and its lines; `sheet` holds the live figures of a draft."""

    row: AssessmentSheetRow
    sheet: Sheet | None
    lines: Sequence[AssessmentLineRow]


@dataclass(frozen=True, slots=True)
class MonthView:
    """How far the release of a month is."""

    month_id: UUID
    month: str
    drafts: int
    released: int


async def page(
    session: AsyncSession,
    desk: IncentiveDesk,
    scope: RowScope,
    equal: Mapping[str, object],
    *,
    before: UUID | None,
    limit: int,
) -> list[SheetView]:
    """Newest first.  Raises: AssessmentUnbalancedError."""
    return await _views(session, desk, await sheets.page(session, scope, equal, before=before, limit=limit))


async def one(session: AsyncSession, desk: IncentiveDesk, sheet_id: UUID, scope: RowScope) -> SheetView:
    """One of the scope.  Raises: AssessmentNotFoundError, AssessmentUnbalancedError."""
    return (await _views(session, desk, [await sheets.get(session, sheet_id, scope)]))[0]


async def live(
    session: AsyncSession,
    desk: IncentiveDesk,
    principal: Principal,
    month: str,
    subject_type: SubjectType,
    subject: str,
    *,
    now: datetime,
) -> tuple[Whose, Sheet]:
    """The month as it stands for one subject, whether it has ended or not.  Raises: AssessmentNotFoundError."""
    governing = desk.governances.in_force(principal.company, now)
    governing = desk.governances.in_force(principal.company, min(now, last_instant(month, governing.zone)))
    asked = await _asked(session, governing, principal, subject_type, subject)
    made = await assemble(session, desk, governing, principal.company, month, [asked])
    return asked, made[asked]


async def month(session: AsyncSession, principal: Principal, month_id: UUID) -> MonthView:
    """How far it is, within what the person sees.  Raises: AssessmentMonthNotFoundError."""
    scope = principal.scope(READ)
    found = await reading.month(session, scope.companies, month_id)
    counts = await sheets.counts(session, scope, month_id)
    if found is None or not counts:
        raise AssessmentMonthNotFoundError("该月尚无考核表，或不在可见范围内。")
    return MonthView(found.id, found.month, counts.get(SheetState.DRAFT, 0), counts.get(SheetState.RELEASED, 0))


async def ensure_readable(session: AsyncSession, principal: Principal, month_id: UUID) -> None:
    """For the clocks' own doors.  Raises: AssessmentMonthNotFoundError."""
    await month(session, principal, month_id)


async def publications(
    session: AsyncSession, scope: RowScope, equal: Mapping[str, object], *, before: UUID | None, limit: int
) -> tuple[Sequence[PublicationRow], Mapping[UUID, str]]:
    """What stands published, and the names of whom it names."""
    rows = await sheets.publications(session, scope, equal, before=before, limit=limit)
    sharers = {UUID(share["staff_id"]) for one in rows for share in one.shares}
    return rows, await reading.names(session, sharers | {one.employee_id for one in rows if one.employee_id})


async def _asked(
    session: AsyncSession, governing: IncentiveGoverning, principal: Principal, kind: SubjectType, subject: str
) -> Whose:
    scope, missing = principal.scope(READ), AssessmentNotFoundError("考核表不存在，或不在可见范围内。")
    if kind is SubjectType.DEPARTMENT:
        reaches = scope.level is ScopeLevel.COMPANY or subject in scope.departments
        if subject not in governing.policy.common.departments or not reaches:
            raise missing
        return Whose(kind, subject, subject)
    try:
        person = await reading.person(session, principal.company, UUID(subject))
    except ValueError:
        raise missing from None
    if person is None or not scope.admits(company=person.company, owner_ids=(person.id,), department=person.department):
        raise missing
    return Whose(kind, str(person.id), person.department, person.team)


async def _views(session: AsyncSession, desk: IncentiveDesk, rows: Sequence[AssessmentSheetRow]) -> list[SheetView]:
    kept = await sheets.lines(session, [row.id for row in rows if row.state == SheetState.RELEASED])
    groups: dict[tuple[str, str, str], list[AssessmentSheetRow]] = {}
    for row in rows:
        if row.state == SheetState.DRAFT:
            groups.setdefault((row.company, row.month, row.policy_version), []).append(row)
    made: dict[UUID, Sheet] = {}
    for (company, of_month, version), some in groups.items():
        governing = desk.governances.of_revision(company, version)
        found = await assemble(session, desk, governing, company, of_month, [whose(row) for row in some])
        made |= {row.id: found[whose(row)] for row in some}
    return [_view(row, made.get(row.id), kept.get(row.id, [])) for row in rows]


def _view(row: AssessmentSheetRow, sheet: Sheet | None, kept: Sequence[AssessmentLineRow]) -> SheetView:
    if sheet is None:
        return SheetView(row, None, kept)
    return SheetView(row, sheet, [line_row(row, place, one) for place, one in enumerate(sheet.lines)])
