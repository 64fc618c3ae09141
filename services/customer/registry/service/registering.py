"""Entering and changing a customer and what belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry import events
from services.customer.registry.errors import CustomerNotFoundError, CustomerStaleError, PremisesNotFoundError
from services.customer.registry.models import CustomerRow, MemberRow, MeterRow, PhoneRow, PremisesRow
from services.customer.registry.repository import customers, search
from services.customer.registry.rules.identity import identity_kind
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import IdentityKind, Kind, Party, Standing, class_of
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from shared.audit import trail
from shared.events import outbox
from shared.ids import human_number, new_id

NUMBER_KIND = "KH"
_LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class PremisesEntry:
    """An address to enter."""

    address: str
    kind: str = "other"
    district: str | None = None
    community: str | None = None
    equipment: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A customer to enter."""

    name: str
    kind: str
    party: str | None = None
    number: str | None = None
    identity: str | None = None
    capacity: Decimal | None = None
    volume: Decimal | None = None
    member_count: int = 0
    tags: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    account_manager_id: UUID | None = None
    district: str | None = None
    phones: Sequence[str] = ()
    premises: PremisesEntry | None = None
    meter: str | None = None
    meter_kind: str = "other"


async def register(
    session: AsyncSession,
    entry: CustomerEntry,
    *,
    customer_id: UUID,
    company: str,
    tier: str,
    vault: Vault,
    now: datetime,
) -> CustomerRow:
    """Enter a customer with address, meter and telephones.  Raises: NumberTakenError, PhoneFormError."""
    row = _customer(entry, customer_id, company, tier, now)
    row.number = _number(entry.number) or await _next_number(session, now)
    if entry.identity:
        number = tidy(entry.identity).upper()
        row.identity_kind = identity_kind(number) or IdentityKind.OTHER
        row.identity_cipher, row.identity_index = vault.identity(customer_id, company, number)
    await customers.add(session, row)
    premises_id = None
    if entry.premises is not None:
        premises_id = (await _add_premises(session, row, entry.premises, now, is_primary=True)).id
    if entry.meter is not None:
        await _add_meter(session, row, entry.meter, entry.meter_kind, premises_id, None, now)
    for place, phone in enumerate(dict.fromkeys(e164_of(phone) for phone in entry.phones)):
        await _store_phone(session, row, phone, vault, now, label="登记", member_id=None, is_primary=place == 0)
    await outbox.add(session, events.registered(row, now))
    await _record(session, row, "customer.registered", now)
    return row


