"""Gas that an order or a reading stands for, where a settlement stands, and what a day has to compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import ServiceOrderRow
from services.customer.readings.models import CardSaleRow, MeterReadingRow
from services.customer.readings.rules import ReadingState, SaleState
from services.customer.registry.rules.days import civil
from services.customer.settlement.models import OrderSettlementRow
from services.customer.settlement.rules.asked import Day


@dataclass(frozen=True, slots=True)
class Gas:
    """A volume, the day whose price counts, whose it is, and who recorded it when."""

    volume_m3: Decimal
    day: date
    customer_id: UUID
    paid_fen: int
    """What was paid with it: card sales."""
    recorded_by: UUID
    recorded_at: datetime


def gas_of_reading(row: MeterReadingRow) -> Gas | None:
    """The use that a standing reading shows."""
    if row.usage_m3 is None or row.state != ReadingState.RECORDED:
        return None
    return Gas(row.usage_m3, row.read_on, row.customer_id, 0, row.recorded_by, row.recorded_at)


async def gas_of_order(session: AsyncSession, order_id: UUID, company: str) -> list[Gas]:
    """Standing readings and card sales of an order."""
    readings = select(MeterReadingRow).where(MeterReadingRow.order_id == order_id, MeterReadingRow.company == company)
    sales = select(CardSaleRow).where(
        CardSaleRow.order_id == order_id, CardSaleRow.company == company, CardSaleRow.state == SaleState.SOLD.value
    )
    found = [gas for row in await session.scalars(readings) if (gas := gas_of_reading(row))]
    return found + [
        Gas(row.volume_m3, civil(row.sold_at), row.customer_id, row.amount_fen, row.sold_by, row.recorded_at)
        for row in await session.scalars(sales)
    ]


async def settlement(session: AsyncSession, order_id: UUID) -> OrderSettlementRow | None:
    """Where an order's money stands."""
    return (
        await session.scalars(select(OrderSettlementRow).where(OrderSettlementRow.order_id == order_id))
    ).one_or_none()


async def completed_orders(
    session: AsyncSession, company: str, day: Day, *, after: UUID | None, limit: int
) -> Sequence[ServiceOrderRow]:
    """Orders completed on a day, in the order of their ids."""
    row = ServiceOrderRow
    query = select(row).where(
        row.company == company,
        row.completed_at >= day.from_at,
        row.completed_at < day.until_at,
        row.cancelled_at.is_(None),
    )
    if after is not None:
        query = query.where(row.id > after)
    return (await session.scalars(query.order_by(row.id).limit(limit))).all()


async def readings_recorded(
    session: AsyncSession, company: str, day: Day, *, after: UUID | None, limit: int
) -> Sequence[MeterReadingRow]:
    """Readings recorded on a day, in the order of their ids."""
    row = MeterReadingRow
    query = select(row).where(row.company == company, row.recorded_at >= day.from_at, row.recorded_at < day.until_at)
    if after is not None:
        query = query.where(row.id > after)
    return (
        await session.scalars(
            query.where(or_(row.usage_m3.is_not(None), row.corrects_id.is_not(None))).order_by(row.id).limit(limit)
        )
    ).all()
