"""Entering and changing a customer and what belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry import events
from services.customer.registry.errors import CustomerNotFoundError, CustomerStaleError
from services.customer.registry.models import CustomerRow
from services.customer.registry.repository import customers, search
from services.customer.registry.rules.identity import identity_kind
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import IdentityKind, Kind, Party, Standing, class_of
from services.customer.registry.service import belongings, changing
from services.customer.registry.service.belongings import PremisesEntry
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import EntryTerms, PolicyAt, entry_terms
from shared.events import outbox
from shared.ids import human_number

NUMBER_KIND = "KH"
_LOCAL = ZoneInfo("Asia/Shanghai")


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
    terms: EntryTerms,
    vault: Vault,
    now: datetime,
) -> CustomerRow:
    """Enter a customer with address, meter and telephones, in the pack's `default_tier`, with `tags` that it knows.

    Raises: UnknownTagError, NumberTakenError, PhoneFormError.
    """
    terms.ensure_known(entry.tags)
    row = _customer(entry, customer_id, company, terms.default_tier, now)
    row.number = _number(entry.number) or await _next_number(session, now)
    if entry.identity:
        number = tidy(entry.identity).upper()
        row.identity_kind = identity_kind(number) or IdentityKind.OTHER
        row.identity_cipher, row.identity_index = vault.identity(customer_id, company, number)
    await customers.add(session, row)
    premises_id = None
    if entry.premises is not None:
        premises_id = (await belongings.store_premises(session, row, entry.premises, now, is_primary=True)).id
    if entry.meter is not None:
        await belongings.store_meter(session, row, entry.meter, entry.meter_kind, premises_id, None, now)
    for place, phone in enumerate(dict.fromkeys(e164_of(phone) for phone in entry.phones)):
        await belongings.store_phone(
            session, row, phone, vault, now, label="登记", member_id=None, is_primary=place == 0
        )
    await outbox.add(session, events.registered(row, now))
    await changing.record(session, row, "customer.registered", now)
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
    policies: PolicyAt,
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Set the given columns; new `tags` are those of the pack of the customer's company.

    Raises: CustomerNotFoundError, CustomerStaleError, UnknownTagError.
    """
    row = await changing.locked(session, customer_id, companies)
    if row.version != expected:
        raise CustomerStaleError("请重新读取后再修改")
    if "tags" in changes:
        entry_terms(policies(row.company, now)).ensure_known(changes["tags"], carried=row.tags)
    for name, value in changes.items():
        setattr(row, name, value)
    if "name" in changes:
        row.name = tidy(changes["name"])
        row.name_key = fold(row.name)
        row.name_bigrams = bigrams(row.name_key)
    row.customer_class = class_of(row.kind).value
    row.row_hash = None
    await changing.changed(session, row, now, sorted(changes))
    return row


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
