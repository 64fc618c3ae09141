"""Every SQL statement of the messages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.messages.errors import MessageNotFoundError, OptOutNotFoundError
from services.callback.messages.models import MessageAttemptRow, MessageRow, OptOutRow
from services.callback.messages.rules import MessageState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(company=MessageRow.company, owners=(MessageRow.queued_by,))
_DUE_STATES = (MessageState.QUEUED.value, MessageState.UNKNOWN.value, MessageState.SENT.value)


async def of_cause(session: AsyncSession, company: str, cause: str) -> MessageRow | None:
    """The message that was queued for a cause."""
    statement = select(MessageRow).where(MessageRow.company == company, MessageRow.cause == cause)
    return (await session.execute(statement)).scalar_one_or_none()


async def add(session: AsyncSession, row: MessageRow) -> bool:
    """Store a new one unless its cause has one; whether it was stored."""
    columns = [column.name for column in MessageRow.__table__.columns]
    values = {name: getattr(row, name) for name in columns if getattr(row, name) is not None}
    statement = insert(MessageRow).values(values).on_conflict_do_nothing().returning(MessageRow.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def lock_customer(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Whoever queues for the same customer waits, so that none is beyond the month's most."""
    await one_at_a_time(session, f"messages:{company}:{customer_id}")


async def counted(session: AsyncSession, company: str, customer_id: UUID, month: str) -> int:
    """How many counted messages of the month the customer got or gets."""
    statement = select(func.count()).where(
        MessageRow.company == company,
        MessageRow.customer_id == customer_id,
        MessageRow.month == month,
        MessageRow.is_counted,
        MessageRow.state.not_in([MessageState.SUPPRESSED, MessageState.REFUSED]),
    )
    return int((await session.execute(statement)).scalar_one())


async def get(session: AsyncSession, message_id: UUID, scope: RowScope) -> MessageRow:
    """One of the scope.  Raises: MessageNotFoundError, also for one that lies outside the scope."""
    statement = select(MessageRow).where(MessageRow.id == message_id, scope.clause(SCOPE))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise MessageNotFoundError
    return row


async def locked(session: AsyncSession, message_id: UUID) -> MessageRow | None:
    """A message, for the worker."""
    statement = select(MessageRow).where(MessageRow.id == message_id).with_for_update()
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, Any], *, before: UUID | None, limit: int
) -> Sequence[MessageRow]:
    """Newest first."""
    statement = select(MessageRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(MessageRow, name) == value)
    if before is not None:
        statement = statement.where(MessageRow.id < before)
    return (await session.scalars(statement.order_by(MessageRow.id.desc()).limit(limit))).all()


async def due(
    session: AsyncSession, now: datetime, *, limit: int, companies: Collection[str] | None
) -> Sequence[MessageRow]:
    """What is to be sent or asked for, locked; another worker takes others."""
    statement = select(MessageRow).where(MessageRow.state.in_(_DUE_STATES), MessageRow.ready_at <= now)
    return await _taken(session, statement, companies, MessageRow.ready_at, limit)


async def lost(
    session: AsyncSession, now: datetime, *, limit: int, companies: Collection[str] | None
) -> Sequence[MessageRow]:
    """What a worker took and never settled, locked."""
    statement = select(MessageRow).where(MessageRow.state == MessageState.SENDING, MessageRow.lease_until <= now)
    return await _taken(session, statement, companies, MessageRow.lease_until, limit)


async def _taken(
    session: AsyncSession, statement: Any, companies: Collection[str] | None, order: Any, limit: int
) -> Sequence[MessageRow]:
    if companies is not None:
        statement = statement.where(MessageRow.company.in_(companies))
    taken = statement.order_by(order, MessageRow.id).limit(limit).with_for_update(skip_locked=True)
    return (await session.scalars(taken)).all()


async def attempts(session: AsyncSession, message_id: UUID) -> Sequence[MessageAttemptRow]:
    """What was done with the provider, in its order."""
    statement = select(MessageAttemptRow).where(MessageAttemptRow.message_id == message_id)
    return (await session.scalars(statement.order_by(MessageAttemptRow.position))).all()


async def attempted(session: AsyncSession, message_id: UUID) -> int:
    """How many times something was done with the provider."""
    statement = select(func.count()).where(MessageAttemptRow.message_id == message_id)
    return int((await session.execute(statement)).scalar_one())


async def store(session: AsyncSession, row: MessageAttemptRow | OptOutRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def blank(session: AsyncSession, company: str, customer_id: UUID) -> Sequence[MessageRow]:
    """Blank what texts of an erased customer were made of; answers those still waiting, locked."""
    mine = (MessageRow.company == company, MessageRow.customer_id == customer_id)
    await session.execute(update(MessageRow).where(*mine).values(parameters={}))
    waiting = select(MessageRow).where(*mine, MessageRow.state == MessageState.QUEUED).with_for_update()
    return (await session.scalars(waiting.execution_options(populate_existing=True))).all()


async def is_opted_out(session: AsyncSession, company: str, customer_ids: Sequence[UUID], purpose: str) -> bool:
    """Whether one of these, who are one customer, wants nothing of the purpose."""
    statement = select(OptOutRow.id).where(
        OptOutRow.company == company,
        OptOutRow.customer_id.in_(customer_ids),
        OptOutRow.purpose == purpose,
        OptOutRow.ended_at.is_(None),
    )
    return (await session.execute(statement.limit(1))).scalar_one_or_none() is not None


async def opt_out(session: AsyncSession, opt_out_id: UUID, companies: Collection[str], *, lock: bool) -> OptOutRow:
    """One wish of the companies.  Raises: OptOutNotFoundError."""
    statement = select(OptOutRow).where(OptOutRow.id == opt_out_id, OptOutRow.company.in_(companies))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise OptOutNotFoundError
    return row


async def opt_outs(
    session: AsyncSession, companies: Collection[str], customer_id: UUID | None, *, before: UUID | None, limit: int
) -> Sequence[OptOutRow]:
    """Wishes and their history, newest first."""
    statement = select(OptOutRow).where(OptOutRow.company.in_(companies))
    if customer_id is not None:
        statement = statement.where(OptOutRow.customer_id == customer_id)
    if before is not None:
        statement = statement.where(OptOutRow.id < before)
    return (await session.scalars(statement.order_by(OptOutRow.id.desc()).limit(limit))).all()
