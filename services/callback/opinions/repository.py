"""Every SQL statement of the opinions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.opinions.errors import OpinionNotFoundError
from services.callback.opinions.models import OpinionRow
from services.callback.opinions.rules import OpinionState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=OpinionRow.company,
    owners=(OpinionRow.owner_id, OpinionRow.opened_by),
    team=OpinionRow.team,
    department=OpinionRow.department,
    posts=OpinionRow.posts,
)


async def add(session: AsyncSession, row: OpinionRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, opinion_id: UUID, scope: RowScope, *, lock: bool = False) -> OpinionRow:
    """One of the scope.  Raises: OpinionNotFoundError, also for one that lies outside the scope."""
    statement = select(OpinionRow).where(OpinionRow.id == opinion_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise OpinionNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: OpinionState | None,
    department: str | None,
    source_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[OpinionRow]:
    """Newest first."""
    statement = select(OpinionRow).where(scope.clause(SCOPE))
    wanted = (
        (OpinionRow.state, state.value if state else None),
        (OpinionRow.department, department),
        (OpinionRow.source_id, source_id),
    )
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(OpinionRow.id < before)
    return (await session.scalars(statement.order_by(OpinionRow.id.desc()).limit(limit))).all()


async def states(session: AsyncSession, opinion_ids: Sequence[UUID]) -> dict[UUID, str]:
    """State by id."""
    statement = select(OpinionRow.id, OpinionRow.state).where(OpinionRow.id.in_(list(opinion_ids)))
    return {row.id: row.state for row in await session.execute(statement)}


async def blank_words(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank the words of a customer's opinions."""
    statement = update(OpinionRow).where(OpinionRow.company == company, OpinionRow.customer_id == customer_id)
    await session.execute(statement.values(words=None))
