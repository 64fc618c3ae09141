"""Kinds of service orders and what is promised of them: pack data of the customer chapter (domain.md 2.2, 3, 4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.policy.commitments import ClauseCode, Code, DepartmentCode, Named, PostCode, Promised, Refers, TierCode

WorkCode = Annotated[Code, Refers("work")]


class OrderMetric(StrEnum):
    """What a promise of a service order is about."""

    RESPONSE = "response"
    """The customer is answered and an appointment is made."""
    ARRIVAL = "arrival"
    """On site."""
    COMPLETION = "completion"
    SOLUTION = "solution"
    """A solution and a time limit are named."""
    SOLUTION_DUE = "solution_due"
    """The limit that was named."""
    ATTENDANCE = "attendance"
    """Leaders are at the scene."""


class OrderStart(StrEnum):
    """The moment from which a promise runs."""

    RECEIPT = "receipt"
    READY = "ready"
    """The site is ready: installable."""
    DEPARTMENT_ORDER = "department_order"
    """The market department's order to turn the gas on."""
    IMPEDIMENT = "impediment"
    """Meter or technique prevents the work."""
    ALARM = "alarm"
    SOLUTION_NAMED = "solution_named"
    PERIOD = "period"
    """The start of a period; see `every_months`."""


class DeadlineSource(StrEnum):
    """Who gives a deadline that the pack cannot know."""

    CONTRACT = "contract"
    SOLUTION = "solution"
    """The limit that was named to the customer."""
    PERIOD_END = "period_end"
    """The end of the period; see `every_months`."""


class Work(Named):
    """A kind of service order."""

    department: DepartmentCode
    performed_by: tuple[PostCode, ...] = ()
    needs_entry: bool = False
    """The home is entered; repeated entries are counted."""
    is_emergency: bool = False
    standard: str | None = None
    clause: ClauseCode | None = None


class OrderCommitment(Promised):
    """One promise for kinds of work and the customers that it is given to; the most specific one governs."""

    works: Annotated[tuple[WorkCode, ...], Field(min_length=1)]
    metric: OrderMetric
    start: OrderStart = OrderStart.RECEIPT
    tiers: tuple[TierCode, ...] = ()
    parties: tuple[Code, ...] = ()
    places: tuple[Code, ...] = ()
    """indoor, courtyard …: where the work is; empty = anywhere."""
    is_standard: bool = False
    """Counts only where no promise of a tier is set."""
    is_appointment_instead: bool = False
    """An appointment of the customer's replaces the limit."""
    deadline_from: DeadlineSource | None = None
    """The limit's end is given with the order; the budget is then empty."""
    every_months: Annotated[int, Field(ge=1)] | None = None
    performed_by: tuple[PostCode, ...] = ()
    """Who must do it."""
    led_by: tuple[PostCode, ...] = ()
    """Who must lead it or be at the scene."""
    arranged_by: PostCode | None = None
    done: tuple[str, ...] = ()
    """What must be done by then, in Chinese."""


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What decides on an order's promises."""

    work: str
    tier: str
    party: str | None = None
    place: str | None = None
