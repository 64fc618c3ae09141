"""Bodies and answers of meter readings and card sales."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.customer.readings.rules import Method, ReadingState, SaleState
from services.customer.readings.service.reading import ReadingEntry
from services.customer.readings.service.selling import SaleEntry
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Volume = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]
CardNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{6,32}$")]
Fen = Annotated[int, Field(ge=0, le=10**12)]


class MeterReadingCreate(ApiModel):
    """What a meter showed on a day."""

    meter_id: UUID
    reading_m3: Volume
    read_on: date
    method: Method = Method.ACTUAL
    reader_id: UUID | None = None
    """Null: whoever records."""
    file_id: UUID | None = None
    """A photograph of the meter."""
    order_id: UUID | None = None

    def entry(self) -> ReadingEntry:
        """Without its form."""
        return ReadingEntry(**self.model_dump())


class MeterReadingCorrect(ApiModel):
    """What the meter really showed."""

    reading_m3: Volume
    reason: LongText


class MeterReading(ApiModel):
    """A reading, with the use since the one before."""

    id: UUID
    company: str
    customer_id: UUID
    meter_id: UUID
    order_id: UUID | None
    method: Method
    reading_m3: Decimal
    read_on: date
    reader_id: UUID
    file_id: UUID | None
    previous_m3: Decimal | None
    previous_on: date | None
    usage_m3: Decimal | None
    days: int | None
    daily_m3: Decimal | None
    flags: list[str]
    """What is implausible and wants another look."""
    state: ReadingState
    corrects_id: UUID | None
    correction_reason: str | None
    recorded_by: UUID
    recorded_at: AwareDatetime
    version: int


class MeterReadingPage(Page[MeterReading]):
    """One page of readings, newest first."""


class CardSaleCreate(ApiModel):
    """Gas sold to a card."""

    meter_id: UUID
    card_number: CardNumber
    volume_m3: Volume
    amount_fen: Fen
    payment: Code
    payment_reference: ShortText | None = None
    order_id: UUID | None = None
    sold_at: AwareDatetime | None = None

    def entry(self) -> SaleEntry:
        """Without its form."""
        return SaleEntry(**self.model_dump())


class CardSaleCorrect(ApiModel):
    """What was really sold; nothing for nothing is a refund."""

    volume_m3: Volume
    amount_fen: Fen
    payment: Code
    reason: LongText


class CardSale(ApiModel):
    """A sale, its card masked."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    meter_id: UUID
    order_id: UUID | None
    card_masked: str
    volume_m3: Decimal
    amount_fen: int
    payment: str
    payment_reference: str | None
    state: SaleState
    corrects_id: UUID | None
    correction_reason: str | None
    sold_at: AwareDatetime
    sold_by: UUID
    recorded_at: AwareDatetime
    version: int


class CardSalePage(Page[CardSale]):
    """One page of sales, newest first."""
