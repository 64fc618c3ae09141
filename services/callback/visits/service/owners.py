"""Who owes a visit: somebody named for the customer, or the holder of a post; it follows when they change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.customers.models import CustomerRow, ServedByRow
from services.callback.policy_entitlements import Provider
from services.callback.policy_in_force import Governing
from services.callback.visits import events
from services.callback.visits.models import VisitRow
from services.callback.visits.repository import visits
from services.callback.visits.rules.owners import Found, Named, resolve
from services.callback.visits.service.desk import VisitDesk, audit, subject_of
from shared.access.staff_book import StaffBook
from shared.contracts.callback_visits import VisitAssigned
from shared.events import outbox
from shared.sla.book import ClockBook


class People:
    """Who serves which customers of one company on a date; read once for a chunk of customers."""

    def __init__(self, book: StaffBook, company: str, on: date, named: Mapping[UUID, Sequence[ServedByRow]]) -> None:
        self._book = book
        self._company = company
        self._on = on
        self._named = named

    def find(self, provider: Provider, customer_id: UUID, account_manager_id: UUID | None) -> Found:
        """Who owes a service of the provider to a customer."""
        named = [
            Named(one.post, one.staff_id) for one in self._named.get(customer_id, ()) if self._is_here(one.staff_id)
        ]
        if account_manager_id is not None and self._is_here(account_manager_id):
            named += [Named(post, account_manager_id) for post in self._book.by_id[account_manager_id].posts]
        return resolve(provider, named, lambda post: self._book.holders(self._company, post, self._on))

    def _is_here(self, staff_id: UUID) -> bool:
        member = self._book.get(staff_id)
        return member is not None and member.is_present and member.company == self._company

    def team_of(self, staff_id: UUID | None) -> str | None:
        """The team of a member of staff."""
        member = None if staff_id is None else self._book.get(staff_id)
        return member.team if member else None


async def people(
    session: AsyncSession, desk: VisitDesk, governing: Governing, customer_ids: Sequence[UUID], now: datetime
) -> People:
    """Who serves these customers today."""
    named: dict[UUID, list[ServedByRow]] = {}
    for one in await customers.served_by(session, governing.policy.company, customer_ids):
        named.setdefault(one.customer_id, []).append(one)
    book = await desk.staff.current()
    return People(book, governing.policy.company, now.astimezone(governing.zone).date(), named)


def place(row: VisitRow, found: Found, provider: Provider, governing: Governing, team: str | None) -> None:
    """Give the visit to whom was found; to the posts where nobody was."""
    for name, value in placed(found, provider, governing, team).items():
        setattr(row, name, value)


def placed(found: Found, provider: Provider, governing: Governing, team: str | None) -> dict[str, object]:
    """The columns that say who owes it."""
    post = governing.policy.common.posts.get(found.post)
    return {
        "provider_post": found.post,
        "owner_id": found.owner_id,
        "team": team,
        "department": provider.department or (post.department if post else None),
        "posts": [] if found.owner_id else list(provider.posts),
        "gap": found.gap.value if found.gap else None,
    }


async def follow(session: AsyncSession, desk: VisitDesk, company: str, customer_id: UUID, *, now: datetime) -> int:
    """The named people of a customer changed: its open visits go to whoever owes them now; answers how many."""
    rows = await visits.open_of_customer(session, company, customer_id)
    known = await customers.known(session, customer_id, company)
    moved = 0
    for row in rows:
        if not row.is_assigned and await replace(session, desk, row, known, now):
            moved += 1
    return moved


async def replace(
    session: AsyncSession, desk: VisitDesk, row: VisitRow, known: CustomerRow | None, now: datetime
) -> bool:
    """Find the owner anew; whether somebody else owes the visit from now on."""
    governing = desk.governances.of_revision(row.company, row.policy_version, row.planned_at)
    provider = governing.chapter.entitlements.services[row.service].provider
    if provider is None:
        return False
    there = await people(session, desk, governing, [row.customer_id], now)
    found = there.find(provider, row.customer_id, known.account_manager_id if known else None)
    if (found.owner_id, found.gap) == (row.owner_id, row.gap):
        return False
    place(row, found, provider, governing, there.team_of(found.owner_id))
    row.version += 1
    await session.flush()
    book = ClockBook(session, calendars=governing.calendars, now=now)
    await book.transfer(subject_of(row), row.routing)
    await audit(session, row, "place", now, gap=row.gap)
    await outbox.add(session, events.said(row, VisitAssigned, now))
    return True