async def read(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> Any:
    """One customer with what belongs to it, inside the transaction.  Raises: CustomerNotFoundError."""
    row = await search.whole_within(session, customer_id, companies)
    if row is None:
        raise CustomerNotFoundError("没有这个客户")
    return row


async def change(
    session: AsyncSession,
    customer_id: UUID,
    changes: Mapping[str, Any],
    *,
    companies: Sequence[str],
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Set the given columns.  Raises: CustomerNotFoundError, CustomerStaleError."""
    row = await _locked(session, customer_id, companies)
    if row.version != expected:
        raise CustomerStaleError("请重新读取后再修改")
    for name, value in changes.items():
        setattr(row, name, value)
    if "name" in changes:
        row.name = tidy(changes["name"])
        row.name_key = fold(row.name)
        row.name_bigrams = bigrams(row.name_key)
    row.customer_class = class_of(row.kind).value
    row.row_hash = None
    await _changed(session, row, now, sorted(changes))
    return row


async def add_premises(
    session: AsyncSession, customer_id: UUID, entry: PremisesEntry, *, companies: Sequence[str], now: datetime
) -> CustomerRow:
    """Another address of the customer.  Raises: CustomerNotFoundError."""
    row = await _locked(session, customer_id, companies)
    await _add_premises(session, row, entry, now, is_primary=False)
    await _changed(session, row, now, ["premises"])
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
    row = await _locked(session, customer_id, companies)
    if premises_id is not None and await customers.premises_of(session, customer_id, premises_id) is None:
        raise PremisesNotFoundError("用气地址不属于该客户")
    await _add_meter(session, row, number, kind, premises_id, installed_on, now)
    await _changed(session, row, now, ["meters"])
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
    row = await _locked(session, customer_id, companies)
    e164 = e164_of(phone)
    if is_primary:
        await customers.unset_primary(session, PhoneRow, customer_id)
    await _store_phone(session, row, e164, vault, now, label=label, member_id=None, is_primary=is_primary)
    await _changed(session, row, now, ["phones"])
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
    row = await _locked(session, customer_id, companies)
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
    await _changed(session, row, now, [kind])
    return row


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A person of a group."""

    number: str
    name: str
    kind: str
    title: str | None = None
    born_on: date | None = None
    phone: str | None = None


async def add_member(
    session: AsyncSession,
    group_id: UUID,
    entry: MemberEntry,
    *,
    vault: Vault,
    companies: Sequence[str],
    now: datetime,
) -> CustomerRow:
    """Enter a member of a group customer.  Raises: CustomerNotFoundError, NumberTakenError."""
    group = await _locked(session, group_id, companies)
    if group.party != Party.GROUP:
        raise CustomerNotFoundError("没有这个集团客户")
    member = MemberRow(
        id=new_id(),
        company=group.company,
        group_id=group_id,
        number=entry.number,
        name=tidy(entry.name),
        kind=entry.kind,
        title=entry.title,
        born_on=entry.born_on,
        state="active",
        created_at=now,
        version=1,
    )
    await customers.add(session, member)
    if entry.phone:
        e164 = e164_of(entry.phone)
        await _store_phone(session, group, e164, vault, now, label="成员", member_id=member.id, is_primary=False)
    await _changed(session, group, now, ["members"])
    return group


def _customer(entry: CustomerEntry, customer_id: UUID, company: str, tier: str, now: datetime) -> CustomerRow:
    name = tidy(entry.name)
    key = fold(name)
    return CustomerRow(
        id=customer_id,
        company=company,
        name=name,
        name_key=key,
        name_bigrams=bigrams(key),
        kind=entry.kind,
        customer_class=class_of(entry.kind).value,
        party=entry.party or (Party.INDIVIDUAL if entry.kind == Kind.RESIDENTIAL else Party.UNIT).value,
        standing=Standing.ACTIVE.value,
        capacity_m3_day=entry.capacity,
        daily_volume_m3=entry.volume,
        member_count=entry.member_count,
        tags=sorted(set(entry.tags)),
        facts=dict(entry.facts),
        account_manager_id=entry.account_manager_id,
        district=entry.district or (entry.premises.district if entry.premises else None),
        tier=tier,
        registered_at=now,
        updated_at=now,
        version=1,
    )


def _number(number: str | None) -> str | None:
    return tidy(number).upper() if number else None


async def _next_number(session: AsyncSession, now: datetime) -> str:
    return human_number(NUMBER_KIND, now.astimezone(_LOCAL).date(), await customers.next_number(session))


async def _locked(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> CustomerRow:
    row = await customers.get_for_update(session, customer_id, companies)
    if row is None or row.standing == Standing.MERGED:
        raise CustomerNotFoundError("没有这个客户")
    return row


async def _changed(session: AsyncSession, row: CustomerRow, now: datetime, what: list[str]) -> None:
    row.version += 1
    row.updated_at = now
    await session.flush()
    await outbox.add(session, events.updated(row, now))
    await _record(session, row, "customer.updated", now, {"fields": what})


async def _record(
    session: AsyncSession, row: CustomerRow, action: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    await trail.record(
        session,
        company=row.company,
        action=action,
        at=now,
        resource_type="customer",
        resource_id=row.id,
        detail=detail,
    )


async def _add_premises(
    session: AsyncSession, row: CustomerRow, entry: PremisesEntry, now: datetime, *, is_primary: bool
) -> PremisesRow:
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


async def _add_meter(
    session: AsyncSession,
    row: CustomerRow,
    number: str,
    kind: str,
    premises_id: UUID | None,
    installed_on: date | None,
    now: datetime,
) -> None:
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


async def _store_phone(
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
