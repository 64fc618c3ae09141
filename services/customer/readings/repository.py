"""Every statement about meter readings and card sales."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.readings.errors import (
    ReadingCorrectedError,
    ReadingNotFoundError,
    ReadingTakenError,
    SaleCorrectedError,
    SaleNotFoundError,
)
from services.customer.readings.models import CARD_SALE_NUMBERS, CardSaleRow, MeterReadingRow
from services.customer.readings.rules import Method, ReadingState
from services.customer.registry.models import MeterRow

_READ = MeterReadingRow
_STANDS = _READ.state == ReadingState.RECORDED.value

_TOTAL = text("""
select sum(d.daily_m3) as total from meters m join lateral (
  select r.daily_m3 from meter_readings r
  where r.meter_id = m.id and r.state = 'recorded' and r.daily_m3 is not null and r.days >= :least_days
    and r.method = any(:methods)
  order by r.read_on desc limit 1) d on true
where m.customer_id = :customer_id and m.state = 'in_use'
""")
_FILE = text("select 1 from stored_files where company = :company and created_by = :actor and id = :id")


async def meter(session: AsyncSession, meter_id: UUID, company: str) -> MeterRow | None:
    """A meter of the company, locked: readings of a meter come one after another."""
    query = select(MeterRow).where(MeterRow.id == meter_id, MeterRow.company == company).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def before(session: AsyncSession, meter_id: UUID, on: date, *, but: UUID | None = None) -> MeterReadingRow | None:
    """The standing reading before a day."""
    query = select(_READ).where(_READ.meter_id == meter_id, _STANDS, _READ.read_on < on)
    if but is not None:
        query = query.where(_READ.id != but)
    return (await session.scalars(query.order_by(_READ.read_on.desc()).limit(1))).one_or_none()


async def newest_day(session: AsyncSession, meter_id: UUID, *, but: UUID | None = None) -> date | None:
    """The day of the meter's newest standing reading."""
    query = select(func.max(_READ.read_on)).where(_READ.meter_id == meter_id, _STANDS)
    if but is not None:
        query = query.where(_READ.id != but)
    found: date | None = (await session.execute(query)).scalar_one()
    return found


async def estimated_before(session: AsyncSession, meter_id: UUID, on: date) -> int:
    """How many estimated readings stand immediately before a day, one after another."""
    query = select(_READ.method).where(_READ.meter_id == meter_id, _STANDS, _READ.read_on < on)
    methods = (await session.scalars(query.order_by(_READ.read_on.desc()).limit(24))).all()
    count = 0
    for method in methods:
        if method != Method.ESTIMATED:
            break
        count += 1
    return count


async def daily_total(
    session: AsyncSession, customer_id: UUID, *, least_days: int, methods: Sequence[str]
) -> Decimal | None:
    """What all meters of a customer that are in use show together a day, by their newest sound readings."""
    values = {"customer_id": customer_id, "least_days": least_days, "methods": list(methods)}
    found: Decimal | None = (await session.execute(_TOTAL, values)).scalar_one()
    return found


async def is_own_file(session: AsyncSession, company: str, actor: str, file_id: UUID) -> bool:
    """Whether the person uploaded the file."""
    found = await session.execute(_FILE, {"company": company, "actor": actor, "id": file_id})
    return found.first() is not None


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a reading of the companies has the file as its picture."""
    query = select(MeterReadingRow.id).where(MeterReadingRow.company.in_(companies), MeterReadingRow.file_id == file_id)
    return (await session.execute(query.limit(1))).first() is not None


async def add_reading(session: AsyncSession, row: MeterReadingRow) -> None:
    """Store one.  Raises: ReadingTakenError, ReadingCorrectedError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_meter_readings_corrects" in str(error.orig):
            raise ReadingCorrectedError("该抄表记录已被更正") from error
        raise ReadingTakenError("该表当日已有抄表记录，有误请更正") from error


async def reading(
    session: AsyncSession, row_id: UUID, companies: Sequence[str], *, locked: bool = False
) -> MeterReadingRow:
    """One reading.  Raises: ReadingNotFoundError."""
    query = select(_READ).where(_READ.id == row_id, _READ.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise ReadingNotFoundError("没有这条抄表记录")
    return row


async def readings(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    meter_id: UUID | None,
    is_flagged: bool,
    before_id: UUID | None,
    limit: int,
) -> Sequence[MeterReadingRow]:
    """Readings, newest first; the history of corrections among them."""
    query = select(_READ).where(_READ.company.in_(companies))
    if customer_id is not None:
        query = query.where(_READ.customer_id == customer_id)
    if meter_id is not None:
        query = query.where(_READ.meter_id == meter_id)
    if is_flagged:
        query = query.where(_STANDS, func.cardinality(_READ.flags) > 0)
    if before_id is not None:
        query = query.where(_READ.id < before_id)
    return (await session.scalars(query.order_by(_READ.id.desc()).limit(limit))).all()


async def next_sale_number(session: AsyncSession) -> int:
    """The next running number."""
    return int((await session.execute(select(CARD_SALE_NUMBERS.next_value()))).scalar_one())


async def add_sale(session: AsyncSession, row: CardSaleRow) -> None:
    """Store one.  Raises: SaleCorrectedError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise SaleCorrectedError("该售气记录已更正") from error


async def sale(session: AsyncSession, row_id: UUID, companies: Sequence[str], *, locked: bool = False) -> CardSaleRow:
    """One sale.  Raises: SaleNotFoundError."""
    query = select(CardSaleRow).where(CardSaleRow.id == row_id, CardSaleRow.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise SaleNotFoundError("没有这条售气记录")
    return row


async def sales(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    cards: Sequence[str],
    before_id: UUID | None,
    limit: int,
) -> Sequence[Any]:
    """Sales, newest first, of a customer or a card."""
    query = select(CardSaleRow).where(CardSaleRow.company.in_(companies))
    if customer_id is not None:
        query = query.where(CardSaleRow.customer_id == customer_id)
    if cards:
        query = query.where(CardSaleRow.card_index.in_(cards))
    if before_id is not None:
        query = query.where(CardSaleRow.id < before_id)
    return (await session.scalars(query.order_by(CardSaleRow.id.desc()).limit(limit))).all()
