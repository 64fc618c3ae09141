"""Facts about satisfaction surveys: ids, codes, counts and times; never what a customer said."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class SurveyFact(EventPayload):
    """What every fact about a survey says of it."""

    survey_id: UUID
    number: str
    period: str
    """The quarter, such as `2026-Q4`."""
    questionnaire: str
    questionnaire_version: int
    state: str
    occurred_at: datetime


class SurveyTierSample(BaseModel):
    """How many customers of a tier are asked, of how many."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    tier: str
    population: int
    sampled: int
    channel: str
    """callback, sms or link."""


class SurveyTierResult(BaseModel):
    """The frozen result of one tier; shares are numerator and denominator."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    tier: str
    population: int
    sampled: int
    responded: int
    """Of `sampled`: the response rate."""
    satisfied: int
    rated: int
    """Who answered the overall question: the denominator of `satisfied`."""
    unanswered: int
    """Of `sampled`: who did not answer the overall question; neither satisfied nor not."""
    lower_percent: float | None = None
    """Of the confidence interval; null where nobody answered."""
    upper_percent: float | None = None
    target_at_least: float | None = None
    """Percent; null = none is set."""
    is_target_met: bool | None = None


class SurveyOpened(SurveyFact):
    """The survey went into the field: its sample is invited."""

    TYPE: ClassVar[str] = "callback.survey_opened"

    strata: list[SurveyTierSample] = Field(default_factory=list)


class SurveyClosed(SurveyFact):
    """The survey ended; its results are frozen."""

    TYPE: ClassVar[str] = "callback.survey_closed"

    confidence: int
    """Percent, of the intervals."""
    results: list[SurveyTierResult] = Field(default_factory=list)


class SurveyInvitationFact(EventPayload):
    """What every fact about an invitation says of it; the envelope's subject is the invitation."""

    survey_id: UUID
    invitation_id: UUID
    customer_id: UUID
    tier: str
    channel: str
    """callback, sms or link."""
    occurred_at: datetime


class SurveyInvited(SurveyInvitationFact):
    """A sampled customer was invited, or reminded."""

    TYPE: ClassVar[str] = "callback.survey_invited"

    is_reminder: bool = False


class SurveyAnswered(SurveyInvitationFact):
    """The customer answered; what was answered stays with the survey."""

    TYPE: ClassVar[str] = "callback.survey_answered"

    is_satisfied: bool | None = None
    """Null: the overall question was left unanswered."""
    recorded_by: UUID | None = None
    """Who took the answer down; null: the customer's own hand."""


EVENTS: tuple[type[EventPayload], ...] = (SurveyOpened, SurveyClosed, SurveyInvited, SurveyAnswered)
"""Everything in this file that crosses the bus."""
