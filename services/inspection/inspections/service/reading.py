"""Reading inspections within the caller's sight."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.inspections import repository
from services.inspection.inspections.errors import InspectionNotFoundError
from services.inspection.inspections.models import InspectionPersonRow, InspectionRow
from services.inspection.inspections.rules.dossier import Dossier
from services.inspection.inspections.rules.states import Part
from services.inspection.inspections.service.dossiers import dossier_of
from services.inspection.inspections.service.whole import Whole, whole_of
from services.inspection.inspections.service.work import READ, own_departments
from services.inspection.policy import InspectionGoverning
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope


def sight(principal: Principal, permission: str) -> RowScope:
    """The rows that the person may touch; at the level of the company it says also who and of which department.

    Raises: PermissionDeniedError.
    """
    scope = principal.scope(permission)
    if scope.level < ScopeLevel.COMPANY:
        return scope
    ids = (principal.staff_id, *principal.acting_for)
    return replace(scope, staff_ids=ids, departments=own_departments(principal))


async def read(session: AsyncSession, inspection_id: UUID, scope: RowScope) -> InspectionRow:
    """One of the sight.  Raises: InspectionNotFoundError."""
    return await repository.get(session, inspection_id, scope)


async def whole(session: AsyncSession, inspection_id: UUID, scope: RowScope) -> Whole:
    """One with everything that belongs to it, but for a sample that the reader must not know yet.

    Raises: InspectionNotFoundError.
    """
    found = await whole_of(session, await repository.get(session, inspection_id, scope))
    return found if _sees_sample(found.row, found.people, scope) else replace(found, sample=None)


async def dossier(session: AsyncSession, inspection_id: UUID) -> Dossier:
    """The whole of one as plain data, for the archive, whoever asks.  Raises: InspectionNotFoundError."""
    row = await repository.find(session, inspection_id)
    if row is None:
        raise InspectionNotFoundError
    return dossier_of(await whole_of(session, row))


def _sees_sample(row: InspectionRow, people: Sequence[InspectionPersonRow], scope: RowScope) -> bool:
    """The inspected learn what was drawn when it was checked, so that nobody tidies it up before."""
    if row.recorded_at is not None:
        return True
    goes = {one.staff_id for one in people if one.part != Part.PRESENT}
    if not goes.isdisjoint(scope.staff_ids):
        return True
    return scope.level is ScopeLevel.COMPANY and row.department not in scope.departments


async def ensure_readable(session: AsyncSession, principal: Principal, inspection_id: UUID) -> None:
    """Raises: InspectionNotFoundError."""
    await repository.get(session, inspection_id, sight(principal, READ))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether the form of an inspection that this person may read names the file."""
    return principal.allows(READ) and await repository.has_evidence(session, sight(principal, READ), file_id)


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[InspectionRow]:
    """Newest first; the period is that of when they were held."""
    return await repository.page(session, scope, equal=equal, since=since, until=until, before=before, limit=limit)


def checklists(desk: InspectionDesk, company: str, now: datetime) -> InspectionGoverning:
    """The revision whose checklists are in force."""
    return desk.governances.in_force(company, now)
