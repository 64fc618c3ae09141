"""Recording calls and other contacts, and looking back at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.contacts import events
from services.customer.contacts.errors import ContactNotFoundError, ContactTimesError
from services.customer.contacts.repository import calls as repository
from services.customer.contacts.rules import broken_delivery, broken_times, outcome_of, ring_seconds
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from shared.access.scope import RowScope
from shared.audit import trail
from shared.errors import FieldError
from shared.events import outbox
from shared.http.hot_tx import HotTx


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A contact to record."""

    channel: str
    direction: str
    started_at: datetime
    phone: str | None = None
    customer_id: UUID | None = None
    line: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ring_seconds: int | None = None
    outcome: str | None = None
    topic: str | None = None
    summary: str | None = None
    recording: str | None = None
    matter_id: UUID | None = None
    rings: int | None = None
    is_resolved: bool | None = None
    delivery: str | None = None


async def record(
    hot: HotTx,
    entry: ContactEntry,
    *,
    once: Sequence[object],
    contact_id: UUID,
    company: str,
    staff_id: UUID,
    vault: Vault,
    now: datetime,
) -> Any:
    """Store a contact; the caller is linked when exactly one customer has the telephone.

    Answers None when the key was used or the named customer does not exist.
    Raises: ContactTimesError, PhoneFormError.
    """
    broken = broken_times(entry.started_at, entry.answered_at, entry.ended_at, now=now)
    broken += broken_delivery(entry.channel, entry.direction, entry.delivery)
    if broken:
        raise ContactTimesError("请核对时间", tuple(FieldError(*one) for one in broken))
    contact = _contact(entry, contact_id, company, staff_id, vault, now)
    fact = outbox.record(events.recorded(contact, company, now))
    deed = trail.record_json(
        company=company,
        action="customer.contact_recorded",
        at=now,
        resource_type="contact",
        resource_id=contact_id,
    )
    return await repository.record(hot, once, contact, fact, deed)


async def read(hot: HotTx, contact_id: UUID, scope: RowScope) -> Any:
    """One contact.  Raises: ContactNotFoundError."""
    row = await repository.read(hot, contact_id, scope)
    if row is None:
        raise ContactNotFoundError("没有这条联系记录")
    return row


async def listed(
    hot: HotTx,
    scope: RowScope,
    *,
    customer_id: UUID | None,
    phone: str | None,
    vault: Vault,
    after: UUID | None,
    limit: int,
) -> list[Any]:
    """Contacts, newest first.  Raises: PhoneFormError."""
    e164 = e164_of(phone) if phone else None
    phones = [vault.index.phone(company, e164) for company in scope.companies] if e164 else []
    return await repository.listed(hot, scope, customer_id=customer_id, phones=phones, after=after, limit=limit)


def _contact(
    entry: ContactEntry, contact_id: UUID, company: str, staff_id: UUID, vault: Vault, now: datetime
) -> dict[str, Any]:
    e164 = e164_of(entry.phone) if entry.phone else None
    sealed = index = last4 = None
    if e164 is not None:
        sealed = vault.cipher.encrypt(e164, table="contacts", column="phone_cipher", row_id=contact_id)
        index, last4 = vault.index.phone(company, e164), vault.index.last_four(company, e164)
    rang = entry.ring_seconds
    return {
        "id": contact_id,
        "company": company,
        "channel": entry.channel,
        "direction": entry.direction,
        "customer_id": entry.customer_id,
        "phone_cipher": sealed,
        "phone_index": index,
        "last4_index": last4,
        "line": entry.line,
        "staff_id": staff_id,
        "started_at": entry.started_at,
        "answered_at": entry.answered_at,
        "ended_at": entry.ended_at,
        "ring_seconds": ring_seconds(entry.started_at, entry.answered_at, entry.ended_at) if rang is None else rang,
        "outcome": entry.outcome or outcome_of(entry.answered_at, entry.ended_at).value,
        "topic": entry.topic,
        "summary": entry.summary,
        "recording": entry.recording,
        "matter_id": entry.matter_id,
        "rings": entry.rings,
        "is_resolved": entry.is_resolved,
        "delivery": entry.delivery,
        "created_at": now,
    }


def phone_of(vault: Vault, row: Any) -> str | None:
    """The telephone of a contact in clear, for masking at the door."""
    if row["phone_cipher"] is None:
        return None
    return vault.cipher.decrypt(row["phone_cipher"], table="contacts", column="phone_cipher", row_id=row["id"])
