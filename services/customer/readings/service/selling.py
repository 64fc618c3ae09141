"""Card gas sales (IC 卡售气): volume, amount and payment as they were; corrected or refunded with history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.customer.contacts.service.work import Desk
from services.customer.readings import repository
from services.customer.readings.errors import ReadingMeterError, SaleCorrectedError, SaleRuleError
from services.customer.readings.models import CardSaleRow
from services.customer.readings.rules import SaleState, masked_card
from services.customer.registry.models import MeterRow
from services.customer.registry.rules.days import civil
from shared.access.blind_index import BlindIndex
from shared.contracts.base import Routing
from shared.contracts.interactions import CustomerCardGasSold
from shared.errors import StaleError
from shared.ids import human_number

SUBJECT = "card_sale"
NUMBER_KIND = "SQ"


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """What was sold to which card, and how it was paid."""

    meter_id: UUID
    card_number: str
    volume_m3: Decimal
    amount_fen: int
    payment: str
    payment_reference: str | None = None
    order_id: UUID | None = None
    sold_at: datetime | None = None


async def sell(desk: Desk, row_id: UUID, entry: SaleEntry, index: BlindIndex) -> CardSaleRow:
    """Record a sale.

    Raises: ConcernNotWritableError, RightWithdrawnError, ReadingMeterError, SaleRuleError.
    """
    await _ensure_rights(desk)
    meter = await _meter(desk, entry.meter_id)
    _check(desk, entry.volume_m3, entry.payment, entry.sold_at)
    row = CardSaleRow(
        id=row_id,
        company=meter.company,
        number=human_number(NUMBER_KIND, civil(desk.now), await repository.next_sale_number(desk.session)),
        customer_id=meter.customer_id,
        meter_id=meter.id,
        order_id=entry.order_id,
        card_masked=masked_card(entry.card_number),
        card_index=index.value(meter.company, "gas_card", entry.card_number),
        volume_m3=entry.volume_m3,
        amount_fen=entry.amount_fen,
        payment=entry.payment,
        payment_reference=entry.payment_reference,
        state=SaleState.SOLD.value,
        sold_at=entry.sold_at or desk.now,
        sold_by=desk.principal.staff_id,
        recorded_at=desk.now,
        version=1,
    )
    await repository.add_sale(desk.session, row)
    await _tell(desk, row)
    return row


async def correct(
    desk: Desk,
    row_id: UUID,
    wrong_id: UUID,
    *,
    volume_m3: Decimal,
    amount_fen: int,
    payment: str,
    reason: str,
    expected: int,
) -> CardSaleRow:
    """Put the right sale in the place of a wrong one, which stays as history; nothing sold = refunded.

    Raises: as `sell`, SaleNotFoundError, StaleError, SaleCorrectedError.
    """
    await _ensure_rights(desk)
    wrong = await repository.sale(desk.session, wrong_id, [desk.principal.company], locked=True)
    if wrong.version != expected:
        raise StaleError("售气记录已被他人修改，请重新读取后再操作。", params={"current_version": wrong.version})
    if wrong.state != SaleState.SOLD:
        raise SaleCorrectedError("该售气记录已更正或退款。")
    if (volume_m3 == 0) != (amount_fen == 0):
        raise SaleRuleError.at("/amount_fen", "退款须气量与金额同时为零。")
    is_refund = volume_m3 == 0
    if not is_refund:
        _check(desk, volume_m3, payment, None)
    wrong.state = SaleState.CORRECTED.value
    wrong.version += 1
    row = CardSaleRow(
        id=row_id,
        company=wrong.company,
        number=human_number(NUMBER_KIND, civil(desk.now), await repository.next_sale_number(desk.session)),
        customer_id=wrong.customer_id,
        meter_id=wrong.meter_id,
        order_id=wrong.order_id,
        card_masked=wrong.card_masked,
        card_index=wrong.card_index,
        volume_m3=volume_m3,
        amount_fen=amount_fen,
        payment=payment,
        payment_reference=wrong.payment_reference,
        state=(SaleState.REFUNDED if is_refund else SaleState.SOLD).value,
        corrects_id=wrong.id,
        correction_reason=reason,
        sold_at=wrong.sold_at,
        sold_by=desk.principal.staff_id,
        recorded_at=desk.now,
        version=1,
    )
    await repository.add_sale(desk.session, row)
    await _tell(desk, row, reason)
    return row


async def read(desk: Desk, row_id: UUID) -> CardSaleRow:
    """One sale.  Raises: SaleNotFoundError."""
    return await repository.sale(desk.session, row_id, desk.principal.companies)


async def page(
    desk: Desk,
    *,
    customer_id: UUID | None,
    card_number: str | None,
    index: BlindIndex,
    before: UUID | None,
    limit: int,
) -> Sequence[CardSaleRow]:
    """Sales, newest first, of a customer or a card."""
    companies = desk.principal.companies
    cards = [index.value(company, "gas_card", card_number) for company in companies] if card_number else []
    return await repository.sales(
        desk.session, companies, customer_id=customer_id, cards=cards, before_id=before, limit=limit
    )


async def _ensure_rights(desk: Desk) -> None:
    terms = desk.chapter.readings
    await desk.ensure_concern(terms.sale_concern, "/volume_m3")
    await desk.ensure_concern(terms.payment_concern, "/amount_fen")


async def _meter(desk: Desk, meter_id: UUID) -> MeterRow:
    meter = await repository.meter(desk.session, meter_id, desk.principal.company)
    if meter is None or meter.state != "in_use":
        raise ReadingMeterError.at("/meter_id", "没有这块在用的表。")
    kind = desk.chapter.records.meter_kinds.get(meter.kind)
    if kind is None or kind.family not in desk.chapter.readings.card_families:
        raise ReadingMeterError.at("/meter_id", "该表不是用卡购气的表。")
    return meter


def _check(desk: Desk, volume: Decimal, payment: str, sold_at: datetime | None) -> None:
    terms = desk.chapter.readings
    if volume <= 0:
        raise SaleRuleError.at("/volume_m3", "售气量须大于零。")
    if volume > terms.largest_sale_m3:
        raise SaleRuleError.at("/volume_m3", "售气量超过现行规章的单次上限。")
    if payment not in terms.payments:
        raise SaleRuleError.at("/payment", "现行规章未定义该缴费方式。")
    if sold_at is not None and sold_at > desk.now:
        raise SaleRuleError.at("/sold_at", "售气时间不得晚于现在。")


async def _tell(desk: Desk, row: CardSaleRow, reason: str | None = None) -> None:
    payload = CustomerCardGasSold(
        sale_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        meter_id=row.meter_id,
        volume_m3=float(row.volume_m3),
        amount_fen=row.amount_fen,
        payment=row.payment,
        sold_at=row.sold_at,
        order_id=row.order_id,
        corrects_id=row.corrects_id,
        routing=Routing(owner_id=row.sold_by, team=desk.principal.team, department=desk.principal.department),
    )
    await desk.tell(payload, (SUBJECT, row.id, row.version), "customer.card_gas_sold", reason=reason)
