"""Comparing document, money and system report of one order or reading, and keeping the exception (三方一致)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.customer.policy import CHAPTER
from services.customer.policy_settlement import Measure, ThreeWayPair
from services.customer.settlement import events
from services.customer.settlement.models import ChargeRow, DocumentRow, PaymentRow, ThreeWayExceptionRow
from services.customer.settlement.repository import exceptions as repository
from services.customer.settlement.repository import figures as gas_of
from services.customer.settlement.repository import lines, prices
from services.customer.settlement.repository.figures import Gas
from services.customer.settlement.rules.amounts import Sort, Totals, cost, totals
from services.customer.settlement.rules.matching import (
    GAS,
    Difference,
    ExceptionState,
    Figures,
    Side,
    compare,
    paper_fen,
)
from services.customer.settlement.service.work import Subject, Work
from shared.events import outbox
from shared.ids import new_id

SUBJECT = "three_way_exception"
Newest = dict[Side, tuple[datetime, UUID]]
"""Who made the newest entry of a side, and when."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything entered for an order or a reading."""

    charges: Sequence[ChargeRow]
    payments: Sequence[PaymentRow]
    documents: Sequence[DocumentRow]
    gas: Sequence[Gas]
    usage_fen: int | None
    """What the gas costs; null = the price list says no price."""

    @property
    def totals(self) -> Totals:
        """The money, in fen."""
        return totals(
            [(one.sort, one.amount_fen) for one in self.charges],
            [*(one.amount_fen for one in self.payments), *(one.paid_fen for one in self.gas)],
            usage_fen=self.usage_fen or 0,
        )

    @property
    def standing_documents(self) -> list[DocumentRow]:
        """Papers that were not reversed."""
        gone = {one.reverses_id for one in self.documents}
        return [one for one in self.documents if one.reverses_id is None and one.id not in gone]

    def figures(self, measure: Measure) -> Figures:
        """The three sides."""
        papers = self.standing_documents
        system_fen = None if self.usage_fen is None else self.totals.due_fen
        by_sort: dict[str, int] = {}
        for one in papers:
            by_sort[one.sort] = by_sort.get(one.sort, 0) + one.amount_fen
        sheets = [one for one in papers if one.sort != "invoice"]
        has_money = self.payments or any(one.paid_fen for one in self.gas)
        return Figures(
            document_fen=paper_fen(by_sort, system_fen),
            money_fen=self.totals.paid_fen if has_money else None,
            system_fen=system_fen,
            document=_summed(sheets) if sheets else None,
            system=self._system(measure),
        )

    def newest(self) -> Newest:
        """The newest entry of each side."""
        entered: dict[Side, list[tuple[datetime, UUID]]] = {
            Side.DOCUMENT: [(one.entered_at, one.entered_by) for one in self.documents],
            Side.MONEY: [(one.entered_at, one.entered_by) for one in self.payments],
            Side.SYSTEM: [
                *((one.entered_at, one.entered_by) for one in self.charges),
                *((one.recorded_at, one.recorded_by) for one in self.gas),
            ],
        }
        return {side: max(found) for side, found in entered.items() if found}

    def _system(self, measure: Measure) -> dict[str, Decimal]:
        if measure is Measure.USAGE:
            return {GAS: sum((one.volume_m3 for one in self.gas), Decimal(0))} if self.gas else {}
        used: dict[str, Decimal] = {}
        for one in self.charges:
            if one.sort == Sort.MATERIAL:
                used[one.code] = used.get(one.code, Decimal(0)) + one.quantity
        return used


