"""The gift register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.errors import GiftNotFoundError
from services.callback.care.models import GiftRow
from services.callback.care.rules import GiftState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=GiftRow.company,
    owners=(GiftRow.given_by,),
    team=GiftRow.team,
    department=GiftRow.department,
    posts=GiftRow.posts,
)


@dataclass(frozen=True, slots=True)
class GiftSum:
    """What one receiver or giver got or gave in a year."""

    customer_id: UUID | None
    member_id: UUID | None
    given_by: UUID | None
    count: int
    value_fen: int


async def lock_receiver(session: AsyncSession, company: str, receiver: UUID) -> None:
    """Whoever gives to the same receiver waits, so that none slips past the limit."""
    await one_at_a_time(session, f"gifts:{company}:{receiver}")


async def sums_of_receiver(
    session: AsyncSession,
    company: str,
    receiver: UUID,
    *,
    year: int,
    occasion: str,
    greeting_id: UUID | None,
    since: datetime,
) -> tuple[int, int]:
    """What the receiver got or is to get on the same occasion, and in the year, in fen.

    The same occasion is the same greeting, or for gifts without one the same kind of occasion since then.
    """
    is_same = (
        GiftRow.greeting_id == greeting_id
        if greeting_id is not None
        else and_(GiftRow.occasion == occasion, GiftRow.recorded_at >= since)
    )
    amount = (
        func.coalesce(func.sum(GiftRow.value_fen).filter(is_same), 0),
        func.coalesce(func.sum(GiftRow.value_fen), 0),
    )
    statement = select(*amount).where(
        GiftRow.company == company,
        func.coalesce(GiftRow.member_id, GiftRow.customer_id) == receiver,
        GiftRow.year == year,
        GiftRow.state != GiftState.REFUSED,
    )
    same, whole = (await session.execute(statement)).one()
    return int(same), int(whole)


async def add(session: AsyncSession, row: GiftRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, gift_id: UUID, scope: RowScope, *, lock: bool = False) -> GiftRow:
    """One of the scope.  Raises: GiftNotFoundError, also for one that lies outside the scope."""
    statement = select(GiftRow).where(GiftRow.id == gift_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise GiftNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, Any], *, before: UUID | None, limit: int
) -> Sequence[GiftRow]:
    """Newest first."""
    statement = select(GiftRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(GiftRow, name) == value)
    if before is not None:
        statement = statement.where(GiftRow.id < before)
    return (await session.scalars(statement.order_by(GiftRow.id.desc()).limit(limit))).all()


async def sums(
    session: AsyncSession, scope: RowScope, year: int, *, is_by_giver: bool, limit: int
) -> Sequence[GiftSum]:
    """What was given in a year, the most first."""
    keys = (GiftRow.given_by,) if is_by_giver else (GiftRow.customer_id, GiftRow.member_id)
    total = func.sum(GiftRow.value_fen)
    statement = (
        select(*keys, func.count().label("count"), total.label("value_fen"))
        .where(scope.clause(SCOPE), GiftRow.year == year, GiftRow.state == GiftState.GIVEN)
        .group_by(*keys)
        .order_by(total.desc())
        .limit(limit)
    )
    found = [dict(row._mapping) for row in await session.execute(statement)]
    none: dict[str, Any] = {"customer_id": None, "member_id": None, "given_by": None}
    return [GiftSum(**{**none, **row, "value_fen": int(row["value_fen"])}) for row in found]
