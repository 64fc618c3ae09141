"""Three-way exceptions: the unconfirmed one of a subject, the last confirmed, lists."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.settlement.errors import ExceptionNotFoundError
from services.customer.settlement.models import ThreeWayExceptionRow
from services.customer.settlement.rules.asked import ExceptionFilter
from services.customer.settlement.rules.matching import ExceptionState
from shared.access.scope import RowScope, ScopeColumns

Row = ThreeWayExceptionRow
COLUMNS = ScopeColumns(
    company=Row.company, owners=(Row.owner_id,), team=Row.team, department=Row.department, posts=Row.posts
)


def _of(order_id: UUID | None, reading_id: UUID | None, pair: str) -> tuple[ColumnElement[bool], ...]:
    subject = Row.order_id == order_id if order_id else Row.reading_id == reading_id
    return subject, Row.pair == pair


async def unconfirmed(
    session: AsyncSession, *, order_id: UUID | None, reading_id: UUID | None, pair: str, lock: bool = False
) -> Row | None:
    """The one that nobody has confirmed yet."""
    query = select(Row).where(*_of(order_id, reading_id, pair), Row.state != ExceptionState.CONFIRMED.value)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def last_confirmed(
    session: AsyncSession, *, order_id: UUID | None, reading_id: UUID | None, pair: str
) -> Row | None:
    """The newest that was confirmed."""
    query = select(Row).where(*_of(order_id, reading_id, pair), Row.state == ExceptionState.CONFIRMED.value)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(1))).one_or_none()


async def get(session: AsyncSession, exception_id: UUID, scope: RowScope, *, lock: bool = False) -> Row:
    """One of the scope.  Raises: ExceptionNotFoundError."""
    query = select(Row).where(Row.id == exception_id, scope.clause(COLUMNS))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise ExceptionNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, wanted: ExceptionFilter, *, before: UUID | None, limit: int
) -> Sequence[Row]:
    """Of the scope, newest first."""
    query = select(Row).where(scope.clause(COLUMNS))
    if wanted.state is not None:
        query = query.where(Row.state == wanted.state)
    if wanted.pair is not None:
        query = query.where(Row.pair == wanted.pair)
    if wanted.order_id is not None:
        query = query.where(Row.order_id == wanted.order_id)
    if before is not None:
        query = query.where(Row.id < before)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(limit))).all()
