"""Reading the network within the caller's scope; a member sees the own rows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.supervisors import repository
from services.inspection.supervisors.models import (
    ObservationRow,
    SupervisorActivityRow,
    SupervisorRow,
    SupervisorTermRow,
)
from services.inspection.supervisors.repository import AnyRow
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope

READ, READ_OBSERVATION = "supervisor.read", "observation.read"


async def read(session: AsyncSession, kind: type[AnyRow], row_id: UUID, scope: RowScope) -> AnyRow:
    """One of the scope.  Raises: the kind's not-found error."""
    return await repository.get(session, kind, row_id, scope)


async def page(
    session: AsyncSession,
    kind: type[AnyRow],
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    before: UUID | None,
    limit: int,
) -> Sequence[AnyRow]:
    """Newest first."""
    return await repository.page(session, kind, scope, wanted, before=before, limit=limit)


async def terms(session: AsyncSession, supervisor_id: UUID, scope: RowScope) -> Sequence[SupervisorTermRow]:
    """Every term of a member of the scope.  Raises: SupervisorNotFoundError."""
    await repository.get(session, SupervisorRow, supervisor_id, scope)
    return await repository.terms(session, supervisor_id)


def knows_whose(scope: RowScope, row: ObservationRow) -> bool:
    """Whether the caller may know whose observation it is: the office and the member, never the department."""
    return scope.level is ScopeLevel.COMPANY or row.staff_id in scope.staff_ids


async def ensure_member_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """Raises: SupervisorNotFoundError."""
    await repository.get(session, SupervisorRow, row_id, principal.scope(READ))


async def ensure_activity_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """Raises: SupervisorActivityNotFoundError."""
    await repository.get(session, SupervisorActivityRow, row_id, principal.scope(READ))


async def ensure_observation_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """Raises: ObservationNotFoundError."""
    await repository.get(session, ObservationRow, row_id, principal.scope(READ_OBSERVATION))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether an observation or an activity that the person may read names the file."""
    if principal.allows(READ_OBSERVATION) and await repository.names_file(
        session, ObservationRow, principal.scope(READ_OBSERVATION), file_id
    ):
        return True
    return principal.allows(READ) and await repository.names_file(
        session, SupervisorActivityRow, principal.scope(READ), file_id
    )
