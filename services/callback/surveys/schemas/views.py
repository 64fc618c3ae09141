"""Surveys, their strata, frame and invitations, as they are shown."""

from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime

from services.callback.policy_surveys import Channel, QuestionKind, Questionnaire
from services.callback.surveys.models import SurveyStratumRow
from services.callback.surveys.rules.states import InvitationState, SurveyState
from services.callback.surveys.service.inviting import HandedLink
from services.callback.surveys.service.reading import Shown
from shared.http.base_model import ApiModel
from shared.http.page import Page


class Survey(ApiModel):
    """One survey."""

    id: UUID
    company: str
    number: str
    period: str
    questionnaire: str
    questionnaire_version: int
    state: SurveyState
    seed: str
    """With it and the frame the sample can be drawn again."""
    confidence: int
    """Percent."""
    department: str
    drafted_by: UUID | None
    """Null: by the quarterly job."""
    drafted_at: AwareDatetime
    framed_by: UUID | None
    framed_at: AwareDatetime | None
    opened_by: UUID | None
    opened_at: AwareDatetime | None
    closed_by: UUID | None
    closed_at: AwareDatetime | None
    withdrawn_by: UUID | None
    withdrawn_at: AwareDatetime | None
    reason: str | None
    policy_pack: str
    policy_version: str
    version: int


class SurveyPage(Page[Survey]):
    """One page of surveys, newest first."""


class SurveyQuestionView(ApiModel):
    """One question; a scale runs from 1 (very dissatisfied) to 5 (very satisfied)."""

    code: str
    text: str
    kind: QuestionKind
    dimension: str | None
    is_overall: bool


class SurveyQuestionnaire(ApiModel):
    """The questions in the version that the survey asks."""

    name: str
    version: int
    introduction: str
    thanks: str
    questions: list[SurveyQuestionView]

    @classmethod
    def of(cls, questionnaire: Questionnaire) -> "SurveyQuestionnaire":
        """As the pack says."""
        questions = [
            SurveyQuestionView(
                code=code, text=one.text, kind=one.kind, dimension=one.dimension, is_overall=one.is_overall
            )
            for code, one in questionnaire.in_order
        ]
        return cls(
            name=questionnaire.name,
            version=questionnaire.version,
            introduction=questionnaire.introduction,
            thanks=questionnaire.thanks,
            questions=questions,
        )


class SurveyStratum(ApiModel):
    """One tier: how many customers it has, how many are asked, and how."""

    tier: str
    name: str
    """In the draw."""
    channel: Channel
    margin_percent: float
    """Half the width of the interval that the sample's size is meant to give, in percentage points."""
    population: int
    sampled: int
    target_at_least: float | None
    """Percent; null = none is set."""

    @classmethod
    def of(cls, row: SurveyStratumRow) -> "SurveyStratum":
        """As stored."""
        return cls(
            tier=row.tier,
            name=row.name,
            channel=Channel(row.channel),
            margin_percent=row.margin_permille / 10,
            population=row.population,
            sampled=row.sampled,
            target_at_least=_float(row.target_at_least),
        )


class SurveyDetail(Survey):
    """A survey with its strata and questions."""

    strata: list[SurveyStratum]
    questions: SurveyQuestionnaire

    @classmethod
    def shown(cls, shown: Shown) -> "SurveyDetail":
        """As read."""
        survey = Survey.model_validate(shown.row).model_dump()
        return cls(
            **survey,
            strata=[SurveyStratum.of(row) for row in shown.strata],
            questions=SurveyQuestionnaire.of(shown.questionnaire),
        )


class FrameCustomer(ApiModel):
    """One customer of the frame; the lowest positions are the sample."""

    position: int
    customer_id: UUID
    is_sampled: bool


class FramePage(Page[FrameCustomer]):
    """One page of a stratum, in the order of the draw."""


class SurveyInvitation(ApiModel):
    """One sampled customer."""

    id: UUID
    survey_id: UUID
    tier: str
    customer_id: UUID
    channel: Channel
    state: InvitationState
    expires_at: AwareDatetime | None
    """Of the link."""
    invited_at: AwareDatetime | None
    reminded_at: AwareDatetime | None
    message_id: UUID | None
    owner_id: UUID | None
    lease_until: AwareDatetime | None
    ended_at: AwareDatetime | None
    version: int


class SurveyInvitationPage(Page[SurveyInvitation]):
    """One page of invitations."""


class SurveyLink(ApiModel):
    """A link for one customer; it is not stored and not shown again."""

    invitation_id: UUID
    link: str
    expires_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, handed: HandedLink) -> "SurveyLink":
        """As made."""
        row = handed.row
        return cls(invitation_id=row.id, link=handed.link, expires_at=row.expires_at, version=row.version)


class SurveyThanks(ApiModel):
    """What a customer hears after answering."""

    period: str
    thanks: str


class SurveyGrant(ApiModel):
    """How to reach the customer: a grant that the customer service redeems, once, within a minute."""

    grant: str
    customer_id: UUID
    field: str


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
