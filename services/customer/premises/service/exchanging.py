"""Exchange of a meter (换表): the old one goes with its last reading, the new one begins with its first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.premises import events, repository
from services.customer.premises.errors import MeterNotFoundError, MeterNotInUseError, ReadingTooLowError
from services.customer.premises.models import MeterExchangeRow
from services.customer.registry.models import MeterRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import ensure_come, ensure_from
from services.customer.registry.rules.rights import Writer
from services.customer.registry.service import changing, placing
from services.customer.registry.service.terms import ensure_code
from shared.errors import FieldError
from shared.events import outbox
from shared.observability import context


@dataclass(frozen=True, slots=True)
class ExchangeEntry:
    """What was taken down and what was put up; readings in m³."""

    removed_reading: Decimal
    number: str
    kind: str
    installed_reading: Decimal
    reason: str
    exchanged_on: date
    exchanged_by: UUID | None = None
    order_id: UUID | None = None


async def exchange(
    session: AsyncSession,
    customer_id: UUID,
    meter_id: UUID,
    entry: ExchangeEntry,
    *,
    exchange_id: UUID,
    companies: Sequence[str],
    writer: Writer,
    records: Records,
    expected: int,
    now: datetime,
) -> MeterExchangeRow:
    """Exchange a meter in use at the customer's version that the caller saw.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, MeterNotFoundError,
    MeterNotInUseError, ReadingTooLowError, UnknownRecordCodeError, NumberTakenError, DayPassedError.
    """
    writer.ensure_enters("meter_exchange")
    row = await changing.locked(session, customer_id, companies, expected=expected)
    old = await repository.meter(session, customer_id, meter_id)
    if old is None:
        raise MeterNotFoundError("该客户没有这块表")
    ensure_code(entry.reason, records.exchange_reasons, "/reason")
    _ensure_sound(old, entry, now)
    new = await placing.store_meter(
        session,
        row,
        entry.number,
        entry.kind,
        old.premises_id,
        entry.exchanged_on,
        now,
        initial_reading=entry.installed_reading,
        replaces_id=old.id,
    )
    old.state, old.removed_on, old.removed_reason = "removed", entry.exchanged_on, entry.reason
    old.last_reading, old.last_read_on = entry.removed_reading, entry.exchanged_on
    old.version += 1
    stored = MeterExchangeRow(
        id=exchange_id,
        company=row.company,
        customer_id=row.id,
        premises_id=old.premises_id,
        removed_meter_id=old.id,
        installed_meter_id=new.id,
        removed_reading=entry.removed_reading,
        installed_reading=entry.installed_reading,
        reason=entry.reason,
        exchanged_on=entry.exchanged_on,
        exchanged_by=entry.exchanged_by,
        order_id=entry.order_id,
        recorded_by=context.current().actor,
        recorded_at=now,
    )
    await repository.add(session, stored)
    row.row_hash = None
    changes = [
        Change("meter", Act.ENDED, old.id, "last_reading", None, entry.removed_reading),
        Change("meter", Act.ENTERED, new.id, "number", None, new.number),
    ]
    await changing.changed(session, row, now, ["meters"], changes)
    await outbox.add(session, events.meter_exchanged(row, stored, now))
    return stored


async def read(session: AsyncSession, exchange_id: UUID, companies: Sequence[str]) -> MeterExchangeRow:
    """One exchange.  Raises: MeterNotFoundError."""
    found = await repository.exchange(session, exchange_id, companies)
    if found is None:
        raise MeterNotFoundError("没有这次换表")
    return found


async def page(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[MeterExchangeRow]:
    """Exchanges at a customer's, newest first.  Raises: CustomerNotFoundError."""
    await changing.ensure_known(session, customer_id, companies)
    return await repository.exchanges(session, customer_id, companies)


def _ensure_sound(old: MeterRow, entry: ExchangeEntry, now: datetime) -> None:
    if old.state != "in_use":
        raise MeterNotInUseError("该表已拆除，不能再次更换")
    ensure_come(entry.exchanged_on, now, "/exchanged_on")
    ensure_from(entry.exchanged_on, old.installed_on, "/exchanged_on", "换表日期不得早于安装日期")
    known = old.last_reading if old.last_reading is not None else old.initial_reading
    if known is not None and entry.removed_reading < known:
        text = "拆表底数不得低于此前读数"
        raise ReadingTooLowError(text, errors=(FieldError("/removed_reading", ReadingTooLowError.code, text),))
