"""Greetings that are owed, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.errors import GreetingNotFoundError
from services.callback.care.models import GreetingRow
from services.callback.care.rules import GreetingState
from services.callback.messages.models import MessageRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=GreetingRow.company,
    owners=(GreetingRow.owner_id, GreetingRow.done_by),
    team=GreetingRow.team,
    department=GreetingRow.department,
    posts=GreetingRow.posts,
)


async def known_keys(session: AsyncSession, company: str, keys: Collection[str]) -> set[str]:
    """Which of these are planned already."""
    statement = select(GreetingRow.key).where(GreetingRow.company == company, GreetingRow.key.in_(keys))
    return set((await session.scalars(statement)).all())


async def add(session: AsyncSession, row: GreetingRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, greeting_id: UUID, scope: RowScope, *, lock: bool = False) -> GreetingRow:
    """One of the scope.  Raises: GreetingNotFoundError, also for one that lies outside the scope."""
    statement = select(GreetingRow).where(GreetingRow.id == greeting_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise GreetingNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    since: date | None,
    until: date | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[GreetingRow]:
    """By day."""
    statement = select(GreetingRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(GreetingRow, name) == value)
    if since is not None:
        statement = statement.where(GreetingRow.on_date >= since)
    if until is not None:
        statement = statement.where(GreetingRow.on_date <= until)
    if after is not None:
        statement = statement.where(tuple_(GreetingRow.on_date, GreetingRow.id) > after)
    return (await session.scalars(statement.order_by(GreetingRow.on_date, GreetingRow.id).limit(limit))).all()


async def planned_of(
    session: AsyncSession, company: str, *, occasion_id: UUID | None = None, member_id: UUID | None = None
) -> Sequence[GreetingRow]:
    """Greetings still owed on a day that changed, or to a member who left, locked."""
    statement = select(GreetingRow).where(GreetingRow.company == company, GreetingRow.state == GreetingState.PLANNED)
    if occasion_id is not None:
        statement = statement.where(GreetingRow.occasion_id == occasion_id)
    if member_id is not None:
        statement = statement.where(GreetingRow.member_id == member_id)
    return (await session.scalars(statement.with_for_update())).all()


async def planned_for(session: AsyncSession, company: str, customer_id: UUID) -> Sequence[GreetingRow]:
    """Greetings still owed to a customer, locked."""
    statement = select(GreetingRow).where(
        GreetingRow.company == company,
        GreetingRow.customer_id == customer_id,
        GreetingRow.state == GreetingState.PLANNED,
    )
    return (await session.scalars(statement.with_for_update())).all()


async def of_customer(session: AsyncSession, company: str, customer_id: UUID) -> Sequence[GreetingRow]:
    """All greetings of a customer, locked."""
    statement = select(GreetingRow).where(GreetingRow.company == company, GreetingRow.customer_id == customer_id)
    return (await session.scalars(statement.with_for_update())).all()


async def messaged(
    session: AsyncSession, company: str, states: Collection[str], *, limit: int
) -> Sequence[tuple[GreetingRow, MessageRow]]:
    """Greetings by message whose message has come to one of these states, locked."""
    statement = (
        select(GreetingRow, MessageRow)
        .join(MessageRow, MessageRow.id == GreetingRow.message_id)
        .where(
            GreetingRow.company == company,
            GreetingRow.state == GreetingState.PLANNED,
            MessageRow.state.in_(states),
        )
        .limit(limit)
        .with_for_update(of=GreetingRow, skip_locked=True)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]
