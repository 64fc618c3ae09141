"""States of a service plan, its terms, and which of two limits is the stricter: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.customer.plans.errors import PlanStepNotAllowedError
from shared.policy.commitments import Limit, LimitUnit

DAY = 24 * 60


class PlanState(StrEnum):
    """Where a plan stands; an approved one is in force between its dates."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    EXPIRED = "expired"


class PlanAct(StrEnum):
    """What is done to a plan."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CONTINUE = "continue"
    """The review keeps it."""
    END = "end"
    EXPIRE = "expire"


class EndReason(StrEnum):
    """Why a plan ended."""

    BY_DECISION = "by_decision"
    BY_REVIEW = "by_review"
    EXPIRED = "expired"
    TIER_LOST = "tier_lost"
    """The customer's tier has no individual plans."""


class TermChapter(StrEnum):
    """Whose promise a term overrides."""

    CUSTOMER = "customer"
    """Of service orders: by work and metric."""
    COMPLAINT = "complaint"
    """Of complaints: by metric."""


S = PlanState
_STEPS: Mapping[PlanAct, tuple[PlanState, PlanState]] = {
    PlanAct.APPROVE: (S.PROPOSED, S.APPROVED),
    PlanAct.REJECT: (S.PROPOSED, S.REJECTED),
    PlanAct.WITHDRAW: (S.PROPOSED, S.WITHDRAWN),
    PlanAct.CONTINUE: (S.APPROVED, S.APPROVED),
    PlanAct.END: (S.APPROVED, S.ENDED),
    PlanAct.EXPIRE: (S.APPROVED, S.EXPIRED),
}


def check(act: PlanAct, state: PlanState) -> PlanState:
    """The state after the act.  Raises: PlanStepNotAllowedError."""
    before, after = _STEPS[act]
    if state is not before:
        raise PlanStepNotAllowedError.of(act.value, state.value)
    return after


@dataclass(frozen=True, slots=True)
class PlanTerm:
    """One promise of a plan: a limit for a metric; `budget` is in minutes (natural, business) or days."""

    chapter: TermChapter
    metric: str
    budget: int
    unit: LimitUnit = LimitUnit.NATURAL
    calendar: str = "natural"
    work: str | None = None
    """Null for complaints."""

    @property
    def limit(self) -> Limit:
        """As a pack says it."""
        return Limit(budget=self.budget, unit=self.unit, calendar=self.calendar)

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What the term is about; a plan has one term for it."""
        return self.chapter.value, self.work, self.metric

    def to_json(self) -> dict[str, Any]:
        """As stored, and as told in events."""
        return {
            "chapter": self.chapter.value,
            "work": self.work,
            "metric": self.metric,
            "budget": self.budget,
            "unit": self.unit.value,
            "calendar": self.calendar,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PlanTerm":
        """From what is stored."""
        return cls(**{**value, "chapter": TermChapter(value["chapter"]), "unit": LimitUnit(value["unit"])})


def is_not_below(plan: Limit, tier: Limit) -> bool:
    """Whether the plan's limit never ends after the tier's, wherever in the week the work is received.

    Alike units on the same calendar are compared as numbers; else the plan's longest must not exceed the tier's
    shortest time.  A promise without a limit is always bettered by one with a limit.
    """
    if tier.budget is None:
        return True
    if plan.budget is None:
        return False
    if (plan.unit, plan.calendar) == (tier.unit, tier.calendar):
        return plan.budget <= tier.budget
    longest, shortest = _longest(plan), _shortest(tier)
    return longest is not None and longest <= shortest


def _longest(limit: Limit) -> int | None:
    """Natural minutes that the limit can last at most; None where holidays stretch it without bound."""
    budget = limit.budget or 0
    if limit.unit is LimitUnit.NATURAL:
        return budget
    return (budget + 1) * DAY if limit.unit is LimitUnit.CALENDAR_DAY else None


def _shortest(limit: Limit) -> int:
    """Natural minutes that the limit lasts at least: a dated one may begin at the end of its first day."""
    budget = limit.budget or 0
    if limit.unit in (LimitUnit.NATURAL, LimitUnit.BUSINESS):
        return budget
    if limit.unit is LimitUnit.CALENDAR_DAY:
        return budget * DAY
    return max(budget - 1, 0) * DAY
