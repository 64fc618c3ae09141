"""What followed from callbacks, as lists: leads, praise, wrong numbers, cases."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import CallbackRow, ConsequenceRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=ConsequenceRow.company,
    owners=(ConsequenceRow.owner_id, CallbackRow.owner_id, CallbackRow.completed_by),
    team=ConsequenceRow.team,
    department=ConsequenceRow.department,
    posts=ConsequenceRow.posts,
)
"""Whoever works on what followed, and whoever made the call."""


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    kind: str | None,
    state: str | None,
    department: str | None,
    target_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row[ConsequenceRow, CallbackRow]]:
    """Newest first, each with its callback."""
    statement = (
        select(ConsequenceRow, CallbackRow)
        .join(CallbackRow, CallbackRow.id == ConsequenceRow.callback_id)
        .where(scope.clause(SCOPE))
    )
    wanted = (
        (ConsequenceRow.kind, kind),
        (ConsequenceRow.state, state),
        (ConsequenceRow.department, department),
        (ConsequenceRow.target_id, target_id),
    )
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(ConsequenceRow.id < before)
    return (await session.execute(statement.order_by(ConsequenceRow.id.desc()).limit(limit))).all()
