"""Facts about service plans of single customers: what is promised more strictly, in codes and minutes, from when on."""

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class ServicePlanTerm(BaseModel):
    """One promise of a plan; it counts beside the tier's, and the earlier deadline governs."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    chapter: Annotated[str, Field(examples=["customer"])]
    """customer: of service orders, by work and metric; complaint: of complaints, by metric."""
    work: str | None = None
    metric: str
    budget: Annotated[int, Field(ge=1)]
    """Minutes for natural and business time, days for working_day and calendar_day."""
    unit: Annotated[str, Field(examples=["natural"])]
    calendar: Annotated[str, Field(examples=["natural"])]


class ServicePlanFact(EventPayload):
    """What every fact says of one plan, so that a projection may be born from any of them."""

    plan_id: UUID
    number: str
    customer_id: UUID
    tier: str
    """The customer's tier when the plan was proposed."""
    state: str
    from_on: date
    until_on: date
    """Both days are included, in the company's civil time."""
    terms: list[ServicePlanTerm]
    occurred_at: datetime


class CustomerPlanApproved(ServicePlanFact):
    """The plan was reviewed and approved; it counts for what begins from `from_at` on and before `until_at`."""

    TYPE: ClassVar[str] = "customer.plan_approved"

    from_at: datetime
    until_at: datetime


class CustomerPlanEnded(ServicePlanFact):
    """The plan counts for nothing that begins later: the tier's promises are in force alone."""

    TYPE: ClassVar[str] = "customer.plan_ended"

    ended_at: datetime
    reason: str
    """by_decision, by_review, expired or tier_lost."""


EVENTS: tuple[type[EventPayload], ...] = (CustomerPlanApproved, CustomerPlanEnded)
"""Everything in this file that crosses the bus."""
