"""Gas equipment: entered, corrected, judged hazardous, taken away; what is past its service life is listed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.premises import repository
from services.customer.premises.errors import EquipmentNotFoundError, EquipmentRemovedError, RecordStaleError
from services.customer.registry.models import EquipmentRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import civil, ensure_come
from services.customer.registry.rules.rights import Writer
from services.customer.registry.rules.service_life import expires_on, is_overdue
from services.customer.registry.service import belongings, changing, history, placing
from services.customer.registry.service.placing import EquipmentEntry
from services.customer.registry.service.terms import ensure_code

LIFE = "equipment_life"
"""The nightly job, scheduled by the migration where equipment was taken over."""


async def enter(
    session: AsyncSession,
    customer_id: UUID,
    premises_id: UUID,
    entry: EquipmentEntry,
    *,
    equipment_id: UUID,
    companies: Sequence[str],
    writer: Writer,
    records: Records,
    now: datetime,
) -> EquipmentRow:
    """Another appliance at an address, with the service life of its kind.

    Raises: ConcernNotWritableError, CustomerNotFoundError, PremisesNotFoundError, UnknownRecordCodeError,
    NumberTakenError, DayPassedError.
    """
    writer.ensure_enters("equipment")
    row = await changing.locked(session, customer_id, companies)
    await belongings.ensure_own_premises(session, customer_id, premises_id)
    ensure_come(entry.installed_on, now, "/installed_on")
    stored = await placing.store_equipment(
        session, row, premises_id, entry, now, records=records, equipment_id=equipment_id
    )
    await changing.changed(session, row, now, ["equipment"], [Change("equipment", Act.ENTERED, stored.id)])
    return stored


async def change(
    session: AsyncSession,
    customer_id: UUID,
    equipment_id: UUID,
    changes: Mapping[str, Any],
    *,
    companies: Sequence[str],
    writer: Writer,
    records: Records,
    expected: int,
    now: datetime,
) -> EquipmentRow:
    """Correct what is said of an appliance, or what hazards it has.

    Raises: ConcernNotWritableError, CustomerNotFoundError, EquipmentNotFoundError, RecordStaleError,
    EquipmentRemovedError, UnknownRecordCodeError, DayPassedError.
    """
    writer.ensure_changes("equipment")
    row = await changing.locked(session, customer_id, companies)
    found = await _found(session, customer_id, equipment_id, expected)
    for place, hazard in enumerate(changes.get("hazards", ())):
        ensure_code(hazard, records.hazards, f"/hazards/{place}")
    ensure_come(changes.get("installed_on"), now, "/installed_on")
    for name, value in changes.items():
        setattr(found, name, sorted(set(value)) if name == "hazards" else value)
    if "installed_on" in changes:
        kind = records.equipment_kinds.get(found.kind)
        found.service_years = kind.service_years if kind else None
        found.expires_on = expires_on(found.installed_on, found.service_years)
    details = history.pending(found, "equipment")
    found.updated_at, found.version = now, found.version + 1
    await changing.changed(session, row, now, ["equipment"], details)
    return found


async def remove(
    session: AsyncSession,
    customer_id: UUID,
    equipment_id: UUID,
    *,
    companies: Sequence[str],
    writer: Writer,
    expected: int,
    now: datetime,
) -> EquipmentRow:
    """The appliance is no longer there; its row stays.

    Raises: ConcernNotWritableError, CustomerNotFoundError, EquipmentNotFoundError, RecordStaleError,
    EquipmentRemovedError.
    """
    writer.ensure_changes("equipment")
    row = await changing.locked(session, customer_id, companies)
    found = await _found(session, customer_id, equipment_id, expected)
    found.state, found.removed_on = "removed", civil(now)
    found.updated_at, found.version = now, found.version + 1
    await changing.changed(session, row, now, ["equipment"], [Change("equipment", Act.ENDED, found.id)])
    return found


async def read(session: AsyncSession, customer_id: UUID, equipment_id: UUID, companies: Sequence[str]) -> EquipmentRow:
    """One appliance.  Raises: EquipmentNotFoundError."""
    found = await repository.equipment(session, customer_id, equipment_id)
    if found is None or found.company not in companies:
        raise EquipmentNotFoundError("该客户没有这台设备")
    return found


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    is_overdue_only: bool,
    hazard: str | None,
    records: Records,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> list[EquipmentRow]:
    """Equipment in use: past its service life, or with a hazard of the pack.  Raises: UnknownRecordCodeError."""
    if hazard is not None:
        ensure_code(hazard, records.hazards, "/hazard")
    wants_overdue = is_overdue_only or hazard == records.expired_hazard
    return await repository.equipment_page(
        session,
        companies,
        overdue_on=civil(now) if wants_overdue else None,
        hazard=None if hazard == records.expired_hazard else hazard,
        after=after,
        limit=limit,
    )


def hazards_of(found: EquipmentRow, records: Records, now: datetime) -> list[str]:
    """The hazards that were found, and the one of age where its service life is over."""
    if found.state == "in_use" and is_overdue(found.expires_on, civil(now)):
        return sorted({*found.hazards, records.expired_hazard})
    return list(found.hazards)


async def give_life(session: AsyncSession, company: str, *, records: Records, now: datetime, limit: int) -> int:
    """Work out the last day of equipment that was taken over without one; answers how many."""
    kinds = [code for code, kind in records.equipment_kinds.items() if kind.service_years is not None]
    rows = await repository.without_life(session, company, kinds, limit)
    for row in rows:
        row.service_years = records.equipment_kinds[row.kind].service_years
        row.expires_on = expires_on(row.installed_on, row.service_years)
        row.updated_at = now
    return len(rows)


async def _found(session: AsyncSession, customer_id: UUID, equipment_id: UUID, expected: int) -> EquipmentRow:
    found = await repository.equipment(session, customer_id, equipment_id)
    if found is None:
        raise EquipmentNotFoundError("该客户没有这台设备")
    if found.version != expected:
        raise RecordStaleError(
            f"当前版本为{found.version}，请重新读取后再修改", params={"current_version": found.version}
        )
    if found.state != "in_use":
        raise EquipmentRemovedError("该设备已拆除")
    return found
