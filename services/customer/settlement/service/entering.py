"""Entering materials, fees, waivers, payments and papers; a wrong line is reversed by a counter line."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from services.customer.registry.rules.days import civil
from services.customer.settlement.errors import (
    LineReversedError,
    MaterialUnknownError,
    MomentError,
    ReceiptUsedError,
    SettlementCodeError,
    WaiverTooLargeError,
)
from services.customer.settlement.models import ChargeRow, DocumentRow, PaymentRow
from services.customer.settlement.repository import lines, prices
from services.customer.settlement.rules.amounts import DocumentSort, Sort, cost, totals
from services.customer.settlement.rules.matching import GAS
from services.customer.settlement.service import sheet
from services.customer.settlement.service.work import Desk, Subject

CHARGE, PAYMENT, DOCUMENT = "settlement_charge", "settlement_payment", "settlement_document"
Line = TypeVar("Line", ChargeRow, PaymentRow, DocumentRow)


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """Material used."""

    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class FeeEntry:
    """A fee."""

    kind: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """What is waived, and by which authorisation."""

    authorisation_id: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """Money received."""

    amount_fen: int
    method: str
    receipt_number: str
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A paper and the figures written on it."""

    sort: DocumentSort
    number: str
    dated_on: date
    amount_fen: int
    quantities: dict[str, Decimal] = field(default_factory=dict)


async def add_material(desk: Desk, row_id: UUID, subject: Subject, entry: MaterialEntry) -> ChargeRow:
    """Material used, at the price of the day, frozen.

    Raises: ConcernNotWritableError, RightWithdrawnError, MaterialUnknownError.
    """
    concerns = desk.terms.concerns
    await desk.ensure_concern(concerns.material, "/quantity")
    await desk.ensure_concern(concerns.material_price, "/code")
    price = await prices.on(desk.session, desk.company, entry.code, civil(desk.now))
    if price is None:
        raise MaterialUnknownError.at("/code", "价目表中没有今日有效的该材料。")
    row = _charge(desk, row_id, subject, Sort.MATERIAL, (entry.code, price.name, price.unit), entry.quantity)
    row.unit_price_fen, row.amount_fen = price.price_fen, cost(entry.quantity, price.price_fen)
    row.price_id = price.id
    return await _stored(desk, subject, row, CHARGE, "add_material")


async def add_fee(desk: Desk, row_id: UUID, subject: Subject, entry: FeeEntry) -> ChargeRow:
    """A fee of a kind of the pack.  Raises: SettlementCodeError, ConcernNotWritableError, RightWithdrawnError."""
    kind = desk.terms.fee_kinds.get(entry.kind)
    if kind is None:
        raise SettlementCodeError.at("/kind", "现行规章未定义该费用类别。")
    await desk.ensure_concern(kind.concern, "/amount_fen")
    row = _charge(desk, row_id, subject, Sort.FEE, (entry.kind, kind.name, "项"), Decimal(1))
    row.unit_price_fen = row.amount_fen = entry.amount_fen
    return await _stored(desk, subject, row, CHARGE, "add_fee")


async def add_waiver(desk: Desk, row_id: UUID, subject: Subject, entry: WaiverEntry) -> ChargeRow:
    """What an authorisation lets the customer off; the complaint service checks it.

    Raises: ConcernNotWritableError, RightWithdrawnError, WaiverTooLargeError.
    """
    await desk.ensure_concern(desk.terms.concerns.waiver, "/amount_fen")
    stand = await lines.charges(desk.session, subject.id)
    if totals([(one.sort, one.amount_fen) for one in stand], []).due_fen < entry.amount_fen:
        raise WaiverTooLargeError.at("/amount_fen", "减免不得超过尚应收的金额。")
    row = _charge(desk, row_id, subject, Sort.WAIVER, ("waiver", "减免", "项"), Decimal(1))
    row.unit_price_fen = row.amount_fen = -entry.amount_fen
    row.authorisation_id = entry.authorisation_id
    return await _stored(desk, subject, row, CHARGE, "add_waiver")


async def add_payment(desk: Desk, row_id: UUID, subject: Subject, entry: PaymentEntry) -> PaymentRow:
    """Money received.

    Raises: ConcernNotWritableError, RightWithdrawnError, SettlementCodeError, MomentError, ReceiptUsedError.
    """
    await desk.ensure_concern(desk.terms.concerns.payment, "/amount_fen")
    if entry.method not in desk.terms.payment_methods:
        raise SettlementCodeError.at("/method", "现行规章未定义该缴费方式。")
    if entry.paid_at is not None and entry.paid_at > desk.now:
        raise MomentError.at("/paid_at", "缴费时间不得晚于现在。")
    await lines.lock(desk.session, f"receipt:{desk.company}:{entry.receipt_number}")
    if await lines.is_receipt_used(desk.session, desk.company, entry.receipt_number):
        raise ReceiptUsedError.at("/receipt_number", "该收据号已登记在另一笔缴费上。")
    row = PaymentRow(
        id=row_id,
        company=desk.company,
        order_id=subject.order_id,
        reading_id=subject.reading_id,
        amount_fen=entry.amount_fen,
        method=entry.method,
        receipt_number=entry.receipt_number,
        paid_at=entry.paid_at or desk.now,
        entered_by=desk.person.staff_id,
        entered_at=desk.now,
        version=1,
    )
    return await _stored(desk, subject, row, PAYMENT, "add_payment")


