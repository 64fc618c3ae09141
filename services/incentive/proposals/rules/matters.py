"""One cause is counted once: a breach, the complaint about it and the finding on it are one matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID, uuid5

from services.incentive.policy_catalogue import IncentiveClause
from services.incentive.proposals.rules.states import ProposalState, Withdrawal

_YEARLY = UUID("6a2d6f0e-6f0e-5a57-9d0c-3b6f3d0d6f11")
"""Namespace of the matters that are the count of a year."""
_OPEN = frozenset({ProposalState.DRAFTED, ProposalState.OUTSIDE})


class Other(Protocol):
    """A proposal that exists on the matter, for the subject and in kind."""

    @property
    def id(self) -> UUID: ...
    @property
    def provision(self) -> str: ...
    @property
    def gravity(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def withdrawn_for(self) -> str | None: ...
    @property
    def cause_id(self) -> UUID: ...
    @property
    def overturned_at(self) -> object | None: ...


class Standing(StrEnum):
    """What becomes of a new suggestion."""

    DRAFTED = "drafted"
    LINKED = "linked"
    """Kept beside the one that stands."""
    COUNTED = "counted"
    """Nothing new."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a new suggestion, and of those before it."""

    standing: Standing
    same_as_id: UUID | None = None
    """The one that stands instead."""
    superseded: tuple[UUID, ...] = ()
    """Open lesser ones, which fall."""


def gravity_of(clause: IncentiveClause) -> int:
    """How grave a penalty, or how high a reward: the level, then money, then points; the higher stands.

    Clauses without a level are placed beside the level with the same means: suspension 4, published or without award
    3, money or a warning 2, points alone 1; what lies outside the regulation is graver than all.
    """
    money = clause.amount.most_fen if clause.amount else 0
    points = max((one.most for one in (clause.points, clause.department_points) if one), default=0)
    return _level(clause) * 10_000_000 + min(money, 999_999) * 10 + min(points, 9)


def _level(clause: IncentiveClause) -> int:
    if clause.is_outside:
        return 5
    if clause.level is not None:
        return clause.level
    if clause.is_suspension:
        return 4
    if clause.is_published or clause.ends_award or clause.department_month_grade:
        return 3
    return 2 if clause.amount or clause.has_warning or clause.month_grade else 1


def judge(provision: str, gravity: int, cause_id: UUID, others: Iterable[Other], *, is_yearly: bool = False) -> Verdict:
    """The gravest stands, lesser open drafts fall, one that was confirmed is not doubled, a cause counts once.

    A second cause of the same matter is kept beside the first: should that fall, the second one still holds.  A
    year's count is one cause whoever counts it: what a person dismissed is not drafted again.
    """
    known = [one for one in others if one.overturned_at is None]
    if any((one.provision, one.cause_id) == (provision, cause_id) for one in known):
        return Verdict(Standing.COUNTED)
    decided = [
        one for one in known if one.state == ProposalState.CONFIRMED or (is_yearly and _is_refused(one, provision))
    ]
    open_ones = [one for one in known if one.state in _OPEN]
    stronger = decided or [one for one in open_ones if one.gravity >= gravity or one.provision == provision]
    if stronger:
        return Verdict(Standing.LINKED, max(stronger, key=lambda one: one.gravity).id)
    return Verdict(Standing.DRAFTED, superseded=tuple(one.id for one in open_ones))


def strongest(others: Iterable[Other]) -> UUID | None:
    """The one that stands for the matter, if any does: what was confirmed, else the gravest draft."""
    standing = [
        one
        for one in others
        if one.overturned_at is None and (one.state == ProposalState.CONFIRMED or one.state in _OPEN)
    ]
    found = max(standing, key=lambda one: (one.state == ProposalState.CONFIRMED, one.gravity), default=None)
    return None if found is None else found.id


def returning(others: Iterable[Other]) -> list[UUID]:
    """Those that had stood back behind one that fell, gravest first."""
    waiting = [one for one in others if _is_linked(one)]
    return [one.id for one in sorted(waiting, key=lambda one: (-one.gravity, str(one.id)))]


def yearly(company: str, provision: str, subject: str, year: int) -> UUID:
    """The matter that is a year's count: whoever counts the third complaint, it is proposed once."""
    return uuid5(_YEARLY, f"{company}|{provision}|{subject}|{year}")


def _is_refused(one: Other, provision: str) -> bool:
    return (one.state, one.provision) == (ProposalState.DISMISSED, provision)


def _is_linked(one: Other) -> bool:
    return one.withdrawn_for == Withdrawal.SAME_MATTER and one.overturned_at is None
