"""Setting and removing single tags, with reason and term; marks whose term is over fall away."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.registry import events
from services.customer.registry.models import CustomerRow, TagRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import civil, ensure_ahead
from services.customer.registry.rules.rights import Writer
from services.customer.registry.service import changing, marking, tagging
from services.customer.registry.service.tagging import TagEntry
from services.customer.registry.service.terms import PolicyAt, entry_terms, records_of
from shared.events import outbox


async def set_tag(
    session: AsyncSession,
    customer_id: UUID,
    entry: TagEntry,
    *,
    tag_id: UUID,
    companies: Sequence[str],
    policies: PolicyAt,
    writer: Writer,
    now: datetime,
) -> TagRow:
    """Set one tag of the common chapter, by whom, why and until when.

    Raises: ConcernNotWritableError, CustomerNotFoundError, UnknownTagError, TagStandingError, DayPassedError.
    """
    writer.ensure_changes("tags")
    row = await changing.locked(session, customer_id, companies)
    terms = entry_terms(policies(row.company, now))
    terms.ensure_known([entry.tag])
    ensure_ahead(entry.until, now, "/until")
    await marking.ensure_free(session, customer_id, entry.tag)
    tag = await tagging.add(session, row, entry, now, tag_id=tag_id)
    if entry.until is not None:
        await tagging.see_to_expiry(session, row.company, now=now)
    await _marked(session, row, terms.records, now, [Change("tag", Act.ENTERED, tag.id, "tag", None, tag.tag)])
    return tag


async def remove_tag(
    session: AsyncSession,
    customer_id: UUID,
    tag_id: UUID,
    *,
    reason: str,
    companies: Sequence[str],
    policies: PolicyAt,
    writer: Writer,
    expected: int,
    now: datetime,
) -> TagRow:
    """Take one tag away.

    Raises: ConcernNotWritableError, CustomerNotFoundError, TagNotFoundError, CustomerStaleError.
    """
    writer.ensure_changes("tags")
    row = await changing.locked(session, customer_id, companies)
    tag = await marking.standing_tag(session, customer_id, tag_id, expected=expected)
    tagging.end(tag, "removed", reason, now)
    records = records_of(policies(row.company, now))
    await _marked(session, row, records, now, [Change("tag", Act.ENDED, tag.id, "tag", tag.tag, None)])
    return tag


async def page(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[TagRow]:
    """Tags that stand and that stood, newest first.  Raises: CustomerNotFoundError."""
    return await marking.every_tag(session, customer_id, companies)


async def read(session: AsyncSession, customer_id: UUID, tag_id: UUID, companies: Sequence[str]) -> TagRow:
    """One tag.  Raises: TagNotFoundError."""
    return await marking.read_tag(session, customer_id, tag_id, companies)


async def expire(session: AsyncSession, company: str, *, records: Records, now: datetime, limit: int) -> int:
    """Let tags and vulnerable persons' marks fall away whose last day is over; answers how many customers."""
    today = civil(now)
    customers = await marking.run_out(session, company, today, limit)
    for customer_id in customers:
        row = await changing.locked_by_house(session, customer_id, company)
        changes = []
        for tag in await marking.standing_tags(session, customer_id):
            if tag.until is not None and tag.until < today:
                tagging.end(tag, "expired", None, now)
                changes.append(Change("tag", Act.ENDED, tag.id, "tag", tag.tag, None))
        ended = []
        for person in await marking.persons(session, customer_id):
            if person.until is not None and person.until < today:
                tagging.end(person, "expired", None, now)
                changes.append(Change("vulnerable_person", Act.ENDED, person.id))
                ended.append(person)
        await _marked(session, row, records, now, changes)
        await outbox.add(session, *(events.vulnerable_person_ended(row, one, today, now) for one in ended))
    return len(customers)


async def _marked(
    session: AsyncSession, row: CustomerRow, records: Records, now: datetime, changes: list[Change]
) -> None:
    await tagging.refresh(session, row, records)
    row.row_hash = None
    await changing.changed(session, row, now, ["tags"], changes)
