"""Every SQL statement of the findings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.errors import FindingNotFoundError
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import COUNTED
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=FindingRow.company,
    owners=(FindingRow.person_id, FindingRow.raised_by),
    team=FindingRow.team,
    department=FindingRow.department,
)


def _readable(scope: RowScope) -> ColumnElement[bool]:
    """Whom a draft names does not see it before it is confirmed."""
    if scope.level >= ScopeLevel.COMPANY:
        return scope.clause(SCOPE)
    mine = FindingRow.raised_by.in_(scope.staff_ids)
    return and_(scope.clause(SCOPE), or_(FindingRow.state.not_in(("draft", "void")), mine))


async def get(session: AsyncSession, finding_id: UUID, scope: RowScope, *, lock: bool = False) -> FindingRow:
    """One of the scope.  Raises: FindingNotFoundError, also for one that lies outside the scope."""
    return await _one(session, lock, FindingRow.id == finding_id, _readable(scope))


async def of_company(session: AsyncSession, company: str, finding_id: UUID) -> FindingRow:
    """One of the company, locked, for another feature.  Raises: FindingNotFoundError."""
    return await _one(session, True, FindingRow.id == finding_id, FindingRow.company == company)


async def _one(session: AsyncSession, lock: bool, *conditions: Any) -> FindingRow:
    statement = select(FindingRow).where(*conditions)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise FindingNotFoundError
    return row


async def earlier(session: AsyncSession, row: FindingRow, since: datetime) -> UUID | None:
    """The newest counted finding on the same clause in the same department since then."""
    statement = (
        select(FindingRow.id)
        .where(
            FindingRow.company == row.company,
            FindingRow.department == row.department,
            FindingRow.clause == row.clause,
            FindingRow.is_good_example.is_(False),
            FindingRow.state.in_(sorted(COUNTED)),
            FindingRow.found_at >= since,
            FindingRow.found_at <= row.found_at,
            FindingRow.id != row.id,
        )
        .order_by(FindingRow.found_at.desc(), FindingRow.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


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
    """Newest first; `equal` holds columns and the values that they must have."""
    statement = select(FindingRow).where(_readable(scope))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(FindingRow, column) == value)
    if is_recurrence is not None:
        statement = statement.where(FindingRow.recurrence_of.is_not(None) == is_recurrence)
    if since is not None:
        statement = statement.where(FindingRow.found_at >= since)
    if until is not None:
        statement = statement.where(FindingRow.found_at < until)
    if before is not None:
        statement = statement.where(FindingRow.id < before)
    return (await session.scalars(statement.order_by(FindingRow.id.desc()).limit(limit))).all()


async def has_evidence(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether a finding of the scope names the file."""
    statement = select(FindingRow.id).where(_readable(scope), FindingRow.evidence_ids.contains([file_id])).limit(1)
    return (await session.execute(statement)).first() is not None
