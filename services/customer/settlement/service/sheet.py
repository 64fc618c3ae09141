"""The settlement sheet: lines, totals, what is missing; settled when nothing is."""

from dataclasses import dataclass

from services.customer.settlement import events
from services.customer.settlement.models import OrderSettlementRow, ThreeWayExceptionRow
from services.customer.settlement.repository import exceptions
from services.customer.settlement.repository import figures as repository
from services.customer.settlement.rules.amounts import Missing, SettlementState
from services.customer.settlement.service.comparing import Gathered, compared, difference_of, gather, is_excused
from services.customer.settlement.service.work import Subject, Work
from shared.events import outbox
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Sheet:
    """The money of an order."""

    subject: Subject
    pair: str | None
    found: Gathered
    exception: ThreeWayExceptionRow | None
    settlement: OrderSettlementRow | None
    missing: list[Missing]


async def review(work: Work, subject: Subject, *, is_final: bool = False) -> None:
    """After every change, and by the day's job: compare, sum up, settle."""
    found = await gather(work, subject)
    exception = await compared(work, subject, found, is_final=is_final)
    if subject.order is None or subject.pair(work.chapter) is None:
        return
    missing = await _missing(work, subject, found, exception)
    totals = found.totals
    row = await repository.settlement(work.session, subject.order.id)
    if row is None:
        row = OrderSettlementRow(
            id=new_id(),
            company=work.company,
            order_id=subject.order.id,
            state=SettlementState.OPEN.value,
            charged_fen=0,
            waived_fen=0,
            paid_fen=0,
            updated_at=work.now,
            version=0,
        )
        work.session.add(row)
    state = (SettlementState.OPEN if missing else SettlementState.SETTLED).value
    values = (state, totals.charged_fen, totals.waived_fen, totals.paid_fen)
    if row.version and values == (row.state, row.charged_fen, row.waived_fen, row.paid_fen):
        return
    row.state, row.charged_fen, row.waived_fen, row.paid_fen = values
    row.updated_at = work.now
    row.version += 1
    is_first = not missing and row.settled_at is None
    if is_first:
        row.settled_at = work.now
    await work.session.flush()
    if is_first:
        await work.audit("settle_order", "order_settlement", row.id, version=row.version)
        await outbox.add(work.session, events.settled(subject.order, row, found.charges, work.now))


async def read(work: Work, subject: Subject) -> Sheet:
    """The sheet as it stands now."""
    found = await gather(work, subject)
    paired = subject.pair(work.chapter)
    exception = None
    if paired is not None:
        exception = await exceptions.unconfirmed(
            work.session, order_id=subject.order_id, reading_id=subject.reading_id, pair=paired[0]
        )
    settlement = await repository.settlement(work.session, subject.order.id) if subject.order else None
    missing = await _missing(work, subject, found, exception)
    return Sheet(subject, paired[0] if paired else None, found, exception, settlement, missing)


async def _missing(
    work: Work, subject: Subject, found: Gathered, exception: ThreeWayExceptionRow | None
) -> list[Missing]:
    """What keeps the order from being settled; nothing of a form of work that is not settled."""
    paired = subject.pair(work.chapter)
    if paired is None:
        return []
    _, pair = paired
    owed = found.totals.outstanding_fen
    is_whole = found.figures(pair.measure).are_given
    is_priceless = found.usage_fen is None
    is_settled_by_word = is_priceless or await is_excused(work, subject, found)
    lacks = {
        Missing.COMPLETION: not subject.is_due,
        Missing.CHARGES: not found.charges and not found.gas,
        Missing.PRICE: is_priceless,
        Missing.DOCUMENT: not found.standing_documents,
        Missing.PAYMENT: not is_settled_by_word and owed > pair.tolerance_fen,
        Missing.OVERPAID: not is_settled_by_word and -owed > pair.tolerance_fen,
        Missing.MISMATCH: not is_settled_by_word and is_whole and difference_of(found, pair) is not None,
        Missing.EXCEPTION: exception is not None,
    }
    return [one for one, is_lacking in lacks.items() if is_lacking]
