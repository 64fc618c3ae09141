"""The callback chapter's section on satisfaction surveys: whom to ask, how many, how, and what is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Limit,
    Named,
    PostCode,
    Promised,
    Refers,
    TagCode,
    Target,
    TierCode,
)
from shared.policy.references import Reference, dangling

QuestionnaireCode = Annotated[Code, Refers("questionnaire")]
DimensionCode = Annotated[Code, Refers("dimension")]
TemplateCode = Annotated[Code, Refers("template")]
LOWEST, HIGHEST = 1, 5
"""Of the scale."""


class Channel(StrEnum):
    """How a sampled customer is asked."""

    CALLBACK = "callback"
    SMS = "sms"
    LINK = "link"
    """Handed over by staff: by mail, at the counter, by the account manager."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    SCALE = "scale"
    OPEN = "open"


class SurveyQuestion(Entry):
    """One question; a scale runs from 1 (very dissatisfied) to 5 (very satisfied)."""

    position: Annotated[int, Field(ge=1)]
    """Questions are asked in this order: a stored revision keeps none of its own."""
    text: str
    kind: QuestionKind = QuestionKind.SCALE
    dimension: DimensionCode | None = None
    is_overall: bool = False
    """Decides whether the customer is satisfied."""

    @model_validator(mode="after")
    def _measures_by_scale(self) -> Self:
        if self.kind is QuestionKind.OPEN and (self.dimension is not None or self.is_overall):
            raise ValueError("开放题不得指定维度（dimension）或总体评价（is_overall）")
        return self


class Questionnaire(Named):
    """The questions of a survey; what differs gets a new version."""

    version: Annotated[int, Field(ge=1)]
    introduction: str
    """Chinese: what the page or the caller says first."""
    thanks: str
    questions: Annotated[dict[Code, SurveyQuestion], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _asks_each_once(self) -> Self:
        if sum(one.is_overall for one in self.questions.values()) != 1:
            raise ValueError("每份问卷须且只有一道总体评价题（is_overall）")
        named = [one.dimension for one in self.questions.values() if one.dimension]
        if len(set(named)) != len(named):
            raise ValueError("同一维度只能有一道题（dimension）")
        if len({one.position for one in self.questions.values()}) != len(self.questions):
            raise ValueError("题目次序（position）不得重复")
        return self

    @property
    def in_order(self) -> list[tuple[str, SurveyQuestion]]:
        """The questions as they are asked."""
        return sorted(self.questions.items(), key=lambda one: one[1].position)

    @property
    def overall(self) -> str:
        """The question that decides."""
        return next(code for code, one in self.questions.items() if one.is_overall)


class TierSurvey(Entry):
    """What differs for one tier; what is not given is the section's."""

    channel: Channel | None = None
    margin_permille: Annotated[int, Field(ge=1, le=500)] | None = None
    least: Annotated[int, Field(ge=0)] | None = None
    target: Target | None = None
    """Share of satisfied customers; none: the tier is reported without a target."""


class AnswerCategory(Named):
    """What an open answer is about; the department that it concerns."""

    department: DepartmentCode | None = None


@dataclass(frozen=True, slots=True)
class TierTerms:
    """What the pack says of one tier."""

    tier: str
    channel: Channel
    margin_permille: int
    least: int
    target_at_least: Decimal | None


class Surveys(Entry):
    """Quarterly satisfaction surveys (客户满意度调查)."""

    seed: Annotated[str, Field(min_length=8, max_length=80)]
    """Published: with it anyone can draw the sample again."""
    questionnaire: QuestionnaireCode
    """The one that is asked."""
    questionnaires: dict[Code, Questionnaire]
    dimensions: dict[Code, Named]
    categories: Annotated[dict[Code, AnswerCategory], Field(min_length=1)]
    confidence: Annotated[int, Field(ge=80, le=99)]
    """Percent."""
    margin_permille: Annotated[int, Field(ge=1, le=500)]
    """Half the width of the interval that the sample's size is meant to give: 50 = 5 percentage points."""
    least: Annotated[int, Field(ge=0)]
    """Customers asked in a tier at least, as far as it has so many."""
    satisfied_from: Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
    """The lowest score of the overall question that counts as satisfied."""
    least_answers: Annotated[int, Field(ge=1)]
    """Fewer rated answers in a tier are shown as too few to judge by."""
    channel: Channel
    tiers: dict[TierCode, TierSurvey] = Field(default_factory=dict)
    excluded_tags: tuple[TagCode, ...] = ()
    """Customers with these tags are not asked."""
    validity: Limit
    """Of an invitation, from the day on which it went out."""
    remind_after: Limit | None = None
    """Without an answer the customer is reminded once."""
    earliest_close: Limit
    """A survey in the field is not closed before, unless everybody has answered."""
    lease_minutes: Annotated[int, Field(ge=1, le=240)]
    """For how long a customer is one caller's."""
    callers: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who asks by telephone."""
    calling_department: DepartmentCode
    department: DepartmentCode
    """Which plans the survey."""
    opened_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who releases it into the field: never the person who froze the frame."""
    opens: Promised
    """From the draft to the first invitations."""
    closes: Promised
    """From the first invitations to the frozen result."""
    invitation_template: TemplateCode
    """Text of the SMS, with `{link}`."""
    reminder_template: TemplateCode
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _can_be_fielded(self) -> Self:
        if self.validity.budget is None or self.earliest_close.budget is None:
            raise ValueError("邀请有效期（validity）与最早结束（earliest_close）须有期限")
        if any(one.target is not None and one.target.at_least is None for one in self.tiers.values()):
            raise ValueError("满意率目标须为下限（at_least）")
        return self

    def terms(self, tier: str) -> TierTerms:
        """What governs a tier."""
        own = self.tiers.get(tier, TierSurvey())
        return TierTerms(
            tier=tier,
            channel=own.channel or self.channel,
            margin_permille=own.margin_permille or self.margin_permille,
            least=self.least if own.least is None else own.least,
            target_at_least=own.target.at_least if own.target else None,
        )

    def dangling(self, templates: Mapping[str, object]) -> list[Reference]:
        """Questionnaires, dimensions and texts that are named and not defined."""
        known: Mapping[str, Mapping[str, object]] = {
            "questionnaire": self.questionnaires,
            "dimension": self.dimensions,
            "template": templates,
        }
        return dangling(self, known)
