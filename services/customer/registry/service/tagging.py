"""Tags: who set them, why and until when; `customers.tags` is what they amount to, and tier rules read that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.registry.models import CustomerRow, TagRow, VulnerablePersonRow
from services.customer.registry.repository import tags as repository
from services.customer.registry.rules.change import Act, Change
from shared.ids import new_id
from shared.jobs.schedules import ensure_schedule
from shared.observability import context

EXPIRY = "mark_expiry"
EVERY = "day@00:10"
"""Just after midnight: a mark stands through its last day."""


class Source(StrEnum):
    """Where a tag came from."""

    PERSON = "person"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class TagEntry:
    """A tag to set."""

    tag: str
    reason: str | None = None
    until: date | None = None


def effective(records: Records | None, tags: set[str]) -> list[str]:
    """The tags with what they imply."""
    return records.effective(tags) if records else sorted(tags)


async def add(
    session: AsyncSession, row: CustomerRow, entry: TagEntry, now: datetime, *, tag_id: UUID | None = None
) -> TagRow:
    """Set one tag of a locked or new customer."""
    tag = TagRow(
        id=tag_id or new_id(),
        company=row.company,
        customer_id=row.id,
        tag=entry.tag,
        source=Source.PERSON.value,
        reason=entry.reason,
        until=entry.until,
        state="active",
        set_by=context.current().actor,
        set_at=now,
        version=1,
    )
    await repository.add(session, tag)
    return tag


def end(row: TagRow | VulnerablePersonRow, state: str, reason: str | None, now: datetime) -> None:
    """The mark stands no more; its row stays."""
    row.state, row.end_reason = state, reason
    row.ended_by, row.ended_at = context.current().actor, now
    row.version += 1


async def replace(
    session: AsyncSession, row: CustomerRow, wanted: Collection[str], records: Records | None, now: datetime
) -> list[Change]:
    """Have the customer carry exactly these, beside what vulnerable persons bring; answers what changed."""
    known = {tag.tag: tag for tag in await repository.standing(session, row.id)}
    brought = set(effective(records, await repository.of_persons(session, row.id)))
    aim = set(wanted)
    implied = brought.union(*(set(effective(records, {tag})) - {tag} for tag in aim))
    changes = []
    for code, tag in known.items():
        if code not in aim:
            end(tag, "removed", None, now)
            changes.append(Change("tag", Act.ENDED, tag.id, "tag", code, None))
    for code in sorted(aim - known.keys() - implied):
        tag = await add(session, row, TagEntry(code), now)
        changes.append(Change("tag", Act.ENTERED, tag.id, "tag", None, code))
    await refresh(session, row, records)
    return changes


async def refresh(session: AsyncSession, row: CustomerRow, records: Records | None) -> None:
    """Bring `customers.tags` to what the set tags and the vulnerable persons amount to."""
    await session.flush()
    tags = {tag.tag for tag in await repository.standing(session, row.id)}
    row.tags = effective(records, tags | await repository.of_persons(session, row.id))


async def see_to_expiry(session: AsyncSession, company: str, *, now: datetime) -> None:
    """Have the company's tags and vulnerable persons looked through every night; saying it again changes nothing."""
    await ensure_schedule(session, kind=EXPIRY, company=company, every=EVERY, now=now)
