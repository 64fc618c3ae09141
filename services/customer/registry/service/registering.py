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
from services.customer.registry.errors import AccountStepRequiredError, CustomerNotFoundError
from services.customer.registry.models import CustomerRow
from services.customer.registry.repository import customers, search
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.identity import identity_kind
from services.customer.registry.rules.rights import Writer
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import IdentityKind, Kind, Party, Standing, class_of
from services.customer.registry.service import changing, history, placing, tagging
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.placing import PremisesEntry
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.tagging import TagEntry
from services.customer.registry.service.terms import EntryTerms, PolicyAt, entry_terms
from shared.errors import FieldError
from shared.events import outbox
from shared.ids import human_number
from shared.observability import context

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
    district: str | None = None
    phones: Sequence[str] = ()
    premises: PremisesEntry | None = None
    meter: str | None = None
    meter_kind: str = "other"


_ENTERED = {
    "number": "number",
    "identity": "identity",
    "capacity": "capacity_m3_day",
    "volume": "daily_volume_m3",
    "member_count": "member_count",
    "tags": "tags",
    "facts": "facts",
    "district": "district",
    "phones": "phones",
    "premises": "premises",
    "meter": "meter",
}
"""Parts of an entry that need not be there, and the fields that they are."""


async def register(
    session: AsyncSession,
    entry: CustomerEntry,
    *,
    customer_id: UUID,
    company: str,
    terms: EntryTerms,
    vault: Vault,
    now: datetime,
    writer: Writer,
) -> CustomerRow:
    """Enter a customer with address, meter and telephones, in the pack's `default_tier`, with `tags` that it knows.

    The account is not open yet.  Raises: ConcernNotWritableError, UnknownTagError, NumberTakenError, PhoneFormError,
    AddressMissingError, UnknownRecordCodeError.
    """
    writer.ensure_enters("name", "kind", "party", *_entered(entry))
    terms.ensure_known(entry.tags)
    row = _customer(entry, customer_id, company, terms.default_tier, now)
    row.number = _number(entry.number) or await _next_number(session, now)
    if entry.identity:
        number = tidy(entry.identity).upper()
        row.identity_kind = identity_kind(number) or IdentityKind.OTHER
        row.identity_cipher, row.identity_index = vault.identity(customer_id, company, number)
    row.tags = terms.records.effective(set(entry.tags))
    await customers.add(session, row)
    for tag in sorted(set(entry.tags)):
        await tagging.add(session, row, TagEntry(tag), now)
    await _place(session, row, entry, terms, vault, now)
    await outbox.add(session, events.registered(row, now))
    await history.note(session, row, [Change("customer", Act.ENTERED, row.id)], now)
    await changing.record(session, row, "customer.registered", now)
    return row


def _entered(entry: CustomerEntry) -> list[str]:
    """The fields that the entry says something of."""
    said = [field for name, field in _ENTERED.items() if getattr(entry, name) not in (None, 0, (), [], {})]
    return [*said, "equipment"] if entry.premises is not None and entry.premises.equipment else said


async def _place(
    session: AsyncSession, row: CustomerRow, entry: CustomerEntry, terms: EntryTerms, vault: Vault, now: datetime
) -> None:
    """What belongs to a new customer."""
    premises_id = None
    if entry.premises is not None:
        stored = await placing.store_premises(session, row, entry.premises, now, is_primary=True, records=terms.records)
        premises_id = stored.id
    if entry.meter is not None:
        await placing.store_meter(session, row, entry.meter, entry.meter_kind, premises_id, None, now)
    for place, phone in enumerate(dict.fromkeys(e164_of(phone) for phone in entry.phones)):
        await placing.store_phone(session, row, phone, vault, now, label="登记", member_id=None, is_primary=place == 0)


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
    writer: Writer,
    expected: int,
    now: datetime,
) -> CustomerRow:
    """Set the given columns; new `tags` are those of the pack of the customer's company.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, UnknownTagError,
    AccountStepRequiredError.
    """
    writer.ensure_changes(*changes)
    row = await changing.locked(session, customer_id, companies, expected=expected)
    _ensure_standing(row, changes)
    details: list[Change] = []
    if "tags" in changes:
        terms = entry_terms(policies(row.company, now))
        terms.ensure_known(changes["tags"], carried=row.tags)
        details = await tagging.replace(session, row, changes["tags"], terms.records, now)
    before = row.capacity_m3_day
    for name, value in changes.items():
        if name != "tags":
            setattr(row, name, value)
    if "name" in changes:
        row.name = tidy(changes["name"])
        row.name_key = fold(row.name)
        row.name_bigrams = bigrams(row.name_key)
    row.customer_class = class_of(row.kind).value
    row.row_hash = None
    await changing.changed(session, row, now, sorted(changes), details)
    await changing.tell_capacity(session, row, before, now, contract_id=None)
    return row


def _ensure_standing(row: CustomerRow, changes: Mapping[str, Any]) -> None:
    """An account closes and opens by steps of its own, which settle what is open."""
    said = changes.get("standing", row.standing)
    if said != row.standing and Standing.CLOSED in (said, row.standing):
        text = "请通过销户或开户办理"
        raise AccountStepRequiredError(text, errors=(FieldError("/standing", AccountStepRequiredError.code, text),))


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
        facts=dict(entry.facts),
        district=entry.district or (entry.premises.district if entry.premises else None),
        tier=tier,
        account_state="none",
        registered_at=now,
        registered_by=context.current().actor,
        updated_at=now,
        updated_by=context.current().actor,
        version=1,
    )


def _number(number: str | None) -> str | None:
    return tidy(number).upper() if number else None


async def _next_number(session: AsyncSession, now: datetime) -> str:
    return human_number(NUMBER_KIND, now.astimezone(_LOCAL).date(), await customers.next_number(session))
