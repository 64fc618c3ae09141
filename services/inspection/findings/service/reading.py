"""Reading findings within the caller's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings import repository
from services.inspection.findings.models import FindingRow
from services.inspection.findings.service.work import READ
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope


def sight(principal: Principal, permission: str) -> RowScope:
    """The rows that the person may touch, saying also at the level of the company who the person is.

    Raises: PermissionDeniedError.
    """
    scope = principal.scope(permission)
    if scope.level < ScopeLevel.COMPANY:
        return scope
    return replace(scope, staff_ids=(principal.staff_id, *principal.acting_for))


async def read(session: AsyncSession, finding_id: UUID, scope: RowScope) -> FindingRow:
    """One of the scope.  Raises: FindingNotFoundError."""
    return await repository.get(session, finding_id, scope)


async def ensure_readable(session: AsyncSession, principal: Principal, finding_id: UUID) -> None:
    """Raises: FindingNotFoundError."""
    await repository.get(session, finding_id, sight(principal, READ))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether a finding that this person may read has the file as evidence."""
    return principal.allows(READ) and await repository.has_evidence(session, sight(principal, READ), file_id)


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    is_recurrence: bool | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[FindingRow]:
    """Newest first."""
    return await repository.page(
        session,
        scope,
        equal=equal,
        is_recurrence=is_recurrence,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )
