"""Rows of callbacks, their attempts, answers and consequences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.errors import CallbackNotFoundError
from services.callback.calls.models import AnswerRow, AttemptRow, CallbackRow, ConsequenceRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=CallbackRow.company,
    owners=(CallbackRow.owner_id,),
    team=CallbackRow.team,
    department=CallbackRow.department,
    posts=CallbackRow.posts,
)
FOLLOWED = ScopeColumns(
    company=ConsequenceRow.company,
    owners=(ConsequenceRow.owner_id,),
    team=ConsequenceRow.team,
    department=ConsequenceRow.department,
    posts=ConsequenceRow.posts,
)
"""Whoever works on what followed."""


async def add(session: AsyncSession, *rows: Any) -> None:
    """Store new rows."""
    session.add_all(rows)
    await session.flush()


async def get(session: AsyncSession, callback_id: UUID, scope: RowScope, *, lock: bool = False) -> CallbackRow:
    """One of the scope.  Raises: CallbackNotFoundError, also for one that lies outside the scope."""
    statement = select(CallbackRow).where(CallbackRow.id == callback_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise CallbackNotFoundError
    return row


async def get_claimed(session: AsyncSession, ticket: UUID, scope: RowScope) -> CallbackRow:
    """The one of the scope that a claim from the list gave last.  Raises: CallbackNotFoundError."""
    statement = select(CallbackRow).where(CallbackRow.claim_ticket == ticket, scope.clause(SCOPE))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise CallbackNotFoundError
    return row


async def get_followed(session: AsyncSession, callback_id: UUID, scope: RowScope) -> CallbackRow:
    """One of the scope, or one from which something followed that lies in it.  Raises: CallbackNotFoundError."""
    follows = exists().where(ConsequenceRow.callback_id == CallbackRow.id, scope.clause(FOLLOWED))
    statement = select(CallbackRow).where(CallbackRow.id == callback_id, or_(scope.clause(SCOPE), follows))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise CallbackNotFoundError
    return row


async def finished(session: AsyncSession, callback_id: UUID) -> CallbackRow | None:
    """A finished callback, locked; None if it is open, missed or void."""
    statement = (
        select(CallbackRow)
        .where(CallbackRow.id == callback_id, CallbackRow.state == "done")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: dict[str, Any],
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[CallbackRow]:
    """By the end of their windows; `wanted` are columns and values, None = any."""
    statement = select(CallbackRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(CallbackRow, name) == value)
    if after is not None:
        latest_at, callback_id = after
        statement = statement.where(
            or_(
                CallbackRow.latest_at > latest_at,
                (CallbackRow.latest_at == latest_at) & (CallbackRow.id > callback_id),
            )
        )
    return (await session.scalars(statement.order_by(CallbackRow.latest_at, CallbackRow.id).limit(limit))).all()


async def attempts(session: AsyncSession, callback_id: UUID) -> Sequence[AttemptRow]:
    """The calls, first to last."""
    statement = select(AttemptRow).where(AttemptRow.callback_id == callback_id).order_by(AttemptRow.position)
    return (await session.scalars(statement)).all()


async def answers(session: AsyncSession, callback_id: UUID) -> Sequence[AnswerRow]:
    """What the customer answered."""
    statement = select(AnswerRow).where(AnswerRow.callback_id == callback_id).order_by(AnswerRow.question)
    return (await session.scalars(statement)).all()


async def consequences(session: AsyncSession, callback_id: UUID) -> Sequence[ConsequenceRow]:
    """What followed."""
    statement = select(ConsequenceRow).where(ConsequenceRow.callback_id == callback_id).order_by(ConsequenceRow.kind)
    return (await session.scalars(statement)).all()


async def consequence_of(session: AsyncSession, company: str, event_id: UUID) -> ConsequenceRow | None:
    """The consequence that an event told of, locked."""
    statement = (
        select(ConsequenceRow)
        .where(ConsequenceRow.event_id == event_id, ConsequenceRow.company == company)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def consequences_at(session: AsyncSession, company: str, target_id: UUID) -> Sequence[ConsequenceRow]:
    """The consequences that became part of a case, locked."""
    statement = (
        select(ConsequenceRow)
        .where(ConsequenceRow.target_id == target_id, ConsequenceRow.company == company)
        .order_by(ConsequenceRow.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def of_customer(session: AsyncSession, company: str, customer_id: UUID) -> Sequence[CallbackRow]:
    """Callbacks of a customer, locked in the order of their ids."""
    statement = (
        select(CallbackRow)
        .where(CallbackRow.customer_id == customer_id, CallbackRow.company == company)
        .order_by(CallbackRow.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()