async def add_document(desk: Desk, row_id: UUID, subject: Subject, entry: DocumentEntry) -> DocumentRow:
    """A paper with its figures.

    Raises: ConcernNotWritableError, RightWithdrawnError, MomentError, MaterialUnknownError.
    """
    is_of_usage = subject.reading is not None or entry.sort is DocumentSort.READING_SHEET
    concerns = desk.terms.concerns
    await desk.ensure_concern(concerns.usage_document if is_of_usage else concerns.order_document, "/amount_fen")
    if entry.dated_on > civil(desk.now):
        raise MomentError.at("/dated_on", "单据日期不得晚于今天。")
    for code in entry.quantities:
        if code != GAS and not await prices.is_known(desk.session, desk.company, code):
            raise MaterialUnknownError.at(f"/quantities/{code}", "价目表中没有该材料。")
    row = DocumentRow(
        id=row_id,
        company=desk.company,
        order_id=subject.order_id,
        reading_id=subject.reading_id,
        sort=entry.sort.value,
        number=entry.number,
        dated_on=entry.dated_on,
        amount_fen=entry.amount_fen,
        quantities={code: str(quantity) for code, quantity in sorted(entry.quantities.items())},
        entered_by=desk.person.staff_id,
        entered_at=desk.now,
        version=1,
    )
    return await _stored(desk, subject, row, DOCUMENT, "add_document")


async def reverse_charge(desk: Desk, row_id: UUID, subject: Subject, line_id: UUID, *, reason: str) -> ChargeRow:
    """A counter line of the same frozen price.

    Raises: LineNotFoundError, LineReversedError, ConcernNotWritableError, RightWithdrawnError.
    """
    wrong = await _reversible(desk, ChargeRow, line_id, subject)
    kind = desk.terms.fee_kinds.get(wrong.code)
    concerns = desk.terms.concerns
    concern = {Sort.MATERIAL: concerns.material, Sort.WAIVER: concerns.waiver}.get(Sort(wrong.sort))
    await desk.ensure_concern(concern or (kind.concern if kind else concerns.material_price), "/reason")
    row = _charge(desk, row_id, subject, Sort(wrong.sort), (wrong.code, wrong.name, wrong.unit), -wrong.quantity)
    row.unit_price_fen, row.amount_fen = wrong.unit_price_fen, -wrong.amount_fen
    row.price_id, row.authorisation_id = wrong.price_id, wrong.authorisation_id
    row.reverses_id, row.reason = wrong.id, reason
    return await _stored(desk, subject, row, CHARGE, "reverse_charge")


async def reverse_payment(desk: Desk, row_id: UUID, subject: Subject, line_id: UUID, *, reason: str) -> PaymentRow:
    """The money went back, or was entered wrongly.

    Raises: LineNotFoundError, LineReversedError, ConcernNotWritableError, RightWithdrawnError.
    """
    wrong = await _reversible(desk, PaymentRow, line_id, subject)
    await desk.ensure_concern(desk.terms.concerns.payment, "/reason")
    row = PaymentRow(
        id=row_id,
        company=desk.company,
        order_id=wrong.order_id,
        reading_id=wrong.reading_id,
        amount_fen=-wrong.amount_fen,
        method=wrong.method,
        receipt_number=wrong.receipt_number,
        paid_at=desk.now,
        reverses_id=wrong.id,
        reason=reason,
        entered_by=desk.person.staff_id,
        entered_at=desk.now,
        version=1,
    )
    return await _stored(desk, subject, row, PAYMENT, "reverse_payment")


async def reverse_document(desk: Desk, row_id: UUID, subject: Subject, line_id: UUID, *, reason: str) -> DocumentRow:
    """The paper was entered wrongly; it counts no more.

    Raises: LineNotFoundError, LineReversedError, ConcernNotWritableError, RightWithdrawnError.
    """
    wrong = await _reversible(desk, DocumentRow, line_id, subject)
    is_of_usage = wrong.reading_id is not None or wrong.sort == DocumentSort.READING_SHEET
    concerns = desk.terms.concerns
    await desk.ensure_concern(concerns.usage_document if is_of_usage else concerns.order_document, "/reason")
    row = DocumentRow(
        id=row_id,
        company=desk.company,
        order_id=wrong.order_id,
        reading_id=wrong.reading_id,
        sort=wrong.sort,
        number=wrong.number,
        dated_on=wrong.dated_on,
        amount_fen=-wrong.amount_fen,
        quantities={code: str(-Decimal(quantity)) for code, quantity in wrong.quantities.items()},
        reverses_id=wrong.id,
        reason=reason,
        entered_by=desk.person.staff_id,
        entered_at=desk.now,
        version=1,
    )
    return await _stored(desk, subject, row, DOCUMENT, "reverse_document")


async def _reversible(desk: Desk, kind: type[Line], line_id: UUID, subject: Subject) -> Line:
    row = await lines.find(desk.session, kind, line_id, subject.id)
    if row.reverses_id is not None:
        raise LineReversedError("冲销行不能再冲销，请重新录入。")
    return row


def _charge(
    desk: Desk, row_id: UUID, subject: Subject, sort: Sort, named: tuple[str, str, str], quantity: Decimal
) -> ChargeRow:
    code, name, unit = named
    return ChargeRow(
        id=row_id,
        company=desk.company,
        order_id=subject.id,
        sort=sort.value,
        code=code,
        name=name,
        unit=unit,
        quantity=quantity.quantize(Decimal("0.001")),
        entered_by=desk.person.staff_id,
        entered_at=desk.now,
        version=1,
    )


async def _stored(desk: Desk, subject: Subject, row: Line, kind: str, action: str) -> Line:
    """Store the line, then compare and sum up anew."""
    await lines.add(desk.session, row)
    await desk.audit(action, kind, row.id, reason=row.reason)
    await sheet.review(desk, subject)
    return row
