"""Lines of an order or reading: insert, find, what reverses what; who comes first."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.readings.models import MeterReadingRow
from services.customer.registry.models import CustomerRow
from services.customer.settlement.errors import LineNotFoundError, LineReversedError
from services.customer.settlement.models import ChargeRow, DocumentRow, PaymentRow
from shared.database.locks import one_at_a_time

Line = TypeVar("Line", ChargeRow, PaymentRow, DocumentRow)


async def lock(session: AsyncSession, name: str) -> None:
    """One after another until the transaction ends."""
    await one_at_a_time(session, f"settlement:{name}")


async def reading(session: AsyncSession, reading_id: UUID, companies: Sequence[str]) -> MeterReadingRow | None:
    """A reading of the companies."""
    query = select(MeterReadingRow).where(MeterReadingRow.id == reading_id, MeterReadingRow.company.in_(companies))
    return (await session.scalars(query)).one_or_none()


async def kind_of_customer(session: AsyncSession, customer_id: UUID) -> str | None:
    """Residential, commercial or industrial."""
    return (await session.scalars(select(CustomerRow.kind).where(CustomerRow.id == customer_id))).one_or_none()


async def add(session: AsyncSession, row: ChargeRow | PaymentRow | DocumentRow) -> None:
    """Insert a line.  Raises: LineReversedError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if "_reverses" in str(error.orig):
            raise LineReversedError("该结算行已冲销。") from error
        raise


async def find(session: AsyncSession, kind: type[Line], line_id: UUID, subject_id: UUID) -> Line:
    """One line of the order or reading.  Raises: LineNotFoundError."""
    row: Line | None = await session.get(kind, line_id)
    if row is None or subject_id not in (row.order_id, getattr(row, "reading_id", None)):
        raise LineNotFoundError
    return row


async def charges(session: AsyncSession, order_id: UUID) -> Sequence[ChargeRow]:
    """All charges of an order, oldest first."""
    return (await session.scalars(select(ChargeRow).where(ChargeRow.order_id == order_id).order_by(ChargeRow.id))).all()


async def payments(session: AsyncSession, *, order_id: UUID | None, reading_id: UUID | None) -> Sequence[PaymentRow]:
    """All payments for an order or a reading, oldest first."""
    column, value = (PaymentRow.order_id, order_id) if order_id else (PaymentRow.reading_id, reading_id)
    return (await session.scalars(select(PaymentRow).where(column == value).order_by(PaymentRow.id))).all()


async def documents(session: AsyncSession, *, order_id: UUID | None, reading_id: UUID | None) -> Sequence[DocumentRow]:
    """All papers of an order or a reading, oldest first."""
    column, value = (DocumentRow.order_id, order_id) if order_id else (DocumentRow.reading_id, reading_id)
    return (await session.scalars(select(DocumentRow).where(column == value).order_by(DocumentRow.id))).all()


async def is_receipt_used(session: AsyncSession, company: str, number: str) -> bool:
    """Whether a payment that stands bears the receipt number."""
    counter = select(PaymentRow.reverses_id).where(PaymentRow.reverses_id.is_not(None), PaymentRow.company == company)
    query = select(PaymentRow.id).where(
        PaymentRow.company == company,
        PaymentRow.receipt_number == number,
        PaymentRow.reverses_id.is_(None),
        PaymentRow.id.not_in(counter.where(PaymentRow.receipt_number == number)),
    )
    return (await session.execute(query.limit(1))).first() is not None
