"""Who serves a customer, whom to reach now, and how much everybody serves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_serving import SlotKind, Wanted
from services.customer.registry.models import CustomerRow
from services.customer.serving.models import AssignmentRow
from services.customer.serving.repository import assignments as repository
from services.customer.serving.repository import customers
from services.customer.serving.rules import AssignmentState, GapKind
from services.customer.serving.service.terms import ServingTerms
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook


@dataclass(frozen=True, slots=True)
class TeamPerson:
    """Somebody in a place, and who is to be reached for them now."""

    assignment_id: UUID | None
    """None for an account manager whom only the registry names."""
    staff_id: UUID
    state: str
    since: datetime | None
    is_in_post: bool
    is_at_work: bool
    deputies: tuple[UUID, ...]
    reach: tuple[UUID, ...]
    """In this order: the person, or who stands in, then the superior."""
    load: int
    version: int | None


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A place of the team."""

    slot: str
    name: str
    post: str
    kind: SlotKind | None
    at_least: int
    at_most: int | None
    max_load: int | None
    is_account_manager: bool
    is_wanted: bool
    """False where the tier of today asks for nobody here."""
    clause: str | None
    gap: GapKind | None
    people: tuple[TeamPerson, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ServiceTeam:
    """Who serves a customer."""

    customer: CustomerRow
    channels: dict[str, str]
    places: tuple[TeamPlace, ...]


async def team(
    session: AsyncSession,
    customer_id: UUID,
    companies: Sequence[str],
    *,
    terms: ServingTerms,
    staff: StaffBook,
    today: date,
) -> ServiceTeam:
    """The team of a customer as it stands today.  Raises: CustomerNotFoundError."""
    customer = await customers.get(session, customer_id, companies)
    wanted = terms.wanted(customer)
    held: dict[str, list[AssignmentRow]] = {}
    for row in await repository.standing(session, customer.id):
        held.setdefault(row.slot, []).append(row)
    people = {row.staff_id for rows in held.values() for row in rows}
    if customer.account_manager_id is not None:
        people.add(customer.account_manager_id)
    loads = {
        (one.staff_id, one.slot): int(one.load - one.proposed)
        for one in await repository.loads(
            session, customer.company, slot=None, staff_ids=sorted(people), after=None, limit=10_000
        )
    }
    look = _Look(customer, staff, today, loads)
    places = [look.place(one, held.pop(slot, [])) for slot, one in wanted.items()]
    places += [look.surplus(slot, rows) for slot, rows in held.items()]
    strategy = terms.chapter.strategies.get(customer.tier)
    return ServiceTeam(customer, dict(strategy.channels) if strategy else {}, tuple(places))


@dataclass(frozen=True, slots=True)
class _Look:
    customer: CustomerRow
    staff: StaffBook
    today: date
    loads: dict[tuple[UUID, str], int]

    def place(self, wanted: Wanted, rows: Sequence[AssignmentRow]) -> TeamPlace:
        people = [self._person(row, wanted.post) for row in rows]
        manager = self.customer.account_manager_id
        if wanted.is_account_manager and manager is not None and not _active(people):
            people.append(self._by_registry(manager, wanted))
        return TeamPlace(
            wanted.slot,
            wanted.name,
            wanted.post,
            wanted.kind,
            wanted.at_least,
            wanted.at_most,
            wanted.max_load,
            wanted.is_account_manager,
            True,
            wanted.clause,
            gap_of(wanted, people),
            tuple(people),
        )

    def surplus(self, slot: str, rows: Sequence[AssignmentRow]) -> TeamPlace:
        people = tuple(self._person(row, row.post) for row in rows)
        is_manager = any(row.is_account_manager for row in rows)
        post = rows[0].post
        return TeamPlace(slot, slot, post, None, 0, None, None, is_manager, False, None, None, people)

    def _person(self, row: AssignmentRow, post: str) -> TeamPerson:
        load = self.loads.get((row.staff_id, row.slot), 0)
        return self._someone(row.staff_id, post, row.state, load, row=row)

    def _by_registry(self, staff_id: UUID, wanted: Wanted) -> TeamPerson:
        load = self.loads.get((staff_id, wanted.slot), 0)
        return self._someone(staff_id, wanted.post, AssignmentState.ACTIVE.value, load)

    def _someone(
        self, staff_id: UUID, post: str, state: str, load: int, *, row: AssignmentRow | None = None
    ) -> TeamPerson:
        member = self.staff.get(staff_id)
        is_here = member is not None and member.is_present and member.company == self.customer.company
        deputies = self.staff.deputies(staff_id, self.today) if is_here else ()
        is_at_work = is_here and member is not None and member.is_active and not deputies
        superior = self.staff.superior(staff_id)
        reach = [*([staff_id] if is_at_work else []), *deputies, *([superior] if superior else [])]
        return TeamPerson(
            row.id if row else None,
            staff_id,
            state,
            row.from_at if row else None,
            is_here and member is not None and post in member.posts,
            is_at_work,
            deputies,
            tuple(dict.fromkeys(reach)),
            load,
            row.version if row else None,
        )


def _active(people: Sequence[TeamPerson]) -> list[TeamPerson]:
    return [one for one in people if one.state == AssignmentState.ACTIVE]


def gap_of(wanted: Wanted, people: Sequence[TeamPerson]) -> GapKind | None:
    """What is wrong with a place, by the same rule as the list of gaps."""
    active = _active(people)
    if any(not one.is_in_post for one in active):
        return GapKind.LEFT
    if len(active) < wanted.at_least:
        return GapKind.MISSING
    is_over = wanted.max_load is not None and any(one.load > wanted.max_load for one in active)
    return GapKind.OVERLOADED if is_over else None


async def one(session: AsyncSession, assignment_id: UUID, companies: Sequence[str]) -> AssignmentRow:
    """One assignment.  Raises: AssignmentNotFoundError."""
    return await repository.get(session, assignment_id, companies)


async def history(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[AssignmentRow]:
    """Everybody who ever served a customer, newest first.  Raises: CustomerNotFoundError."""
    rows = await repository.of_customer(session, customer_id, companies, before=before, limit=limit)
    if not rows:
        await customers.get(session, customer_id, companies)
    return rows


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    staff_id: UUID | None,
    state: AssignmentState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[AssignmentRow]:
    """Assignments within the scope, newest first."""
    return await repository.page(session, scope, staff_id=staff_id, state=state, before=before, limit=limit)


async def loads(
    session: AsyncSession,
    company: str,
    *,
    slot: str | None,
    staff_ids: Sequence[UUID] | None,
    after: tuple[UUID, str] | None,
    limit: int,
) -> Sequence[Any]:
    """How many customers each person serves, by place."""
    return await repository.loads(session, company, slot=slot, staff_ids=staff_ids, after=after, limit=limit)
