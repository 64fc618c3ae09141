"""Rows of what belongs to a customer, made from entries: addresses, meters, equipment, telephones, contact persons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.registry.models import (
    ContactPersonRow,
    CustomerRow,
    EquipmentRow,
    MeterRow,
    PhoneRow,
    PremisesRow,
)
from services.customer.registry.repository import customers
from services.customer.registry.rules.address import AddressParts, whole_address
from services.customer.registry.rules.service_life import expires_on
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import ensure_code
from shared.ids import new_id
from shared.observability import context


@dataclass(frozen=True, slots=True)
class EquipmentEntry:
    """A gas appliance or fitting to enter."""

    kind: str
    brand: str | None = None
    model: str | None = None
    number: str | None = None
    installed_on: date | None = None
    hazards: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PremisesEntry:
    """An address to enter: whole, in its parts, or both."""

    address: str | None
    kind: str = "other"
    district: str | None = None
    community: str | None = None
    equipment: Sequence[EquipmentEntry] = ()
    parts: AddressParts = field(default_factory=AddressParts)


async def store_premises(
    session: AsyncSession,
    row: CustomerRow,
    entry: PremisesEntry,
    now: datetime,
    *,
    is_primary: bool,
    records: Records | None = None,
) -> PremisesRow:
    """Insert premises of a locked or new customer.  Raises: AddressMissingError, UnknownRecordCodeError."""
    premises = PremisesRow(
        id=new_id(),
        company=row.company,
        customer_id=row.id,
        kind=entry.kind,
        state="in_use",
        is_primary=is_primary,
        created_by=context.current().actor,
        created_at=now,
        version=1,
    )
    put_address(premises, entry)
    await customers.add(session, premises)
    for place, one in enumerate(entry.equipment):
        await store_equipment(session, row, premises.id, one, now, records=records, pointer=f"/equipment/{place}")
    return premises


def put_address(premises: PremisesRow, entry: PremisesEntry) -> None:
    """Write an address, its parts and its search key.  Raises: AddressMissingError."""
    said = entry.parts
    parts = AddressParts(
        province=said.province,
        city=said.city,
        district=entry.district or said.district,
        street=said.street,
        community=entry.community or said.community,
        building=said.building,
        unit=said.unit,
        room=said.room,
    ).tidied()
    premises.address = whole_address(entry.address, parts)
    premises.address_key = fold(premises.address)
    premises.address_bigrams = bigrams(premises.address_key)
    for name in AddressParts.__slots__:
        setattr(premises, name, getattr(parts, name))


async def store_equipment(
    session: AsyncSession,
    row: CustomerRow,
    premises_id: UUID,
    entry: EquipmentEntry,
    now: datetime,
    *,
    records: Records | None,
    pointer: str = "",
    equipment_id: UUID | None = None,
) -> EquipmentRow:
    """Insert equipment with the service life of its kind.  Raises: UnknownRecordCodeError, NumberTakenError."""
    years = None
    if records is not None:
        ensure_code(entry.kind, records.equipment_kinds, f"{pointer}/kind")
        for place, hazard in enumerate(entry.hazards):
            ensure_code(hazard, records.hazards, f"{pointer}/hazards/{place}")
        years = records.equipment_kinds[entry.kind].service_years
    equipment = EquipmentRow(
        id=equipment_id or new_id(),
        company=row.company,
        customer_id=row.id,
        premises_id=premises_id,
        kind=entry.kind,
        brand=entry.brand,
        model=entry.model,
        number=tidy(entry.number).upper() if entry.number else None,
        installed_on=entry.installed_on,
        service_years=years,
        expires_on=expires_on(entry.installed_on, years),
        hazards=sorted(set(entry.hazards)),
        state="in_use",
        created_by=context.current().actor,
        created_at=now,
        updated_at=now,
        version=1,
    )
    await customers.add(session, equipment)
    return equipment


async def store_meter(
    session: AsyncSession,
    row: CustomerRow,
    number: str,
    kind: str,
    premises_id: UUID | None,
    installed_on: date | None,
    now: datetime,
    *,
    initial_reading: Decimal | None = None,
    replaces_id: UUID | None = None,
) -> MeterRow:
    """Insert a meter.  Raises: NumberTakenError."""
    meter = MeterRow(
        id=new_id(),
        company=row.company,
        customer_id=row.id,
        premises_id=premises_id,
        number=tidy(number).upper(),
        kind=kind,
        state="in_use",
        installed_on=installed_on,
        initial_reading=initial_reading,
        replaces_id=replaces_id,
        created_by=context.current().actor,
        created_at=now,
        version=1,
    )
    await customers.add(session, meter)
    return meter


async def store_phone(
    session: AsyncSession,
    row: CustomerRow,
    e164: str,
    vault: Vault,
    now: datetime,
    *,
    label: str,
    member_id: UUID | None,
    is_primary: bool,
) -> PhoneRow:
    """Insert a telephone, encrypted.  Raises: PhoneTakenError."""
    phone_id = new_id()
    cipher, index, last4 = vault.phone(phone_id, row.company, e164)
    phone = PhoneRow(
        id=phone_id,
        company=row.company,
        customer_id=row.id,
        member_id=member_id,
        label=label,
        cipher=cipher,
        phone_index=index,
        last4_index=last4,
        is_primary=is_primary,
        state="active",
        created_by=context.current().actor,
        created_at=now,
        version=1,
    )
    await customers.add(session, phone)
    return phone


@dataclass(frozen=True, slots=True)
class ContactPersonEntry:
    """Somebody to talk to about the customer."""

    name: str
    relation: str
    title: str | None = None
    phone: str | None = None
    """E.164."""
    is_reachable_in_emergency: bool = False
    premises_id: UUID | None = None


async def store_contact_person(
    session: AsyncSession, row: CustomerRow, entry: ContactPersonEntry, vault: Vault, now: datetime
) -> ContactPersonRow:
    """Insert a contact person, the telephone encrypted."""
    person_id = new_id()
    sealed = vault.contact_phone(person_id, row.company, entry.phone) if entry.phone else (None, None, None)
    person = ContactPersonRow(
        id=person_id,
        company=row.company,
        customer_id=row.id,
        premises_id=entry.premises_id,
        name=tidy(entry.name),
        relation=entry.relation,
        title=entry.title,
        is_reachable_in_emergency=entry.is_reachable_in_emergency,
        state="active",
        created_by=context.current().actor,
        created_at=now,
        version=1,
    )
    person.cipher, person.phone_index, person.last4_index = sealed
    await customers.add(session, person)
    return person
