"""Premises, meters, telephones and contact persons of a customer: entered one by one, never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.registry.errors import BelongingEndedError, CustomerNotFoundError, PremisesNotFoundError
from services.customer.registry.models import ContactPersonRow, CustomerRow, MeterRow, PhoneRow, PremisesRow
from services.customer.registry.repository import customers
from services.customer.registry.rules.address import AddressParts
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.rights import Writer
from services.customer.registry.service.changing import changed, locked
from services.customer.registry.service.history import pending
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.placing import (
    ContactPersonEntry,
    PremisesEntry,
    put_address,
    store_contact_person,
    store_meter,
    store_phone,
    store_premises,
)
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import ensure_code

__all__ = [
    "PremisesEntry",
    "add_contact_person",
    "add_meter",
    "add_phone",
    "add_premises",
    "change_premises",
    "end_belonging",
    "ensure_own_premises",
    "store_meter",
    "store_phone",
    "store_premises",
]

_FIELDS = {"phones": "phones", "meters": "meter", "premises": "premises", "contact-persons": "contact_persons"}
_SUBJECTS = {"phones": "phone", "meters": "meter", "premises": "premises", "contact-persons": "contact_person"}


async def add_premises(
    session: AsyncSession,
    customer_id: UUID,
    entry: PremisesEntry,
    *,
    companies: Sequence[str],
    writer: Writer,
    records: Records | None,
    now: datetime,
) -> CustomerRow:
    """Another address of the customer, with the equipment there.

    Raises: ConcernNotWritableError, CustomerNotFoundError, AddressMissingError, UnknownRecordCodeError.
    """
    writer.ensure_enters("premises", *(("equipment",) if entry.equipment else ()))
    row = await locked(session, customer_id, companies)
    stored = await store_premises(session, row, entry, now, is_primary=False, records=records)
    await changed(session, row, now, ["premises"], [Change("premises", Act.ENTERED, stored.id)])
    return row


async def change_premises(
    session: AsyncSession,
    customer_id: UUID,
    premises_id: UUID,
    changes: Mapping[str, Any],
    *,
    companies: Sequence[str],
    writer: Writer,
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Set parts of an address; without a whole address the parts make it.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, PremisesNotFoundError,
    AddressMissingError.
    """
    writer.ensure_changes("premises")
    row = await locked(session, customer_id, companies, expected=expected)
    premises = await customers.premises_of(session, customer_id, premises_id)
    if premises is None:
        raise PremisesNotFoundError("用气地址不属于该客户")
    known = AddressParts(**{name: getattr(premises, name) for name in AddressParts.__slots__})
    said = {name: changes[name] for name in AddressParts.__slots__ if name in changes}
    parts = replace(known, **said)
    address = changes.get("address") or (None if said and parts.whole() else premises.address)
    put_address(premises, PremisesEntry(address, parts=parts))
    premises.kind = changes.get("kind", premises.kind)
    premises.version += 1
    row.row_hash = None
    await changed(session, row, now, ["premises"], pending(premises, "premises"))
    return row


async def add_meter(
    session: AsyncSession,
    customer_id: UUID,
    *,
    number: str,
    kind: str,
    premises_id: UUID | None,
    installed_on: date | None,
    companies: Sequence[str],
    writer: Writer,
    now: datetime,
    initial_reading: Decimal | None = None,
) -> CustomerRow:
    """Another meter.

    Raises: ConcernNotWritableError, CustomerNotFoundError, PremisesNotFoundError, NumberTakenError.
    """
    writer.ensure_enters("meter")
    row = await locked(session, customer_id, companies)
    await ensure_own_premises(session, customer_id, premises_id)
    meter = await store_meter(
        session, row, number, kind, premises_id, installed_on, now, initial_reading=initial_reading
    )
    await changed(session, row, now, ["meters"], [Change("meter", Act.ENTERED, meter.id, "number", None, meter.number)])
    return row


async def add_phone(
    session: AsyncSession,
    customer_id: UUID,
    *,
    phone: str,
    label: str,
    is_primary: bool,
    vault: Vault,
    companies: Sequence[str],
    writer: Writer,
    now: datetime,
) -> CustomerRow:
    """Another telephone.

    Raises: ConcernNotWritableError, CustomerNotFoundError, PhoneFormError, PhoneTakenError.
    """
    writer.ensure_changes("phones")
    row = await locked(session, customer_id, companies)
    e164 = e164_of(phone)
    if is_primary:
        await customers.unset_primary(session, PhoneRow, customer_id)
    stored = await store_phone(session, row, e164, vault, now, label=label, member_id=None, is_primary=is_primary)
    await changed(session, row, now, ["phones"], [Change("phone", Act.ENTERED, stored.id)])
    return row


async def add_contact_person(
    session: AsyncSession,
    customer_id: UUID,
    entry: ContactPersonEntry,
    *,
    vault: Vault,
    records: Records,
    companies: Sequence[str],
    writer: Writer,
    now: datetime,
) -> CustomerRow:
    """Somebody to talk to about the customer.

    Raises: ConcernNotWritableError, CustomerNotFoundError, UnknownRecordCodeError, PhoneFormError,
    PremisesNotFoundError.
    """
    writer.ensure_changes("contact_persons")
    row = await locked(session, customer_id, companies)
    ensure_code(entry.relation, records.relations, "/relation")
    await ensure_own_premises(session, customer_id, entry.premises_id)
    normal = replace(entry, phone=e164_of(entry.phone) if entry.phone else None)
    person = await store_contact_person(session, row, normal, vault, now)
    await changed(session, row, now, ["contact_persons"], [Change("contact_person", Act.ENTERED, person.id)])
    return row


async def end_belonging(
    session: AsyncSession,
    customer_id: UUID,
    kind: str,
    row_id: UUID,
    *,
    companies: Sequence[str],
    writer: Writer,
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Take premises, a meter, a telephone or a contact person out of use; the row stays.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, BelongingEndedError.
    """
    writer.ensure_changes(_FIELDS[kind])
    row = await locked(session, customer_id, companies, expected=expected)
    owned: PhoneRow | MeterRow | PremisesRow | ContactPersonRow | None
    match kind:
        case "phones":
            owned, state = await customers.phone_of(session, customer_id, row_id), "withdrawn"
        case "meters":
            owned, state = await customers.meter_of(session, customer_id, row_id), "removed"
        case "contact-persons":
            owned, state = await customers.contact_person_of(session, customer_id, row_id), "withdrawn"
        case _:
            owned, state = await customers.premises_of(session, customer_id, row_id), "withdrawn"
    if owned is None:
        raise CustomerNotFoundError("该客户没有这项资料")
    if owned.state == state:
        raise BelongingEndedError("该项资料已停用")
    owned.state = state
    owned.version += 1
    await changed(session, row, now, [kind], [Change(_SUBJECTS[kind], Act.ENDED, row_id)])
    return row


async def ensure_own_premises(session: AsyncSession, customer_id: UUID, premises_id: UUID | None) -> None:
    """The premises, if any are named, are the customer's and not withdrawn.  Raises: PremisesNotFoundError."""
    if premises_id is None:
        return
    premises = await customers.premises_of(session, customer_id, premises_id)
    if premises is None or premises.state == "withdrawn":
        raise PremisesNotFoundError("用气地址不属于该客户")
