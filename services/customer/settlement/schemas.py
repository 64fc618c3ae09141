"""Bodies and answers of the settlement; all money in fen."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.settlement.rules.amounts import DocumentSort, Missing, SettlementState, Sort
from services.customer.settlement.rules.matching import ExceptionState, Side
from services.customer.settlement.service.entering import (
    DocumentEntry,
    FeeEntry,
    MaterialEntry,
    PaymentEntry,
    WaiverEntry,
)
from services.customer.settlement.service.prices import PriceEntry
from services.customer.settlement.service.sheet import Sheet
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Fen = Annotated[int, Field(ge=0, le=10**12)]
Positive = Annotated[int, Field(gt=0, le=10**12)]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)]
Written = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]


class MaterialPriceCreate(ApiModel):
    """What a unit of a material, or a m³ of gas, costs."""

    code: Code
    name: ShortText
    unit: ShortText
    price_fen: Fen
    valid_from: date
    valid_until: date | None = None
    """The last day; null = until further notice."""

    def entry(self) -> PriceEntry:
        """Without its form."""
        return PriceEntry(**self.model_dump())


class MaterialPriceChange(ApiModel):
    """The last day of a price; another price follows it."""

    name: ShortText | None = None
    valid_until: date | None


class MaterialPrice(ApiModel):
    """One price."""

    id: UUID
    company: str
    code: str
    name: str
    unit: str
    price_fen: int
    valid_from: date
    valid_until: date | None
    created_by: UUID
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class MaterialPricePage(Page[MaterialPrice]):
    """One page of prices, newest first."""


class MaterialCreate(ApiModel):
    """Material used."""

    code: Code
    quantity: Quantity

    def entry(self) -> MaterialEntry:
        """Without its form."""
        return MaterialEntry(self.code, self.quantity)


class FeeCreate(ApiModel):
    """A fee of a kind of the pack; 0 = free of charge."""

    kind: Code
    amount_fen: Fen

    def entry(self) -> FeeEntry:
        """Without its form."""
        return FeeEntry(self.kind, self.amount_fen)


class WaiverCreate(ApiModel):
    """What an authorisation of the complaint service lets the customer off."""

    authorisation_id: UUID
    amount_fen: Positive

    def entry(self) -> WaiverEntry:
        """Without its form."""
        return WaiverEntry(self.authorisation_id, self.amount_fen)


class PaymentCreate(ApiModel):
    """Money received."""

    amount_fen: Positive
    method: Code
    receipt_number: ShortText
    paid_at: AwareDatetime | None = None

    def entry(self) -> PaymentEntry:
        """Without its form."""
        return PaymentEntry(**self.model_dump())


class DocumentCreate(ApiModel):
    """A paper: its number, and the figures written on it."""

    sort: DocumentSort
    number: ShortText
    dated_on: date
    amount_fen: Fen
    quantities: Annotated[dict[Code, Written], Field(max_length=200)] = Field(default_factory=dict)
    """Material → quantity; the volume of gas under `gas`, in m³.  An invoice needs none."""

    def entry(self) -> DocumentEntry:
        """Without its form."""
        return DocumentEntry(**self.model_dump())


class LineReverse(ApiModel):
    """Why a line is reversed."""

    reason: LongText


class Charge(ApiModel):
    """Material, fee or waiver; a reversal has the opposite sign."""

    id: UUID
    order_id: UUID
    sort: Sort
    code: str
    name: str
    unit: str
    quantity: Decimal
    unit_price_fen: int
    amount_fen: int
    price_id: UUID | None
    authorisation_id: UUID | None
    reverses_id: UUID | None
    reason: str | None
    entered_by: UUID
    entered_at: AwareDatetime
    version: int


class Payment(ApiModel):
    """Money received; a reversal is negative."""

    id: UUID
    order_id: UUID | None
    reading_id: UUID | None
    amount_fen: int
    method: str
    receipt_number: str
    paid_at: AwareDatetime
    reverses_id: UUID | None
    reason: str | None
    entered_by: UUID
    entered_at: AwareDatetime
    version: int


class Document(ApiModel):
    """A paper; a reversal has the opposite figures."""

    id: UUID
    order_id: UUID | None
    reading_id: UUID | None
    sort: DocumentSort
    number: str
    dated_on: date
    amount_fen: int
    quantities: dict[str, Decimal]
    reverses_id: UUID | None
    reason: str | None
    entered_by: UUID
    entered_at: AwareDatetime
    version: int


class Settlement(ApiModel):
    """The settlement sheet of an order or a reading."""

    order_id: UUID | None
    reading_id: UUID | None
    pair: str | None
    """The pair of figures that must agree; null = this kind of work is not settled."""
    state: SettlementState
    charges: list[Charge]
    payments: list[Payment]
    documents: list[Document]
    usage_m3: Decimal
    usage_fen: int | None
    """Null: the price list says no price."""
    charged_fen: int
    waived_fen: int
    due_fen: int
    paid_fen: int
    outstanding_fen: int
    missing: list[Missing]
    exception_id: UUID | None
    settled_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, sheet: Sheet) -> "Settlement":
        """From what the service found."""
        found, row, money = sheet.found, sheet.settlement, sheet.found.totals
        is_settled = row is not None and row.state == SettlementState.SETTLED and not sheet.missing
        return cls(
            order_id=sheet.subject.order_id,
            reading_id=sheet.subject.reading_id,
            pair=sheet.pair,
            state=SettlementState.SETTLED if is_settled else SettlementState.OPEN,
            charges=[Charge.model_validate(one) for one in found.charges],
            payments=[Payment.model_validate(one) for one in found.payments],
            documents=[Document.model_validate(one) for one in found.documents],
            usage_m3=sum((one.volume_m3 for one in found.gas), Decimal(0)),
            usage_fen=found.usage_fen,
            charged_fen=money.charged_fen,
            waived_fen=money.waived_fen,
            due_fen=money.due_fen,
            paid_fen=money.paid_fen,
            outstanding_fen=money.outstanding_fen,
            missing=sheet.missing,
            exception_id=sheet.exception.id if sheet.exception else None,
            settled_at=row.settled_at if row else None,
            version=row.version if row else 0,
        )


class QuantityDifference(ApiModel):
    """A quantity on which paper and system differ."""

    code: str
    document: Decimal
    system: Decimal


class ThreeWayException(ApiModel):
    """A difference between document, money and system report."""

    id: UUID
    company: str
    pair: str
    order_id: UUID | None
    reading_id: UUID | None
    customer_id: UUID | None
    state: ExceptionState
    differs: list[Side]
    document_fen: int | None
    money_fen: int | None
    system_fen: int | None
    difference_fen: int
    quantities: list[QuantityDifference]
    tolerance_fen: int
    operator_id: UUID | None
    """Who made the newest entry of the sides that differ."""
    entered_at: AwareDatetime
    found_at: AwareDatetime
    explanation: str | None
    handled_by: UUID | None
    handled_at: AwareDatetime | None
    confirmed_by: UUID | None
    confirmed_at: AwareDatetime | None
    version: int


class ThreeWayExceptionPage(Page[ThreeWayException]):
    """One page of exceptions, newest first."""


class ThreeWayExplain(ApiModel):
    """Why the sides differ and may."""

    explanation: LongText
