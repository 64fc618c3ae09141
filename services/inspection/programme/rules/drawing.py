"""Who goes: drawn by load, the same in every run, whatever the ids: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.access.staff_book import StaffBook, StaffMember


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who acts in one of the posts that inspect."""

    staff_id: UUID
    department: str | None
    rank: tuple[object, ...]
    """Place of the post in the pack, then what the directory says of the person; ids break the last tie only."""


def candidates(book: StaffBook, company: str, posts: Sequence[str], on: date) -> list[Candidate]:
    """Who acts in the posts on a date, each once, by the first of their posts."""
    found: dict[UUID, Candidate] = {}
    for place, post in enumerate(posts):
        for staff_id in book.holders(company, post, on):
            member = book.by_id[staff_id]
            rank = (place, member.department or "", member.team or "", member.posts, str(staff_id))
            found.setdefault(staff_id, Candidate(staff_id, member.department, rank))
    return list(found.values())


def draw(found: Iterable[Candidate], loads: Mapping[UUID, int], department: str) -> UUID | None:
    """The least loaded outside the inspected department."""
    outside = [one for one in found if one.department != department]
    chosen = min(outside, key=lambda one: (loads.get(one.staff_id, 0), one.rank), default=None)
    return chosen.staff_id if chosen else None


def teams(book: StaffBook, company: str, wanted: Sequence[str], known: Iterable[str]) -> list[tuple[str, str]]:
    """Teams that have members, each with the department of most of them, by code."""
    by_team: dict[str, list[str]] = {}
    for member in book.members(company):
        if member.is_present and member.team and member.department:
            by_team.setdefault(member.team, []).append(member.department)
    chosen = sorted(set(wanted or known) & by_team.keys())
    return [(team, min(set(by_team[team]), key=lambda one: (-by_team[team].count(one), one))) for team in chosen]


def in_place(member: StaffMember, department: str | None, team: str | None) -> bool:
    """Whether somebody belongs to the place of a plan; everybody to the company."""
    return team == member.team if team else department in (None, member.department)
