"""What is proposed, before it is a row: subject, cause, shares; the same from a fact and from a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incentive.policy_catalogue import Subject
from services.incentive.proposals.errors import SharesInvalidError
from services.incentive.proposals.rules.states import PERSON

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a proposal is about; `key` is a staff id, a department code or a customer id."""

    kind: Subject
    key: str
    department: str | None = None
    team: str | None = None

    @classmethod
    def employee(cls, staff_id: UUID, department: str | None = None, team: str | None = None) -> "Target":
        """A member of staff."""
        return cls(Subject.EMPLOYEE, str(staff_id), department, team)

    @classmethod
    def of_department(cls, department: str) -> "Target":
        """A department."""
        return cls(Subject.DEPARTMENT, department, department)

    @classmethod
    def customer(cls, customer_id: UUID) -> "Target":
        """A customer."""
        return cls(Subject.CUSTOMER, str(customer_id))

    @property
    def staff_id(self) -> UUID | None:
        """The person, if it is one."""
        return UUID(self.key) if self.kind is Subject.EMPLOYEE else None


@dataclass(frozen=True, slots=True)
class Cause:
    """What led to it; `event_id` is the fact from which it was drafted."""

    type: str
    id: UUID
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One of several who share a collective reward or penalty."""

    staff_id: UUID
    percent: int
    is_main: bool = False

    @property
    def json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"staff_id": str(self.staff_id), "percent": self.percent, "is_main": self.is_main}


@dataclass(frozen=True, slots=True)
class Draft:
    """One suggestion about one subject."""

    provision: str
    target: Target
    cause: Cause
    matter_id: UUID
    happened_at: datetime
    evidence: Mapping[str, Any]
    """What it rests on, JSON-able; frozen with its digest."""
    source: str = PERSON
    is_yearly: bool = False
    """The matter is a year's count: once decided, another who counts it changes nothing."""
    points: int | None = None
    """What the fact says; the clause's range limits it."""
    carries_department_points: bool = True
    """False for all but the main holder of a department: one matter costs it once."""
    segments: Sequence[Mapping[str, Any]] = ()
    share_us: int | None = None
    share_of_us: int | None = None
    shares: Sequence[Share] = ()
    file_ids: Sequence[UUID] = ()
    statement: str | None = None
    raised_by: UUID | None = None
    named_ids: frozenset[UUID] = field(default_factory=frozenset)
    """Others whom it names."""

    @property
    def everybody(self) -> list[UUID]:
        """All staff whom it names."""
        own = {self.target.staff_id} if self.target.staff_id else set()
        return sorted({*own, *(share.staff_id for share in self.shares), *self.named_ids})


def check_shares(shares: Sequence[Share], target: Target, *, may_be_collective: bool) -> None:
    """Raises: SharesInvalidError."""
    if not shares:
        return
    people = {share.staff_id for share in shares}
    main = [share for share in shares if share.is_main]
    is_sound = (
        may_be_collective
        and len(people) == len(shares) >= 2
        and len(main) == 1
        and target.staff_id == main[0].staff_id
        and all(share.percent > 0 for share in shares)
        and sum(share.percent for share in shares) == HUNDRED
    )
    if not is_sound:
        raise SharesInvalidError.at_pointer("/shares")
