"""Who holds which post, who stands above whom, who deputises: a pure picture of the staff projection."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

_LONGEST_CHAIN = 12
"""No house has more levels; a circle of superiors ends here."""


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who stands in, both dates included."""

    staff_id: UUID
    from_on: date
    until_on: date

    def covers(self, on: date) -> bool:
        """Whether the deputy stands in on that date."""
        return self.from_on <= on <= self.until_on


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One row of the projection; `lines` are the departments that a leader is in charge of."""

    id: UUID
    company: str
    version: int
    state: str
    department: str | None = None
    team: str | None = None
    superior_id: UUID | None = None
    posts: tuple[str, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def is_present(self) -> bool:
        """Has not left; somebody on leave keeps their rights."""
        return self.state != "left"

    @property
    def is_active(self) -> bool:
        """Works today."""
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class StaffBook:
    """An immutable picture of all staff of the schema."""

    by_id: Mapping[UUID, StaffMember] = field(default_factory=dict)
    by_company: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    by_post: Mapping[tuple[str, str], Sequence[UUID]] = field(default_factory=dict)
    stands_in: Mapping[UUID, Sequence[tuple[UUID, Deputy]]] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Iterable[StaffMember]) -> "StaffBook":
        """The book of `members`, with its indexes; ordered by id, so that every process answers the same."""
        return cls().replacing((), members)

    def replacing(self, companies: Iterable[str], members: Iterable[StaffMember]) -> "StaffBook":
        """The book in which `members` are all the staff of `companies`; other companies stay as they are."""
        ordered = sorted(members, key=lambda member: member.id)
        renewed = {*companies, *(member.company for member in ordered)}
        gone = {staff_id for company in renewed for staff_id in self.by_company.get(company, ())}
        by_company: dict[str, list[UUID]] = defaultdict(list)
        by_post: dict[tuple[str, str], list[UUID]] = defaultdict(list)
        stands_in: dict[UUID, list[tuple[UUID, Deputy]]] = defaultdict(list)
        for staff_id, entries in self.stands_in.items():
            if kept := [entry for entry in entries if entry[0] not in gone]:
                stands_in[staff_id] = kept
        for member in ordered:
            by_company[member.company].append(member.id)
            if not member.is_present:
                continue
            for post in member.posts:
                by_post[member.company, post].append(member.id)
            for deputy in member.deputies:
                stands_in[deputy.staff_id].append((member.id, deputy))
        return StaffBook(
            {key: one for key, one in self.by_id.items() if key not in gone} | {one.id: one for one in ordered},
            {key: ids for key, ids in self.by_company.items() if key not in renewed} | by_company,
            {key: ids for key, ids in self.by_post.items() if key[0] not in renewed} | by_post,
            dict(stands_in),
        )

    def get(self, staff_id: UUID) -> StaffMember | None:
        """The member, also one who left; None if unknown."""
        return self.by_id.get(staff_id)

    def members(self, company: str) -> tuple[StaffMember, ...]:
        """Everybody of a company, those who left included."""
        return tuple(self.by_id[staff_id] for staff_id in self.by_company.get(company, ()))

    def deputies(self, staff_id: UUID, on: date) -> tuple[UUID, ...]:
        """Who stands in for `staff_id` on that date and works then, in the order given by the directory."""
        member = self.by_id.get(staff_id)
        if member is None or not member.is_present:
            return ()
        standing = (deputy.staff_id for deputy in member.deputies if deputy.covers(on))
        return tuple(one for one in standing if self._works_for(one, member.company))

    def acting_for(self, staff_id: UUID, on: date) -> tuple[UUID, ...]:
        """For whom `staff_id` stands in on that date; never beyond the own company."""
        return tuple(
            principal_id
            for principal_id, deputy in self.stands_in.get(staff_id, ())
            if deputy.covers(on) and self._works_for(staff_id, self.by_id[principal_id].company)
        )

    def holders(self, company: str, post: str, on: date) -> tuple[UUID, ...]:
        """Who acts in `post` on that date: its holders at work, and the deputies of those who are away."""
        acting: dict[UUID, None] = {}
        for staff_id in self.by_post.get((company, post), ()):
            standing = self.deputies(staff_id, on)
            if self.by_id[staff_id].is_active and not standing:
                acting[staff_id] = None
            acting.update(dict.fromkeys(standing))
        return tuple(acting)

    def answering(self, company: str, post: str, department: str | None, on: date) -> UUID | None:
        """The one who acts in `post`, of several the one in charge of the department; None if there is not one."""
        acting = self.holders(company, post, on)
        in_charge = [one for one in acting if department is not None and department in self.by_id[one].lines]
        chosen = in_charge or acting
        return chosen[0] if len(chosen) == 1 else None

    def superior(self, staff_id: UUID, n: int = 1) -> UUID | None:
        """The n-th superior who has not left; None above the top."""
        seen = {staff_id}
        member = self.by_id.get(staff_id)
        for _ in range(_LONGEST_CHAIN):
            if member is None or member.superior_id is None or member.superior_id in seen:
                return None
            seen.add(member.superior_id)
            member = self.by_id.get(member.superior_id)
            if member is not None and member.is_present:
                n -= 1
                if n == 0:
                    return member.id
        return None

    def _works_for(self, staff_id: UUID, company: str) -> bool:
        member = self.by_id.get(staff_id)
        return member is not None and member.is_active and member.company == company
