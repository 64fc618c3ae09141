"""What a member is by the pack, on which day they are greeted, how many a group counts: pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.customer.groups.errors import MemberTermsError
from services.customer.policy_groups import CountFrom, Duty, Members, Place
from shared.lunar import lunar_day

_LEAP = 2000


class MemberState(StrEnum):
    """Where a member stands."""

    ACTIVE = "active"
    LEFT = "left"


class KindSource(StrEnum):
    """Where the kind in force comes from."""

    STATED = "stated"
    """Entered or imported as such, without the facts to derive it from."""
    DERIVED = "derived"
    CORRECTED = "corrected"
    """A person said otherwise, with a reason; survives every derivation."""


class MemberAct(StrEnum):
    """What happened to a member."""

    JOINED = "joined"
    LEFT = "left"
    REJOINED = "rejoined"
    CHANGED = "changed"
    DERIVED = "derived"
    CORRECTED = "corrected"
    RESTORED = "restored"
    """The correction was taken back."""
    LINKED = "linked"
    UNLINKED = "unlinked"


class Occasion(StrEnum):
    """Why somebody is greeted."""

    BIRTHDAY = "birthday"
    GREAT_DAY = "great_day"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the pack makes of a member."""

    kind: str
    source: KindSource
    derived_kind: str | None
    derived_by: str | None
    circle: str | None
    is_served: bool
    rank: str | None


@dataclass(frozen=True, slots=True)
class Birthday:
    """What is published of a birthday: never the year."""

    month: int
    day: int
    is_lunar: bool
    circle: str | None
    customer_id: UUID | None


def place_of(duty: str | None, unit_place: int | None, department: str | None, own_rank: str | None) -> Place | None:
    """Where a person stands in the unit; None while nobody said what they are to it."""
    return Place(Duty(duty), unit_place, department, own_rank) if duty is not None else None


def judge(
    terms: Members | None, place: Place | None, *, kind: str, source: KindSource, own_rank: str | None
) -> Verdict:
    """The member's kind, circle and level: a correction stays, the derived kind stands beside it.

    Without the pack's section, and for a kind that it no longer knows, nobody is served in their own right.
    """
    if terms is None:
        return Verdict(kind, source, None, None, None, is_served=False, rank=own_rank)
    derived, rule = terms.derived(place) if place is not None else (None, None)
    if source is not KindSource.CORRECTED:
        kind, source = (derived, KindSource.DERIVED) if derived is not None else (kind, KindSource.STATED)
    known = terms.kinds.get(kind)
    if known is None:
        return Verdict(kind, source, derived, rule, None, is_served=False, rank=own_rank)
    rank = own_rank if own_rank is not None and own_rank not in terms.rank_order else terms.raised(kind, own_rank)
    return Verdict(kind, source, derived, rule, known.circle, is_served=known.is_served, rank=rank)


def ensure_known(
    terms: Members | None, *, kind: str | None = None, department: str | None = None, own_rank: str | None = None
) -> None:
    """Every code is one of the pack's.  Raises: MemberTermsError."""
    if terms is None:
        return
    if kind is not None and kind not in terms.kinds:
        raise MemberTermsError.at("/kind", "现行规章未定义该成员类别。")
    if department is not None and department not in terms.departments:
        raise MemberTermsError.at("/department", "现行规章未定义该部门。")
    if own_rank is not None and own_rank not in terms.rank_order:
        raise MemberTermsError.at("/own_rank", "现行规章未定义该成员级别。")


def birthday(
    *,
    born_on: date | None,
    is_lunar: bool,
    state: str,
    is_served: bool,
    circle: str | None,
    customer_id: UUID | None,
) -> Birthday | None:
    """The day to greet a member on; None for whoever is not served in their own right, or has left.

    Whoever keeps the lunar birthday (农历) is greeted on its lunar day; of a leap month in the month before it.
    """
    if born_on is None or not is_served or state != MemberState.ACTIVE:
        return None
    day = lunar_day(born_on) if is_lunar else born_on
    return Birthday(day.month, day.day, is_lunar, circle, customer_id)


def ensure_day(month: int, day: int) -> None:
    """The day exists in some year.  Raises: MemberTermsError."""
    if day > monthrange(_LEAP, month)[1]:
        raise MemberTermsError.at("/day", "该月没有这一天。")


def shown_size(count_from: CountFrom, *, stated: int | None, counted: int) -> int:
    """The number of members that a tier's rule reads."""
    if count_from is CountFrom.ENTERED or stated is None:
        return counted
    return stated if count_from is CountFrom.STATED else max(stated, counted)


def uncounted(terms: Members | None) -> list[str]:
    """Kinds that are no members of the group in number."""
    return [] if terms is None else sorted(code for code, kind in terms.kinds.items() if not kind.is_counted)
