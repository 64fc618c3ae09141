"""Members, seats and terms: pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.inspection.policy_supervisors import Supervisors
from services.inspection.supervisors.errors import (
    GroupOverShareError,
    NetworkFullError,
    SupervisorCodeUnknownError,
    SupervisorStepNotAllowedError,
    SupervisorTermExpiredError,
    SupervisorTermInvalidError,
    SupervisorTermsExhaustedError,
)

SUPERVISOR = "social_supervisor"
TERM_END = "supervisor_term"
"""The metric: what becomes of the member is decided before the term ends."""


class SupervisorState(StrEnum):
    """Where a membership stands; an expired one is active until it is renewed or ended."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Who becomes a member, as the office says it."""

    name: str
    phone: str
    group: str
    staff_id: UUID | None
    duties: tuple[str, ...]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """How a group is represented."""

    group: str
    name: str
    members: int
    seats: int
    greatest_percent: int
    percent: Decimal
    """Of the seats of the network."""
    is_over: bool


def seats_of(terms: Supervisors, group: str) -> int:
    """The most members of a group: its greatest share of the seats, whole."""
    return terms.size * terms.groups[group].greatest_percent // 100


def check_seat(terms: Supervisors, group: str, members: Mapping[str, int], pointer: str = "/group") -> None:
    """Whether one more of the group may join.

    Raises: SupervisorCodeUnknownError, NetworkFullError, GroupOverShareError.
    """
    if group not in terms.groups:
        raise SupervisorCodeUnknownError.at_pointer(pointer)
    if members.get(group, 0) >= seats_of(terms, group):
        raise GroupOverShareError.at_pointer(pointer)
    if sum(members.values()) >= terms.size:
        raise NetworkFullError.at_pointer(pointer)


def duties_of(terms: Supervisors, duties: Sequence[str]) -> list[str]:
    """What is said, or all duties of the pack.  Raises: SupervisorCodeUnknownError."""
    for place, duty in enumerate(duties):
        if duty not in terms.duties:
            raise SupervisorCodeUnknownError.at_pointer(f"/duties/{place}")
    return list(dict.fromkeys(duties)) or list(terms.duties)


def months_after(on: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def check_term(terms: Supervisors, since: date, until: date, today: date, pointer: str = "/until") -> None:
    """Raises: SupervisorTermInvalidError."""
    longest = months_after(since, terms.term.months) - timedelta(days=1)
    if until < since or until < today or until > longest:
        raise SupervisorTermInvalidError.at_pointer(pointer)


def check_renewal(terms: Supervisors, sequence: int) -> None:
    """Raises: SupervisorTermsExhaustedError for a member in the last term that the pack allows."""
    if sequence >= terms.term.times:
        raise SupervisorTermsExhaustedError.at_pointer("/until")


def check_active(state: str, act: str) -> None:
    """Raises: SupervisorStepNotAllowedError."""
    if state != SupervisorState.ACTIVE:
        raise SupervisorStepNotAllowedError.of(act, state)


def check_in_term(state: str, since: date, until: date, today: date, act: str) -> None:
    """Raises: SupervisorStepNotAllowedError, SupervisorTermExpiredError."""
    check_active(state, act)
    if not since <= today <= until:
        raise SupervisorTermExpiredError("不在社会监督员的聘期内，须先续聘。")


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a civil day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def standing_of(terms: Supervisors, members: Mapping[str, int]) -> list[GroupStanding]:
    """Every group of the pack, and those that members still represent though the pack dropped them."""
    found = []
    for code in (*terms.groups, *sorted(members.keys() - terms.groups.keys())):
        group, count = terms.groups.get(code), members.get(code, 0)
        seats = seats_of(terms, code) if group else 0
        found.append(
            GroupStanding(
                group=code,
                name=group.name if group else code,
                members=count,
                seats=seats,
                greatest_percent=group.greatest_percent if group else 0,
                percent=(Decimal(100) * count / terms.size).quantize(Decimal("0.01")),
                is_over=count > seats,
            )
        )
    return found
