"""Rows of the hand-overs between shifts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import ShiftHandOverNotFoundError
from services.customer.contacts.models import ShiftHandOverRow
from shared.access.scope import RowScope, ScopeColumns

_SHIFT = ScopeColumns(
    company=ShiftHandOverRow.company,
    owners=(ShiftHandOverRow.handed_by, ShiftHandOverRow.to_staff_id, ShiftHandOverRow.taken_over_by),
    team=ShiftHandOverRow.team,
    department=ShiftHandOverRow.department,
    posts=ShiftHandOverRow.posts,
)


async def shift_hand_over(
    session: AsyncSession, row_id: UUID, scope: RowScope, *, locked: bool = False
) -> ShiftHandOverRow:
    """One in scope.  Raises: ShiftHandOverNotFoundError."""
    query = select(ShiftHandOverRow).where(ShiftHandOverRow.id == row_id, scope.clause(_SHIFT))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise ShiftHandOverNotFoundError("没有这份交接班记录")
    return row


async def shift_hand_overs(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: str | None,
    handed_by: UUID | None,
    taken_over_by: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[ShiftHandOverRow]:
    """Those in scope, newest first."""
    query = select(ShiftHandOverRow).where(scope.clause(_SHIFT))
    if state is not None:
        query = query.where(ShiftHandOverRow.state == state)
    if handed_by is not None:
        query = query.where(ShiftHandOverRow.handed_by == handed_by)
    if taken_over_by is not None:
        query = query.where(ShiftHandOverRow.taken_over_by == taken_over_by)
    if before is not None:
        query = query.where(ShiftHandOverRow.id < before)
    return (await session.scalars(query.order_by(ShiftHandOverRow.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, row: ShiftHandOverRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()
