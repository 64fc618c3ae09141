"""States of a finding, what it may say, and who must keep away from it: pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.complaint.findings.errors import (
    FindingCodeUnknownError,
    FindingStepNotAllowedError,
    MeasureStepNotAllowedError,
    ResponsibleNotAllowedError,
    ResponsibleRequiredError,
)
from services.complaint.policy_findings import Findings, Implied


class FindingState(StrEnum):
    """Where a finding stands."""

    DRAFT = "draft"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"
    """An admitted appeal holds its effect back."""
    OVERTURNED = "overturned"


class Act(StrEnum):
    """What was done to a finding."""

    DRAFT = "draft"
    REDRAFT = "redraft"
    RETURN = "return"
    CONFIRM = "confirm"
    TELL = "tell"
    SUSPEND = "suspend"
    UPHOLD = "uphold"
    REVISE = "revise"
    OVERTURN = "overturn"
    RELEASE = "release"
    """The appeal that suspended it was withdrawn."""


F = FindingState
ALLOWED: Mapping[Act, frozenset[FindingState]] = {
    Act.REDRAFT: frozenset({F.DRAFT, F.RETURNED}),
    Act.RETURN: frozenset({F.DRAFT}),
    Act.CONFIRM: frozenset({F.DRAFT}),
    Act.TELL: frozenset({F.CONFIRMED, F.SUSPENDED, F.OVERTURNED}),
}
TOOK_PART = frozenset({Act.DRAFT, Act.REDRAFT, Act.RETURN, Act.CONFIRM, Act.UPHOLD, Act.REVISE, Act.OVERTURN})
"""Acts after which nobody decides on the same finding again."""
DRAFTED = frozenset({Act.DRAFT, Act.REDRAFT})
"""Acts after which nobody confirms: whoever wrote any version of it."""
VISIBLE_TO_NAMED = frozenset({F.CONFIRMED, F.SUSPENDED, F.OVERTURNED})
"""Whom a draft names does not see it before it is confirmed."""


def check_act(act: Act, state: str) -> None:
    """Raises: FindingStepNotAllowedError."""
    if FindingState(state) not in ALLOWED[act]:
        raise FindingStepNotAllowedError.of(act, state)


def check_untold(*, is_told: bool, state: str) -> None:
    """The window of appeal begins once.  Raises: FindingStepNotAllowedError."""
    if is_told:
        raise FindingStepNotAllowedError.of(Act.TELL, state)


class MeasureState(StrEnum):
    """Where a corrective measure stands."""

    ASSIGNED = "assigned"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


def check_measure(act: str, state: str, *allowed: MeasureState) -> None:
    """Raises: MeasureStepNotAllowedError."""
    if MeasureState(state) not in allowed:
        raise MeasureStepNotAllowedError.of(act, state)


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A corrective measure as the draft plans it."""

    description: str
    owner_id: UUID
    urgency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one version of a finding says."""

    verdict: str
    facts: str
    root_cause: str | None = None
    department: str | None = None
    person_ids: tuple[UUID, ...] = ()
    is_preventable: bool | None = None
    is_reported_upward: bool | None = None
    is_raised_again: bool = False
    marks: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    attachment_ids: tuple[UUID, ...] = ()
    measures: tuple[PlannedMeasure, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON, for the versions that are kept."""
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a decision on an appeal puts in place of a finding's verdict."""

    verdict: str
    department: str | None = None
    person_ids: tuple[UUID, ...] = ()
    is_preventable: bool | None = None
    is_reported_upward: bool | None = None
    marks: tuple[str, ...] = ()

    def over(self, content: Content) -> Content:
        """The content with the revised verdict."""
        return replace(
            content,
            verdict=self.verdict,
            department=self.department,
            person_ids=self.person_ids,
            is_preventable=self.is_preventable,
            is_reported_upward=self.is_reported_upward,
            marks=self.marks,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def settle_content(content: Content, terms: Findings, departments: Iterable[str]) -> Content:
    """Check what is found against the pack and add the marks that follow from it.

    Raises: FindingCodeUnknownError, ResponsibleRequiredError, ResponsibleNotAllowedError.
    """
    known: Sequence[tuple[str, Iterable[str], Iterable[str]]] = (
        ("verdict", (content.verdict,), terms.verdicts),
        ("marks", content.marks, terms.marks),
        ("remedies", content.remedies, terms.remedies),
        ("department", (content.department,) if content.department else (), departments),
        ("measures", [one.urgency for one in content.measures if one.urgency], terms.measures),
    )
    for field, given, allowed in known:
        if not set(given) <= set(allowed):
            raise FindingCodeUnknownError.at_pointer(f"/{field}", field=field)
    if not terms.verdicts[content.verdict].holds_responsible:
        for field in ("department", "person_ids", "marks"):
            if getattr(content, field):
                raise ResponsibleNotAllowedError.at_pointer(f"/{field}", field=field)
        return content
    if content.department is None:
        raise ResponsibleRequiredError.at_pointer("/department")
    return replace(content, marks=tuple(sorted({*content.marks, *_implied(content, terms)})))


def _implied(content: Content, terms: Findings) -> set[str]:
    holds = {
        Implied.PREVENTABLE: content.is_preventable is True,
        Implied.NOT_REPORTED: content.is_reported_upward is False and content.is_raised_again,
    }
    return {code for code, mark in terms.marks.items() if mark.implied_by and holds[mark.implied_by]}


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the incentive service is to propose: the mark and its clause there."""

    mark: str
    clause: str


def consequences(marks: Iterable[str], terms: Findings) -> tuple[Consequence, ...]:
    """The consequences of a finding's marks, in their order."""
    found = ((mark, terms.marks[mark].consequence) for mark in sorted(marks) if mark in terms.marks)
    return tuple(Consequence(mark, clause) for mark, clause in found if clause)


def standing_of(state: str, *, holds_responsible: bool) -> str:
    """How a finding counts against the persons whom it names: counted, suspended or revoked."""
    if not holds_responsible or state not in {F.CONFIRMED, F.SUSPENDED}:
        return "revoked"
    return "counted" if state == F.CONFIRMED else "suspended"


def months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    index = at.year * 12 + at.month - 1 - months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))
