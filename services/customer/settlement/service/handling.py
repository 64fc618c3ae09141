"""The exceptions list: explained or corrected, then confirmed by somebody else (four eyes)."""

from collections.abc import Sequence
from uuid import UUID

from services.customer.orders.models import ServiceOrderRow
from services.customer.readings.models import MeterReadingRow
from services.customer.settlement.errors import ExceptionStepError, StillDifferentError, ThreeWayFourEyesError
from services.customer.settlement.models import ThreeWayExceptionRow
from services.customer.settlement.repository import exceptions as repository
from services.customer.settlement.repository import figures, lines
from services.customer.settlement.rules.asked import Day, ExceptionFilter
from services.customer.settlement.rules.matching import ExceptionState
from services.customer.settlement.service import sheet
from services.customer.settlement.service.comparing import SUBJECT
from services.customer.settlement.service.work import Desk, Subject, Work
from shared.errors import StaleError


async def explain(desk: Desk, exception_id: UUID, *, explanation: str, expected: int) -> ThreeWayExceptionRow:
    """Say why the sides differ and may.  Raises: ExceptionNotFoundError, StaleError, ExceptionStepError."""
    row, _ = await _taken(desk, exception_id, expected)
    if row.state not in (ExceptionState.OPEN, ExceptionState.EXPLAINED):
        raise ExceptionStepError("只有未处理或已说明的差异可以说明。")
    row.state, row.explanation = ExceptionState.EXPLAINED.value, explanation
    row.handled_by, row.handled_at = desk.person.staff_id, desk.now
    return await _changed(desk, row, "explain_three_way_exception")


async def correct(desk: Desk, exception_id: UUID, *, expected: int) -> ThreeWayExceptionRow:
    """Say that the wrong side was put right; only where the sides agree now.

    Raises: ExceptionNotFoundError, StaleError, ExceptionStepError, StillDifferentError.
    """
    row, subject = await _taken(desk, exception_id, expected)
    if row.state not in (ExceptionState.OPEN, ExceptionState.EXPLAINED):
        raise ExceptionStepError("只有未处理或已说明的差异可以更正。")
    await sheet.review(desk, subject)
    if row.state != ExceptionState.CORRECTED:
        raise StillDifferentError("单据、款项、系统报表仍不一致，请先冲销并重新录入。")
    return row


async def confirm(desk: Desk, exception_id: UUID, *, expected: int) -> ThreeWayExceptionRow:
    """Another confirms how it was dealt with.

    Raises: ExceptionNotFoundError, StaleError, ExceptionStepError, ThreeWayFourEyesError.
    """
    row, subject = await _taken(desk, exception_id, expected)
    if row.state not in (ExceptionState.EXPLAINED, ExceptionState.CORRECTED):
        raise ExceptionStepError("差异须先说明或更正，才能确认。")
    people = {desk.person.staff_id, *desk.person.acting_for}
    if people & {row.handled_by, row.operator_id}:
        raise ThreeWayFourEyesError("不得确认自己处理的，或由自己的录入造成的差异。")
    row.state = ExceptionState.CONFIRMED.value
    row.confirmed_by, row.confirmed_at = desk.person.staff_id, desk.now
    await _changed(desk, row, "confirm_three_way_exception")
    await sheet.review(desk, subject)
    return row


async def read(desk: Desk, exception_id: UUID) -> ThreeWayExceptionRow:
    """One of the scope.  Raises: ExceptionNotFoundError."""
    return await repository.get(desk.session, exception_id, desk.reach)


async def page(
    desk: Desk, wanted: ExceptionFilter, *, before: UUID | None, limit: int
) -> Sequence[ThreeWayExceptionRow]:
    """Of the scope, newest first."""
    return await repository.page(desk.session, desk.reach, wanted, before=before, limit=limit)


async def compare_order(work: Work, order: ServiceOrderRow) -> None:
    """The day's job: an order that was completed."""
    await lines.lock(work.session, str(order.id))
    await sheet.review(work, Subject(order), is_final=True)


async def compare_chunk(work: Work, day: Day, part: str, *, after: UUID | None, size: int) -> tuple[int, UUID | None]:
    """So many orders or readings of a day; answers how many, and the last where more may follow."""
    if part == "orders":
        orders = await figures.completed_orders(work.session, work.company, day, after=after, limit=size)
        for order in orders:
            await compare_order(work, order)
        return len(orders), orders[-1].id if len(orders) == size else None
    readings = await figures.readings_recorded(work.session, work.company, day, after=after, limit=size)
    for reading in readings:
        if reading.order_id is None:
            await lines.lock(work.session, str(reading.id))
            await sheet.review(work, Subject(reading), is_final=True)
    return len(readings), readings[-1].id if len(readings) == size else None


async def _taken(desk: Desk, exception_id: UUID, expected: int) -> tuple[ThreeWayExceptionRow, Subject]:
    """The exception, locked after its order or reading as every change of a line does."""
    seen = await repository.get(desk.session, exception_id, desk.reach)
    await lines.lock(desk.session, str(seen.order_id or seen.reading_id))
    row = await repository.get(desk.session, exception_id, desk.reach, lock=True)
    if row.version != expected:
        raise StaleError("差异已被他人处理，请重新读取后再操作。", params={"current_version": row.version})
    if row.order_id is not None:
        return row, Subject(await desk.session.get_one(ServiceOrderRow, row.order_id))
    return row, Subject(await desk.session.get_one(MeterReadingRow, row.reading_id))


async def _changed(desk: Desk, row: ThreeWayExceptionRow, action: str) -> ThreeWayExceptionRow:
    row.version += 1
    await desk.session.flush()
    await desk.audit(action, SUBJECT, row.id, version=row.version)
    return row
