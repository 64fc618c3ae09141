"""The price list: what holds on a day, what overlaps."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.settlement.errors import PriceNotFoundError
from services.customer.settlement.models import MaterialPriceRow
from shared.database.locks import one_at_a_time

Row = MaterialPriceRow


async def lock(session: AsyncSession, company: str, code: str) -> None:
    """One after another changes the prices of a code."""
    await one_at_a_time(session, f"material_price:{company}:{code}")


async def get(session: AsyncSession, price_id: UUID, companies: Sequence[str], *, locked: bool = False) -> Row:
    """One price.  Raises: PriceNotFoundError."""
    query = select(Row).where(Row.id == price_id, Row.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise PriceNotFoundError
    return row


async def overlapping(
    session: AsyncSession, company: str, code: str, first: date, last: date | None, *, but: UUID | None = None
) -> bool:
    """Whether another price of the code holds on one of the days."""
    query = select(Row.id).where(
        Row.company == company, Row.code == code, func.coalesce(Row.valid_until, date.max) >= first
    )
    if last is not None:
        query = query.where(Row.valid_from <= last)
    if but is not None:
        query = query.where(Row.id != but)
    return (await session.execute(query.limit(1))).first() is not None


async def on(session: AsyncSession, company: str, code: str, day: date) -> Row | None:
    """The price of a code on a day."""
    query = select(Row).where(
        Row.company == company,
        Row.code == code,
        Row.valid_from <= day,
        or_(Row.valid_until.is_(None), Row.valid_until >= day),
    )
    return (await session.scalars(query)).one_or_none()


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    code: str | None,
    day: date | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row]:
    """Newest first, of a code or of a day."""
    query = select(Row).where(Row.company.in_(companies))
    if code is not None:
        query = query.where(Row.code == code)
    if day is not None:
        query = query.where(Row.valid_from <= day, or_(Row.valid_until.is_(None), Row.valid_until >= day))
    if before is not None:
        query = query.where(Row.id < before)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(limit))).all()


async def is_known(session: AsyncSession, company: str, code: str) -> bool:
    """Whether the code ever had a price."""
    query = select(Row.id).where(Row.company == company, Row.code == code).limit(1)
    return (await session.execute(query)).first() is not None
