"""Lists of orders: newest first, or in the order in which to dispatch them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.repository.orders import in_scope
from services.customer.orders.rules.states import WAITING
from services.customer.orders.rules.taken import OrderFilter
from shared.access.scope import RowScope

Row = ServiceOrderRow


async def newest(
    session: AsyncSession, scope: RowScope, wanted: OrderFilter, *, before: UUID | None, limit: int
) -> Sequence[ServiceOrderRow]:
    """Orders of the scope, newest first."""
    query = select(Row).where(in_scope(scope), *_wanted(wanted))
    if before is not None:
        query = query.where(Row.id < before)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(limit))).all()


async def to_dispatch(
    session: AsyncSession, scope: RowScope, wanted: OrderFilter, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[ServiceOrderRow]:
    """Orders that wait to be dispatched: emergency, then deadline, then tier."""
    query = select(Row).where(in_scope(scope), Row.state.in_([state.value for state in WAITING]), *_wanted(wanted))
    if after is not None:
        query = query.where(_behind(*after))
    ordered = query.order_by(
        Row.is_emergency.desc(), Row.rank_at.asc().nulls_last(), Row.priority_rank, Row.tier_rank, Row.id
    )
    return (await session.scalars(ordered.limit(limit))).all()


def _behind(is_emergency: bool, rank_at: str | None, priority: int, tier: int, order_id: UUID) -> ColumnElement[bool]:
    """What stands behind the last row of the page before."""
    rank = None if rank_at is None else datetime.fromisoformat(rank_at)
    within = or_(
        Row.priority_rank > priority,
        and_(Row.priority_rank == priority, Row.tier_rank > tier),
        and_(Row.priority_rank == priority, Row.tier_rank == tier, Row.id > order_id),
    )
    if rank is None:
        later = and_(Row.rank_at.is_(None), within)
    else:
        later = or_(Row.rank_at > rank, Row.rank_at.is_(None), and_(Row.rank_at == rank, within))
    same = Row.is_emergency if is_emergency else Row.is_emergency.is_(False)
    lower: ColumnElement[bool] = Row.is_emergency.is_(False) if is_emergency else false()
    return or_(lower, and_(same, later))


def _wanted(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    pairs = (
        (Row.customer_id, wanted.customer_id),
        (Row.premises_id, wanted.premises_id),
        (Row.state, wanted.state),
        (Row.work, wanted.work),
        (Row.team, wanted.team),
        (Row.number, wanted.number),
        (Row.origin_id, wanted.origin_id),
        (Row.is_emergency, wanted.is_emergency),
    )
    return [column == value for column, value in pairs if value is not None] or [true()]
