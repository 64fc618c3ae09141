"""Statements on checks and their lines."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryCheckNotFoundError
from services.customer.entry_quality.models import EntryCheckLineRow, EntryCheckRow
from services.customer.entry_quality.rules.states import LineState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=EntryCheckRow.company,
    owners=(EntryCheckRow.operator_id, EntryCheckRow.done_by),
    team=EntryCheckRow.team,
    department=EntryCheckRow.department,
)


async def add(session: AsyncSession, row: EntryCheckRow) -> EntryCheckRow:
    """Store a new one."""
    session.add(row)
    await session.flush()
    return row


async def find(session: AsyncSession, company: str, check: str, period: str, subject: str) -> EntryCheckRow | None:
    """The run of a period, if it was begun; locked."""
    statement = (
        select(EntryCheckRow)
        .where(
            EntryCheckRow.company == company,
            EntryCheckRow.check == check,
            EntryCheckRow.period == period,
            EntryCheckRow.subject == subject,
        )
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def get(session: AsyncSession, check_id: UUID, scope: RowScope, *, lock: bool = False) -> EntryCheckRow:
    """One of the scope.  Raises: EntryCheckNotFoundError."""
    statement = select(EntryCheckRow).where(EntryCheckRow.id == check_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise EntryCheckNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    check: str | None,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> Sequence[EntryCheckRow]:
    """Newest first."""
    statement = select(EntryCheckRow).where(scope.clause(SCOPE))
    if check is not None:
        statement = statement.where(EntryCheckRow.check == check)
    if state is not None:
        statement = statement.where(EntryCheckRow.state == state)
    if before is not None:
        statement = statement.where(EntryCheckRow.id < before)
    return (await session.scalars(statement.order_by(EntryCheckRow.id.desc()).limit(limit))).all()


async def lines(
    session: AsyncSession, check_id: UUID, *, after: UUID | None = None, limit: int = 200
) -> Sequence[EntryCheckLineRow]:
    """The entries of a check, in the order in which they were laid out."""
    statement = select(EntryCheckLineRow).where(EntryCheckLineRow.check_id == check_id)
    if after is not None:
        statement = statement.where(EntryCheckLineRow.id > after)
    return (await session.scalars(statement.order_by(EntryCheckLineRow.id).limit(limit))).all()


async def lines_of(session: AsyncSession, check_id: UUID, ids: Sequence[UUID]) -> dict[UUID, EntryCheckLineRow]:
    """The named entries of a check."""
    statement = select(EntryCheckLineRow).where(
        EntryCheckLineRow.check_id == check_id, EntryCheckLineRow.id.in_(list(ids))
    )
    return {row.id: row for row in await session.scalars(statement)}


async def open_lines(session: AsyncSession, check_id: UUID) -> int:
    """How many entries of the check nobody has looked at."""
    statement = select(func.count()).where(
        EntryCheckLineRow.check_id == check_id, EntryCheckLineRow.state == LineState.OPEN.value
    )
    return int(await session.scalar(statement) or 0)


async def faulty_lines(session: AsyncSession, check_id: UUID) -> Sequence[EntryCheckLineRow]:
    """Entries that lack a field."""
    statement = select(EntryCheckLineRow).where(
        EntryCheckLineRow.check_id == check_id, func.cardinality(EntryCheckLineRow.missing) > 0
    )
    return (await session.scalars(statement)).all()
