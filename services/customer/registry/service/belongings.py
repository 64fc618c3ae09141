"""Premises, meters and telephones of a customer: entered one by one, never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import CustomerNotFoundError, CustomerStaleError, PremisesNotFoundError
from services.customer.registry.models import CustomerRow, MeterRow, PhoneRow, PremisesRow
from services.customer.registry.repository import customers
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.service.changing import changed, locked
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class PremisesEntry:
    """An address to enter."""

    address: str
    kind: str = "other"
    district: str | None = None
    community: str | None = None
    equipment: list[dict[str, Any]] = field(default_factory=list)


async def add_premises(
    session: AsyncSession, customer_id: UUID, entry: PremisesEntry, *, companies: Sequence[str], now: datetime
) -> CustomerRow:
    """Another address of the customer.  Raises: CustomerNotFoundError."""
    row = await locked(session, customer_id, companies)
    await store_premises(session, row, entry, now, is_primary=False)
    await changed(session, row, now, ["premises"])
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
    now: datetime,
) -> CustomerRow:
    """Another meter.  Raises: CustomerNotFoundError, PremisesNotFoundError, NumberTakenError."""
    row = await locked(session, customer_id, companies)
    if premises_id is not None and await customers.premises_of(session, customer_id, premises_id) is None:
        raise PremisesNotFoundError("用气地址不属于该客户")
    await store_meter(session, row, number, kind, premises_id, installed_on, now)
    await changed(session, row, now, ["meters"])
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
    now: datetime,
) -> CustomerRow:
    """Another telephone.  Raises: CustomerNotFoundError, PhoneFormError, PhoneTakenError."""
    row = await locked(session, customer_id, companies)
    e164 = e164_of(phone)
    if is_primary:
        await customers.unset_primary(session, PhoneRow, customer_id)
    await store_phone(session, row, e164, vault, now, label=label, member_id=None, is_primary=is_primary)
    await changed(session, row, now, ["phones"])
    return row


async def end_belonging(
    session: AsyncSession,
    customer_id: UUID,
    kind: str,
    row_id: UUID,
    *,
    companies: Sequence[str],
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Take premises, a meter or a telephone out of use; the row stays.

    Raises: CustomerNotFoundError, CustomerStaleError.
    """
    row = await locked(session, customer_id, companies)
    if row.version != expected:
        raise CustomerStaleError("请重新读取后再修改")
    owned: PhoneRow | MeterRow | PremisesRow | None
    match kind:
        case "phones":
            owned, state = await customers.phone_of(session, customer_id, row_id), "withdrawn"
        case "meters":
            owned, state = await customers.meter_of(session, customer_id, row_id), "removed"
        case _:
            owned, state = await customers.premises_of(session, customer_id, row_id), "withdrawn"
    if owned is None:
        raise CustomerNotFoundError("该客户没有这项资料")
    owned.state = state
    owned.version += 1
    await changed(session, row, now, [kind])
    return row


async def store_premises(
    session: AsyncSession, row: CustomerRow, entry: PremisesEntry, now: datetime, *, is_primary: bool
) -> PremisesRow:
    """Insert premises of a locked or new customer."""
    address = tidy(entry.address)
    key = fold(address)
    premises = PremisesRow(
        id=new_id(),
        company=row.company,
        customer_id=row.id,
        address=address,
        address_key=key,
        address_bigrams=bigrams(key),
        district=entry.district,
        community=entry.community,
        kind=entry.kind,
        equipment=entry.equipment,
        state="in_use",
        is_primary=is_primary,
        created_at=now,
        version=1,
    )
    await customers.add(session, premises)
    return premises


async def store_meter(
    session: AsyncSession,
    row: CustomerRow,
    number: str,
    kind: str,
    premises_id: UUID | None,
    installed_on: date | None,
    now: datetime,
) -> None:
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
        created_at=now,
        version=1,
    )
    await customers.add(session, meter)


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
) -> None:
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
        created_at=now,
        version=1,
    )
    await customers.add(session, phone)
