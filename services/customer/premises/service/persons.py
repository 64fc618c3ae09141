"""Vulnerable persons of a household: served in their own right, and marking the customer meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_records import Records
from services.customer.premises import repository
from services.customer.premises.errors import PersonEndedError, PersonNotFoundError, RecordStaleError
from services.customer.registry import events
from services.customer.registry.models import VulnerablePersonRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import civil, ensure_ahead
from services.customer.registry.rules.rights import Writer
from services.customer.registry.rules.text import tidy
from services.customer.registry.service import belongings, changing, tagging
from services.customer.registry.service.terms import ensure_code
from shared.events import outbox
from shared.observability import context


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A vulnerable person at an address."""

    premises_id: UUID
    name: str
    kind: str
    until: date | None = None
    note: str | None = None


async def enter(
    session: AsyncSession,
    customer_id: UUID,
    entry: PersonEntry,
    *,
    person_id: UUID,
    companies: Sequence[str],
    writer: Writer,
    records: Records,
    now: datetime,
) -> VulnerablePersonRow:
    """Record a vulnerable person; the tag of the kind marks the customer.

    Raises: ConcernNotWritableError, CustomerNotFoundError, PremisesNotFoundError, UnknownRecordCodeError,
    DayPassedError.
    """
    writer.ensure_enters("vulnerable_persons")
    row = await changing.locked(session, customer_id, companies)
    await belongings.ensure_own_premises(session, customer_id, entry.premises_id)
    ensure_code(entry.kind, records.vulnerable_kinds, "/kind")
    ensure_ahead(entry.until, now, "/until")
    person = VulnerablePersonRow(
        id=person_id,
        company=row.company,
        customer_id=row.id,
        premises_id=entry.premises_id,
        name=tidy(entry.name),
        kind=entry.kind,
        tag=records.vulnerable_kinds[entry.kind].tag,
        until=entry.until,
        note=entry.note,
        state="active",
        recorded_by=context.current().actor,
        recorded_at=now,
        version=1,
    )
    await repository.add(session, person)
    if entry.until is not None:
        await tagging.see_to_expiry(session, row.company, now=now)
    await tagging.refresh(session, row, records)
    change = Change("vulnerable_person", Act.ENTERED, person.id, "kind", None, entry.kind)
    await changing.changed(session, row, now, ["vulnerable_persons"], [change])
    await outbox.add(session, events.vulnerable_person_recorded(row, person, now))
    return person


async def end(
    session: AsyncSession,
    person_id: UUID,
    *,
    reason: str,
    companies: Sequence[str],
    writer: Writer,
    records: Records,
    expected: int,
    now: datetime,
) -> VulnerablePersonRow:
    """The person is no longer served as vulnerable.

    Raises: ConcernNotWritableError, PersonNotFoundError, CustomerNotFoundError, RecordStaleError, PersonEndedError.
    """
    writer.ensure_changes("vulnerable_persons")
    found = await read(session, person_id, companies)
    row = await changing.locked(session, found.customer_id, companies)
    await session.refresh(found)
    if found.version != expected:
        raise RecordStaleError(
            f"当前版本为{found.version}，请重新读取后再修改", params={"current_version": found.version}
        )
    if found.state != "active":
        raise PersonEndedError("该登记已终止")
    tagging.end(found, "ended", reason, now)
    await tagging.refresh(session, row, records)
    change = Change("vulnerable_person", Act.ENDED, found.id, "kind", found.kind, None)
    await changing.changed(session, row, now, ["vulnerable_persons"], [change])
    await outbox.add(session, events.vulnerable_person_ended(row, found, civil(now), now))
    return found


async def read(session: AsyncSession, person_id: UUID, companies: Sequence[str]) -> VulnerablePersonRow:
    """One person.  Raises: PersonNotFoundError."""
    found = await repository.person(session, person_id, companies)
    if found is None:
        raise PersonNotFoundError("没有这条弱势人员登记")
    return found


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    kind: str | None,
    after: UUID | None,
    limit: int,
) -> list[VulnerablePersonRow]:
    """Vulnerable persons who are served as such, of the companies or of one customer."""
    return await repository.persons(session, companies, customer_id=customer_id, kind=kind, after=after, limit=limit)
