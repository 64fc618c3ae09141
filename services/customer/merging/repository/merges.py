"""Merges: one, a page, the one that stands for a row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.errors import MergeNotFoundError
from services.customer.merging.models import MergeRow
from services.customer.merging.rules import MergeState


async def get(session: AsyncSession, merge_id: UUID, companies: Sequence[str], *, lock: bool = False) -> MergeRow:
    """One merge.  Raises: MergeNotFoundError."""
    statement = select(MergeRow).where(MergeRow.id == merge_id, MergeRow.company.in_(companies))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise MergeNotFoundError("没有这次合并")
    return row


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    state: MergeState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[MergeRow]:
    """Merges, newest first; of a customer those in which it ended and those that it survived."""
    statement = select(MergeRow).where(MergeRow.company.in_(companies))
    if customer_id is not None:
        statement = statement.where(or_(MergeRow.losing_id == customer_id, MergeRow.surviving_id == customer_id))
    if state is not None:
        statement = statement.where(MergeRow.state == state.value)
    if before is not None:
        statement = statement.where(MergeRow.id < before)
    return (await session.scalars(statement.order_by(MergeRow.id.desc()).limit(limit))).all()


_COUNTS = text(
    "select place, has_moved, count(*) as rows from merge_moves where merge_id = :merge_id group by place, has_moved"
    " order by place, has_moved"
)


async def counts(session: AsyncSession, merge_id: UUID) -> Sequence[Any]:
    """How many rows of each place a merge moved or set aside."""
    return (await session.execute(_COUNTS, {"merge_id": merge_id})).all()