def _summed(papers: Sequence[DocumentRow]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in papers:
        for code, quantity in one.quantities.items():
            found[code] = found.get(code, Decimal(0)) + Decimal(quantity)
    return found


async def gather(work: Work, subject: Subject) -> Gathered:
    """Everything entered, and what the gas costs by the price list."""
    session, ids = work.session, {"order_id": subject.order_id, "reading_id": subject.reading_id}
    if subject.order is not None:
        gas = await gas_of.gas_of_order(session, subject.order.id, work.company)
    else:
        one = gas_of.gas_of_reading(subject.reading) if subject.reading else None
        gas = [one] if one else []
    return Gathered(
        charges=await lines.charges(session, subject.order.id) if subject.order else [],
        payments=await lines.payments(session, **ids),
        documents=await lines.documents(session, **ids),
        gas=gas,
        usage_fen=await _usage_fen(work, gas),
    )


async def _usage_fen(work: Work, gas: Sequence[Gas]) -> int | None:
    whole = 0
    for one in gas:
        kind = await lines.kind_of_customer(work.session, one.customer_id)
        code = work.terms.gas_prices.get(kind or "")
        price = await prices.on(work.session, work.company, code, one.day) if code else None
        if price is None:
            return None
        whole += cost(one.volume_m3, price.price_fen)
    return whole


def difference_of(found: Gathered, pair: ThreeWayPair) -> Difference | None:
    """What differs by the pack's tolerances."""
    return compare(
        found.figures(pair.measure), tolerance_fen=pair.tolerance_fen, tolerance_quantity=pair.tolerance_quantity
    )


async def compared(work: Work, subject: Subject, found: Gathered, *, is_final: bool) -> ThreeWayExceptionRow | None:
    """Compare, and keep the exception: found, found again, corrected; answers the one that nobody has confirmed.

    A line entered meanwhile compares only what is whole; the day's job (`is_final`) counts a missing side as well.
    """
    paired = subject.pair(work.chapter)
    if paired is None or not subject.is_due:
        return None
    code, pair = paired
    ids = {"order_id": subject.order_id, "reading_id": subject.reading_id}
    row = await repository.unconfirmed(work.session, **ids, pair=code, lock=True)
    figures = found.figures(pair.measure)
    difference = difference_of(found, pair)
    if row is not None:
        await _kept(work, row, figures, difference, found)
        return row
    if difference is None or not (figures.are_given or (is_final and not pair.waits_for_sides)):
        return None
    if await is_excused(work, subject, found):
        return None
    return await _opened(work, subject, code, pair, figures, difference, found)


async def is_excused(work: Work, subject: Subject, found: Gathered) -> bool:
    """Whether the very difference was explained, and another confirmed it."""
    paired = subject.pair(work.chapter)
    difference = difference_of(found, paired[1]) if paired else None
    if paired is None or difference is None:
        return False
    code, pair = paired
    before = await repository.last_confirmed(
        work.session, order_id=subject.order_id, reading_id=subject.reading_id, pair=code
    )
    if before is None or before.explanation is None:
        return False
    return _said(before) == _values(found.figures(pair.measure), difference)


async def _kept(
    work: Work, row: ThreeWayExceptionRow, figures: Figures, difference: Difference | None, found: Gathered
) -> None:
    """An exception that is known: its figures as they are now."""
    if difference is None:
        if row.state == ExceptionState.CORRECTED:
            return
        row.state, row.handled_by, row.handled_at = ExceptionState.CORRECTED.value, work.staff_id, work.now
        row.version += 1
        await work.session.flush()
        await work.audit("correct_three_way_exception", SUBJECT, row.id, version=row.version)
        return
    is_same = _said(row) == _values(figures, difference)
    if is_same and row.state != ExceptionState.CORRECTED:
        return
    _write(row, figures, difference, found, work.now)
    row.state, row.explanation = ExceptionState.OPEN.value, None
    row.handled_by = row.handled_at = None
    row.version += 1
    await _tell(work, row)


async def _opened(
    work: Work,
    subject: Subject,
    code: str,
    pair: ThreeWayPair,
    figures: Figures,
    difference: Difference,
    found: Gathered,
) -> ThreeWayExceptionRow:
    routing, row_id = subject.routing, new_id()
    row = ThreeWayExceptionRow(
        id=row_id,
        company=work.company,
        pair=code,
        measure=pair.measure.value,
        order_id=subject.order_id,
        reading_id=subject.reading_id,
        customer_id=subject.customer_id,
        state=ExceptionState.OPEN.value,
        tolerance_fen=pair.tolerance_fen,
        found_at=work.now,
        found_by=work.actor,
        owner_id=routing.owner_id,
        team=routing.team,
        department=routing.department,
        posts=list(routing.posts),
        matter_id=subject.order.matter_id if subject.order else row_id,
        policy_version=work.policy.revision(CHAPTER).version,
        version=1,
    )
    _write(row, figures, difference, found, work.now)
    work.session.add(row)
    await _tell(work, row)
    return row


def _write(row: ThreeWayExceptionRow, figures: Figures, difference: Difference, found: Gathered, now: datetime) -> None:
    (row.document_fen, row.money_fen, row.system_fen, row.difference_fen, row.differs, row.quantities) = _values(
        figures, difference
    )
    newest = found.newest()
    entries = [newest[side] for side in difference.differs if side in newest]
    row.entered_at, row.operator_id = max(entries) if entries else (now, None)


def _values(figures: Figures, difference: Difference) -> tuple[Any, ...]:
    quantities = [
        {"code": one.code, "document": f"{one.document:.3f}", "system": f"{one.system:.3f}"}
        for one in difference.quantities
    ]
    differs = [side.value for side in difference.differs]
    return (figures.document_fen, figures.money_fen, figures.system_fen, difference.fen, differs, quantities)


def _said(row: ThreeWayExceptionRow) -> tuple[Any, ...]:
    return (
        *(row.document_fen, row.money_fen, row.system_fen, row.difference_fen),
        list(row.differs),
        list(row.quantities),
    )


async def _tell(work: Work, row: ThreeWayExceptionRow) -> None:
    await work.session.flush()
    await work.audit("find_three_way_mismatch", SUBJECT, row.id, version=row.version)
    await outbox.add(work.session, events.mismatch_found(row, work.now))
