"""Meter readings: recorded by the meter reader, held against the reading before, corrected with history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service.work import Desk
from services.customer.policy_supply import Severity
from services.customer.readings import repository
from services.customer.readings.errors import (
    ReadingCorrectedError,
    ReadingDayError,
    ReadingImplausibleError,
    ReadingMeterError,
    ReadingPhotoError,
)
from services.customer.readings.models import MeterReadingRow
from services.customer.readings.rules import NAMES, Doubt, Known, Method, ReadingState, doubts, use_of
from services.customer.registry.models import CustomerRow, MeterRow
from services.customer.registry.rules.days import civil
from services.customer.registry.rules.rights import HOUSE
from services.customer.registry.service import changing, registering
from shared.contracts.base import Routing
from shared.contracts.interactions import CustomerMeterRead
from shared.errors import StaleError
from shared.policy.book import Policy

SUBJECT = "meter_reading"


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """What the meter showed."""

    meter_id: UUID
    reading_m3: Decimal
    read_on: date
    method: Method
    reader_id: UUID | None = None
    """None: whoever records."""
    file_id: UUID | None = None
    order_id: UUID | None = None


async def take(desk: Desk, row_id: UUID, entry: ReadingEntry) -> MeterReadingRow:
    """Record a reading; the use since the one before may set the customer's daily volume.

    Raises: ConcernNotWritableError, RightWithdrawnError, ReadingMeterError, ReadingDayError, ReadingPhotoError,
    ReadingImplausibleError, ReadingTakenError.
    """
    await desk.ensure_concern(desk.chapter.readings.usage_concern, "/reading_m3")
    meter = await _meter(desk, entry)
    customer = await changing.locked(desk.session, meter.customer_id, [desk.principal.company])
    newest = await repository.newest_day(desk.session, meter.id)
    if newest is not None and entry.read_on < newest:
        raise ReadingDayError.at("该表已有更晚的抄表记录，补录请更正原记录。")
    return await _store(desk, row_id, entry, meter, customer)


async def correct(
    desk: Desk, row_id: UUID, wrong_id: UUID, *, reading_m3: Decimal, reason: str, expected: int
) -> MeterReadingRow:
    """Put a right reading in the place of a wrong one, which stays as history.

    Raises: as `take`, ReadingNotFoundError, StaleError, ReadingCorrectedError.
    """
    await desk.ensure_concern(desk.chapter.readings.usage_concern, "/reading_m3")
    wrong = await repository.reading(desk.session, wrong_id, [desk.principal.company])
    entry = ReadingEntry(
        wrong.meter_id,
        reading_m3,
        wrong.read_on,
        Method(wrong.method),
        wrong.reader_id,
        None,
        wrong.order_id,
    )
    meter = await _meter(desk, entry, is_correction=True)
    wrong = await repository.reading(desk.session, wrong_id, [desk.principal.company], locked=True)
    if wrong.version != expected:
        raise StaleError("抄表记录已被他人修改，请重新读取后再操作。", params={"current_version": wrong.version})
    newest = await repository.newest_day(desk.session, meter.id, but=wrong.id)
    if wrong.state != ReadingState.RECORDED or (newest is not None and newest > wrong.read_on):
        raise ReadingCorrectedError("该抄表记录已被更正，或其后已有新的读数。")
    customer = await changing.locked(desk.session, meter.customer_id, [desk.principal.company])
    wrong.state = ReadingState.CORRECTED.value
    wrong.version += 1
    await desk.session.flush()
    return await _store(desk, row_id, entry, meter, customer, wrong=wrong, reason=reason)


async def read(desk: Desk, row_id: UUID) -> MeterReadingRow:
    """One reading.  Raises: ReadingNotFoundError."""
    return await repository.reading(desk.session, row_id, desk.principal.companies)


async def page(
    desk: Desk,
    *,
    customer_id: UUID | None,
    meter_id: UUID | None,
    is_flagged: bool,
    before: UUID | None,
    limit: int,
) -> Sequence[MeterReadingRow]:
    """Readings, newest first."""
    return await repository.readings(
        desk.session,
        desk.principal.companies,
        customer_id=customer_id,
        meter_id=meter_id,
        is_flagged=is_flagged,
        before_id=before,
        limit=limit,
    )


async def _meter(desk: Desk, entry: ReadingEntry, *, is_correction: bool = False) -> MeterRow:
    """The meter, locked, fit to be read on that day."""
    meter = await repository.meter(desk.session, entry.meter_id, desk.principal.company)
    if meter is None:
        raise ReadingMeterError.at("/meter_id", "没有这块表。")
    if meter.state != "in_use":
        raise ReadingMeterError.at("/meter_id", "该表已拆除。")
    if entry.read_on > civil(desk.now):
        raise ReadingDayError.at("抄表日期不得晚于今天。")
    if meter.installed_on is not None and entry.read_on < meter.installed_on:
        raise ReadingDayError.at("抄表日期不得早于安装日期。")
    if is_correction:
        return meter
    if entry.file_id is None and entry.method.value in desk.chapter.readings.photo_needed_for:
        raise ReadingPhotoError.at_file("现行规章要求附抄表照片。")
    if entry.file_id is not None and not await repository.is_own_file(
        desk.session, meter.company, desk.principal.actor, entry.file_id
    ):
        raise ReadingPhotoError.at_file("照片须为本人上传的文件。")
    return meter


async def _store(
    desk: Desk,
    row_id: UUID,
    entry: ReadingEntry,
    meter: MeterRow,
    customer: CustomerRow,
    *,
    wrong: MeterReadingRow | None = None,
    reason: str | None = None,
) -> MeterReadingRow:
    known = await _known(desk, entry, meter, customer)
    use = use_of(entry.reading_m3, entry.read_on, known)
    row = MeterReadingRow(
        id=row_id,
        company=meter.company,
        customer_id=customer.id,
        meter_id=meter.id,
        order_id=entry.order_id,
        method=entry.method.value,
        reading_m3=entry.reading_m3,
        read_on=entry.read_on,
        reader_id=entry.reader_id or desk.principal.staff_id,
        file_id=entry.file_id or (wrong.file_id if wrong else None),
        previous_m3=known.previous_m3,
        previous_on=known.previous_on,
        usage_m3=use.usage_m3,
        days=use.days,
        daily_m3=use.daily_m3,
        flags=_judged(desk, entry, known),
        state=ReadingState.RECORDED.value,
        corrects_id=wrong.id if wrong else None,
        correction_reason=reason,
        recorded_by=desk.principal.staff_id,
        recorded_at=desk.now,
        version=1,
    )
    await repository.add_reading(desk.session, row)
    meter.last_reading, meter.last_read_on = entry.reading_m3, entry.read_on
    meter.version += 1
    payload = CustomerMeterRead(
        reading_id=row.id,
        customer_id=row.customer_id,
        meter_id=row.meter_id,
        method=row.method,
        read_on=row.read_on,
        usage_m3=None if row.usage_m3 is None else float(row.usage_m3),
        daily_m3=None if row.daily_m3 is None else float(row.daily_m3),
        flags=row.flags,
        order_id=row.order_id,
        corrects_id=row.corrects_id,
        routing=Routing(owner_id=row.reader_id, team=desk.principal.team, department=desk.principal.department),
    )
    await desk.tell(payload, (SUBJECT, row.id, row.version), "customer.meter_read", reason=reason)
    await _set_volume(desk, customer, row)
    return row


async def _known(desk: Desk, entry: ReadingEntry, meter: MeterRow, customer: CustomerRow) -> Known:
    before = await repository.before(desk.session, meter.id, entry.read_on)
    previous, on = (before.reading_m3, before.read_on) if before else (meter.initial_reading, meter.installed_on)
    usual = before.daily_m3 if before is not None and before.daily_m3 is not None else customer.daily_volume_m3
    return Known(
        previous_m3=previous,
        previous_on=on,
        usual_m3_day=usual,
        capacity_m3_day=customer.capacity_m3_day,
        estimated_before=await repository.estimated_before(desk.session, meter.id, entry.read_on),
    )


def _judged(desk: Desk, entry: ReadingEntry, known: Known) -> list[str]:
    """The flags of a reading that the pack lets pass.  Raises: ReadingImplausibleError."""
    terms = desk.chapter.readings.plausibility
    found = doubts(
        entry.reading_m3,
        entry.method,
        known,
        use_of(entry.reading_m3, entry.read_on, known),
        factor=terms.over_large_factor,
        floor_m3_day=terms.over_large_floor_m3_day,
        estimated_in_a_row=terms.estimated_in_a_row,
    )
    severity: dict[Doubt, Severity] = {one: getattr(terms, one.value) for one in Doubt}
    if refused := [(one.value, NAMES[one]) for one in found if severity[one] is Severity.REFUSE]:
        raise ReadingImplausibleError.of(refused)
    return [one.value for one in found if severity[one] is Severity.FLAG]


async def _set_volume(desk: Desk, customer: CustomerRow, row: MeterReadingRow) -> None:
    """The customer's daily volume, where the pack lets readings set it and nothing is doubted."""
    terms = desk.chapter.readings.daily_volume
    if not terms.is_updated or row.flags or row.method not in terms.methods:
        return
    if row.daily_m3 is None or (row.days or 0) < terms.least_days:
        return
    total = await repository.daily_total(desk.session, customer.id, least_days=terms.least_days, methods=terms.methods)
    if total is None or total == customer.daily_volume_m3:
        return

    def policies(_: str, __: object) -> Policy:
        return desk.policy

    await registering.change(
        desk.session,
        customer.id,
        {"daily_volume_m3": total},
        companies=[customer.company],
        policies=policies,
        writer=HOUSE,
        expected=customer.version,
        now=desk.now,
    )


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a reading has the file as its picture."""
    return await repository.names_file(session, file_id, companies)
