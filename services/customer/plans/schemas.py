"""Bodies of service plans."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.plans.models import ServicePlanRow
from services.customer.plans.rules import PlanState, PlanTerm, TermChapter
from services.customer.plans.service.proposing import PlanAsk
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page
from shared.policy.commitments import LimitUnit


class ServicePlanTerm(ApiModel):
    """One promise of the plan, nowhere below the tier's."""

    chapter: TermChapter = TermChapter.CUSTOMER
    work: Code | None = None
    """Kind of service order; null for complaints."""
    metric: Code
    budget: Annotated[int, Field(ge=1, le=525_600)]
    """Minutes for natural and business time, days for working_day and calendar_day."""
    unit: LimitUnit = LimitUnit.NATURAL
    calendar: Code = "natural"

    def term(self) -> PlanTerm:
        """Without its form."""
        return PlanTerm(self.chapter, self.metric, self.budget, self.unit, self.calendar, self.work)


class ServicePlanCreate(ApiModel):
    """A plan to propose."""

    customer_id: UUID
    title: ShortText
    need: LongText
    from_on: date
    until_on: date
    """Both days are included."""
    terms: Annotated[list[ServicePlanTerm], Field(min_length=1, max_length=50)]

    def ask(self) -> PlanAsk:
        """Without its form."""
        terms = tuple(term.term() for term in self.terms)
        return PlanAsk(self.customer_id, self.title, self.need, self.from_on, self.until_on, terms)


class ServicePlanDecide(ApiModel):
    """The approving post's word."""

    decision: Literal["approve", "reject"]
    reason: LongText | None = None
    """Required to reject."""


class ServicePlanReview(ApiModel):
    """What the review came to."""

    result: Literal["keep", "end"]
    note: LongText


class ServicePlanEnd(ApiModel):
    """Why the plan ends before its last day."""

    reason: LongText


class ServicePlan(ApiModel):
    """One plan of one customer."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    state: PlanState
    title: str
    need: str
    tier: str
    """The customer's tier when it was proposed."""
    from_on: date
    until_on: date
    terms: list[ServicePlanTerm]
    proposed_by: UUID
    proposed_at: AwareDatetime
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    review_due_on: date | None
    """Null while a review is under way, and where the plan ends before one is due."""
    reviewed_by: UUID | None
    reviewed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: str | None
    posts: list[str]
    """Who decides."""
    policy_version: str
    version: int

    @classmethod
    def of(cls, row: ServicePlanRow) -> Self:
        """From what is stored."""
        return cls.model_validate(row)


class ServicePlanPage(Page[ServicePlan]):
    """One page of plans, newest first."""
