"""How tiers are proposed, reviewed again and kept, and what a single customer's plan may be: pack data."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_tiering import FactCode
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Limit,
    Named,
    PostCode,
    Promised,
    TierCode,
)


class TierCause(Named):
    """An event of business after which a customer is judged anew: its facts changed."""

    facts: Annotated[tuple[FactCode, ...], Field(min_length=1)]


class TierProposing(Entry):
    """Who proposes a tier besides a run of the rules, and by when it is decided."""

    departments: tuple[DepartmentCode, ...] = ()
    """Departments that may propose where no rule names its own; empty: any."""
    needs_rule: bool = False
    """Each proposal of a department names a rule whose condition holds; otherwise the reason is enough."""
    causes: dict[Code, TierCause] = Field(default_factory=dict)
    """By cause; a change of other facts is told as `facts_changed`."""
    decided_within: Limit
    """From the proposal to the decision of a single one; runs are confirmed as a whole."""
    warn_at: tuple[int, ...] = (50, 75, 90)
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False

    @property
    def promised(self) -> Promised:
        """The limit of the review, as a promise."""
        return Promised(limit=self.decided_within, warn_at=self.warn_at, ladder=self.ladder, clause=self.clause)

    def cause_of(self, changed: set[str]) -> str:
        """The first cause, in the pack's order, whose facts changed."""
        return next((code for code, cause in self.causes.items() if changed & set(cause.facts)), "facts_changed")


class TierTerm(Entry):
    """How long a confirmed tier stands before it is reviewed anew."""

    review_months: Annotated[int, Field(ge=1, le=120)]
    tiers: tuple[TierCode, ...] = ()
    """Tiers that are reviewed; empty: every one but the default."""
    holds_months: Annotated[int, Field(ge=0, le=120)]
    """How long a department's confirmed proposal stands against a run that would lower it; 0: not at all."""
    expires_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """Without a review a tier falls back to what the rules say after so long; none: it stands until reviewed."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _expires_last(self) -> Self:
        if self.expires_months is not None and self.expires_months <= self.review_months:
            raise ValueError("到期回落须晚于复审周期")
        return self


class SalesFigures(Entry):
    """Yearly figures behind shares of annual sales."""

    sales_fact: FactCode
    purchases_fact: FactCode
    profit_fact: FactCode
    clause: ClauseCode


class PlanMetric(Named):
    """A metric of complaints that a plan may promise more strictly."""


class ServicePlans(Entry):
    """Individual service plans (个性化服务方案): for the tiers whose strategy has them."""

    proposed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    approved_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Any one of them, never who proposed it."""
    longest_months: Annotated[int, Field(ge=1, le=120)]
    review_months: Annotated[int, Field(ge=1, le=120)]
    complaint_metrics: dict[Code, PlanMetric] = Field(default_factory=dict)
    approval: Promised
    review: Promised
    clause: ClauseCode
    is_open_setting: bool = False
