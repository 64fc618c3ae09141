"""Every SQL statement of the findings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, cast, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.errors import FindingNotFoundError
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import COUNTED, REVISED, UNTOLD
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=FindingRow.company,
    owners=(FindingRow.person_id, FindingRow.raised_by),
    team=FindingRow.team,
    department=FindingRow.department,
    posts=FindingRow.posts,
)


def _readable(scope: RowScope) -> ColumnElement[bool]:
    """A draft is seen by whoever raised it, by the posts that confirm and by the office, never by whom it names."""
    told = FindingRow.state.not_in(sorted(UNTOLD))
    mine = FindingRow.raised_by.in_(scope.staff_ids)
    unnamed = or_(FindingRow.person_id.is_(None), FindingRow.person_id.not_in(scope.staff_ids))
    if scope.level < ScopeLevel.COMPANY:
        unnamed = and_(unnamed, FindingRow.posts.op("&&")(cast(list(scope.posts), ARRAY(Text))))
    return and_(scope.clause(SCOPE), or_(told, mine, unnamed))


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


async def is_known(session: AsyncSession, finding_id: UUID) -> bool:
    """Whether there is one under this id."""
    return (await session.execute(select(FindingRow.id).where(FindingRow.id == finding_id))).first() is not None


async def serialise(session: AsyncSession, company: str, department: str, clause: str) -> None:
    """Hold what may repeat one another until the transaction ends; before any of their rows is locked."""
    await one_at_a_time(session, f"finding|{company}|{department}|{clause}")


async def repeats(session: AsyncSession, row: FindingRow) -> Sequence[FindingRow]:
    """What refers to the finding as its recurrence, locked, oldest first."""
    statement = (
        select(FindingRow)
        .where(
            FindingRow.company == row.company,
            FindingRow.department == row.department,
            FindingRow.clause == row.clause,
            FindingRow.recurrence_of == row.id,
            FindingRow.state.in_(sorted(REVISED)),
        )
        .order_by(FindingRow.found_at, FindingRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def earlier(session: AsyncSession, row: FindingRow, since: datetime, *, is_before: bool = False) -> UUID | None:
    """The newest counted finding on the same clause in the same department since then.

    `is_before`: only such as stood before this one did, so that two never refer to each other.
    """
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
    if is_before:
        at = tuple_(FindingRow.found_at, FindingRow.confirmed_at, FindingRow.id)
        statement = statement.where(at < tuple_(row.found_at, row.confirmed_at, row.id))
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
    statement = (
        select(FindingRow.id)
        .where(_readable(scope), FindingRow.evidence_ids.op("@>")(cast([file_id], ARRAY(Uuid))))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None
