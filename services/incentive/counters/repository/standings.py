"""Rows of standings."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.errors import StandingNotFoundError
from services.incentive.counters.models import StandingRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=StandingRow.company,
    owners=(StandingRow.staff_id,),
    team=StandingRow.team,
    department=StandingRow.department,
)


async def get(session: AsyncSession, standing_id: UUID, scope: RowScope, *, lock: bool = False) -> StandingRow:
    """One that is seen.  Raises: StandingNotFoundError."""
    statement = select(StandingRow).where(StandingRow.id == standing_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise StandingNotFoundError("该奖惩后果不存在，或不在可见范围内。")
    return row


async def of_subject(session: AsyncSession, company: str, subject_type: str, subject: str) -> Sequence[StandingRow]:
    """All of a subject, oldest first, ended ones too."""
    statement = select(StandingRow).where(
        StandingRow.company == company, StandingRow.subject_type == subject_type, StandingRow.subject == subject
    )
    return (await session.scalars(statement.order_by(StandingRow.since, StandingRow.id))).all()


async def of_case(session: AsyncSession, company: str, case_id: UUID) -> Sequence[StandingRow]:
    """All of a case, locked."""
    statement = (
        select(StandingRow)
        .where(StandingRow.company == company, StandingRow.case_id == case_id)
        .order_by(StandingRow.id)
        .with_for_update()
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def of_kind(session: AsyncSession, company: str, kind: str, period: str) -> Sequence[StandingRow]:
    """Those of the company that hold in the period."""
    statement = select(StandingRow).where(
        StandingRow.company == company,
        StandingRow.kind == kind,
        StandingRow.period == period,
        StandingRow.ended_at.is_(None),
    )
    return (await session.scalars(statement.order_by(StandingRow.since, StandingRow.id))).all()


async def page(
    session: AsyncSession,
    scope: RowScope,
    equal: Mapping[str, object],
    *,
    is_holding: bool | None,
    before: UUID | None,
    limit: int,
) -> Sequence[StandingRow]:
    """Newest first; `equal` holds columns and the values that they must have."""
    statement = select(StandingRow).where(scope.clause(SCOPE))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(StandingRow, column) == value)
    if is_holding is not None:
        ended = StandingRow.ended_at.is_(None)
        statement = statement.where(ended if is_holding else ~ended)
    if before is not None:
        statement = statement.where(StandingRow.id < before)
    return (await session.scalars(statement.order_by(StandingRow.id.desc()).limit(limit))).all()
