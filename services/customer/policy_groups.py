"""Members of group customers: kinds, circles and VIP levels as pack data of the customer chapter (domain.md 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named


class Duty(StrEnum):
    """What a person is to the unit."""

    LEADER = "leader"
    """Leads the unit or is in charge of a department."""
    CONTACT = "contact"
    """The contact of a department."""
    EMPLOYEE = "employee"
    OUTSIDER = "outsider"
    """Family and others who are not employed by the unit."""
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands in the unit: what the kind is derived from."""

    duty: Duty
    unit_place: int | None = None
    """1 = number one of the unit."""
    department: str | None = None
    own_rank: str | None = None
    """The VIP level that the person has in their own right."""


class MemberKind(Named):
    """A kind of group member and the circle it belongs to."""

    circle: Code | None = None
    """core, ordinary: important circles; none: not served in its own right."""
    is_served: bool = False
    is_counted: bool = True
    """Counts as a member of the group where a tier asks for a number of members."""
    definition: str


class MemberRule(Entry):
    """Who is of a kind: everything named must hold; what is left out holds for all."""

    kind: Code
    position: int = 0
    """Rules are tried in this order."""
    duties: tuple[Duty, ...] = ()
    places: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Places in the unit's leadership."""
    departments: tuple[Code, ...] = ()
    has_rank: bool | None = None

    def holds(self, place: Place) -> bool:
        """Whether a person at `place` is of this kind."""
        return (
            (not self.duties or place.duty in self.duties)
            and (not self.places or place.unit_place in self.places)
            and (not self.departments or place.department in self.departments)
            and (self.has_rank is None or self.has_rank == (place.own_rank is not None))
        )


class CountFrom(StrEnum):
    """Which number of members a tier's rule reads."""

    LARGER = "larger"
    """The larger of what was stated and what is entered."""
    STATED = "stated"
    """What was stated; what is entered only where nothing was."""
    ENTERED = "entered"


class Members(Entry):
    """Members of group customers (domain.md 5)."""

    kinds: dict[Code, MemberKind]
    circles: dict[Code, Named]
    departments: dict[Code, Named] = Field(default_factory=dict)
    """Departments of a unit that the rules tell apart."""
    rules: dict[Code, MemberRule] = Field(default_factory=dict)
    default_kind: Code
    """The kind of whoever no rule fits."""
    raised_circle: Code | None = None
    """Members of this circle are raised to VIP, or one VIP level up."""
    ranks: dict[Code, Named]
    """VIP levels of members, in the order of `rank_order`."""
    rank_order: tuple[Code, ...] = ()
    """Lowest first."""
    count_from: CountFrom = CountFrom.LARGER
    is_open_setting: bool = False
    clause: ClauseCode

    @model_validator(mode="after")
    def _is_closed(self) -> Self:
        missing = [f"{path}：未定义的代码 “{code}”" for path, code in self._named() if code is not None]
        if missing:
            raise ValueError("；".join(missing))
        return self

    def _named(self) -> Iterator[tuple[str, str | None]]:
        known = (None, *self.circles)
        yield from ((f"/kinds/{code}/circle", k.circle) for code, k in self.kinds.items() if k.circle not in known)
        yield from (
            (f"/rules/{code}/kind", rule.kind) for code, rule in self.rules.items() if rule.kind not in self.kinds
        )
        for code, rule in self.rules.items():
            yield from ((f"/rules/{code}/departments", one) for one in rule.departments if one not in self.departments)
        if self.default_kind not in self.kinds:
            yield "/default_kind", self.default_kind
        if self.raised_circle not in known:
            yield "/raised_circle", self.raised_circle
        yield from (("/rank_order", rank) for rank in self.rank_order if rank not in self.ranks)
        if self.raised_circle is not None and not self.rank_order:
            yield "/rank_order", "（空）"

    def derived(self, place: Place) -> tuple[str, str | None]:
        """The kind of a person at `place`, and the rule that says so; None where it is `default_kind`."""
        for code, rule in sorted(self.rules.items(), key=lambda one: (one[1].position, one[0])):
            if rule.holds(place):
                return rule.kind, code
        return self.default_kind, None

    def raised(self, kind: str, rank: str | None) -> str | None:
        """The VIP level of a member by `rank_order`: one up for the `raised_circle`, at most the highest."""
        if self.raised_circle is None or self.kinds[kind].circle != self.raised_circle:
            return rank
        place = self.rank_order.index(rank) + 1 if rank is not None else 0
        return self.rank_order[min(place, len(self.rank_order) - 1)]
