"""What a clause leaves standing, for whom and for which period; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from services.incentive.policy_catalogue import IncentiveClause, Subject


class StandingKind(StrEnum):
    """What stands against somebody beside points and money."""

    AWARDS_LOST = "awards_lost"
    """Out of the year's awards (取消年度评先)."""
    SUSPENDED = "suspended"
    """待岗, until it is lifted."""
    WARNED = "warned"
    MONTH_GRADE = "month_grade"


class StandingEnd(StrEnum):
    """Why it stands no more."""

    SUSPENDED = "suspended"
    """An appeal is open."""
    REVERSED = "reversed"
    LIFTED = "lifted"


class CaseSaid(Protocol):
    """The part of a case's fact that the rules read."""

    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> UUID | None: ...
    @property
    def subject_department(self) -> str | None: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def month(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Leaves:
    """One thing that stands from a case."""

    kind: StandingKind
    subject_type: Subject
    subject: str
    period: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a subject in a period."""

    kind: str
    grade: str | None
    period: str
    case_id: UUID
    provision: str


class Kept(Protocol):
    """A stored standing."""

    @property
    def kind(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def until_period(self) -> str | None: ...
    @property
    def ended_for(self) -> str | None: ...


def left_by(clause: IncentiveClause, said: CaseSaid, zone: ZoneInfo) -> list[Leaves]:
    """What a case under the clause leaves standing when it takes effect; a customer has no standing."""
    own = _own(said)
    month = said.month or f"{said.occurred_at.astimezone(zone):%Y-%m}"
    left = []
    if own is not None:
        kind, subject = own
        if clause.ends_award:
            left.append(Leaves(StandingKind.AWARDS_LOST, kind, subject, f"{said.happened_at.astimezone(zone):%Y}"))
        if clause.is_suspension and kind is Subject.EMPLOYEE:
            left.append(Leaves(StandingKind.SUSPENDED, kind, subject, month))
        if clause.has_warning:
            left.append(Leaves(StandingKind.WARNED, kind, subject, month))
        if clause.month_grade is not None and kind is Subject.EMPLOYEE:
            left.append(Leaves(StandingKind.MONTH_GRADE, kind, subject, month, clause.month_grade))
    if clause.department_month_grade is not None and said.subject_department is not None:
        grade = clause.department_month_grade
        left.append(Leaves(StandingKind.MONTH_GRADE, Subject.DEPARTMENT, said.subject_department, month, grade))
    return left


def holds_in(one: Kept, *, month: str | None = None, year: int | None = None) -> bool:
    """Whether it holds in a month (`2026-11`) or a year: a lifted suspension held until the month of its lifting.

    Raises: ValueError unless exactly one of the two is given.
    """
    if (month is None) == (year is None):
        raise ValueError("either month or year")
    if one.ended_for not in {None, StandingEnd.LIFTED}:
        return False
    asked = month or f"{year}"
    if one.kind == StandingKind.SUSPENDED:
        width = len(asked)
        until = one.until_period
        return one.period[:width] <= asked and (until is None or until[:width] >= asked)
    if len(one.period) > len(asked):
        return one.period.startswith(f"{asked}-")
    return one.period == asked[: len(one.period)]


def _own(said: CaseSaid) -> tuple[Subject, str] | None:
    if said.subject_type == Subject.EMPLOYEE and said.subject_id is not None:
        return Subject.EMPLOYEE, str(said.subject_id)
    if said.subject_type == Subject.DEPARTMENT and said.subject_department is not None:
        return Subject.DEPARTMENT, said.subject_department
    return None
