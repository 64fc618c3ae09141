"""Who stands above whom, who stands in on a date, and who may appoint whom: pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_DEPUTATION = timedelta(days=366)
LONGEST_CHAIN = 12


class StaffState(StrEnum):
    """Whether somebody works here."""

    ACTIVE = "active"
    ON_LEAVE = "on_leave"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """Which people are asked for; None admits everybody."""

    ids: Sequence[UUID] | None = None
    department: str | None = None
    team: str | None = None
    post: str | None = None
    state: str | None = None
    superior_id: UUID | None = None
    text: str | None = None
    """Part of the name or the login."""


@dataclass(frozen=True, slots=True, order=True)
class Deputation:
    """Somebody who stands in, both dates included."""

    from_on: date
    until_on: date
    staff_id: UUID

    def covers(self, on: date) -> bool:
        """Whether the deputy stands in on that date."""
        return self.from_on <= on <= self.until_on

    def overlaps(self, other: "Deputation") -> bool:
        """Whether both cover some date."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on

    @property
    def is_sound(self) -> bool:
        """The end is not before the start, and nobody stands in for more than a year at a time."""
        return timedelta() <= self.until_on - self.from_on < LONGEST_DEPUTATION


def deputies_on(deputations: Sequence[Deputation], on: date) -> tuple[UUID, ...]:
    """Who stands in on that date, in the order of their start."""
    return tuple(dict.fromkeys(one.staff_id for one in sorted(deputations) if one.covers(on)))


def overlaps_any(deputations: Sequence[Deputation], added: Deputation) -> bool:
    """Whether one more would give somebody two deputies on a date; the one whose end it moves is not counted."""
    return any(one.overlaps(added) for one in without_deputation(deputations, added.staff_id, added.from_on))


def with_deputation(deputations: Sequence[Deputation], added: Deputation) -> tuple[Deputation, ...]:
    """The deputations with one more; of the same deputy from the same date it moves the end."""
    return tuple(sorted((*without_deputation(deputations, added.staff_id, added.from_on), added)))


def without_deputation(deputations: Sequence[Deputation], staff_id: UUID, from_on: date) -> tuple[Deputation, ...]:
    """The deputations but for the one of that deputy from that date."""
    return tuple(one for one in deputations if (one.staff_id, one.from_on) != (staff_id, from_on))


def superior_of(staff_id: UUID, superiors: Mapping[UUID, UUID | None], n: int = 1) -> UUID | None:
    """The n-th superior; None above the top, and where the chain runs in a circle."""
    seen = {staff_id}
    found: UUID | None = staff_id
    for _ in range(n):
        found = superiors.get(found) if found is not None else None
        if found is None or found in seen:
            return None
        seen.add(found)
    return found


def makes_circle(staff_id: UUID, superior_id: UUID, superiors: Mapping[UUID, UUID | None]) -> bool:
    """Whether somebody would stand above themself, or the chain grow longer than any house has levels."""
    step: UUID | None = superior_id
    for _ in range(LONGEST_CHAIN):
        if step is None:
            return False
        if step == staff_id:
            return True
        step = superiors.get(step)
    return True


@dataclass(frozen=True, slots=True)
class PostTerms:
    """What decides on an appointment to a post."""

    department: str | None
    level: int


@dataclass(frozen=True, slots=True)
class Appointer:
    """Whoever writes in the directory: everywhere, or in departments and below the own level."""

    staff_ids: Collection[UUID]
    """The person and those deputised for today: their own standing is not theirs to change."""
    is_company_wide: bool
    departments: Collection[str]
    level: int
    """The level of the highest post held."""

    def may_place(self, department: str | None) -> bool:
        """Whether the person may write about people of that department."""
        return self.is_company_wide or (department is not None and department in self.departments)

    def may_give(self, post: PostTerms) -> bool:
        """Whether the person may give or take that post: within a department only posts of it and below the own."""
        if self.is_company_wide:
            return True
        return post.level < self.level and (post.department is None or post.department in self.departments)
