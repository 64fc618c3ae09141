"""What callers send."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.callback.policy_surveys import HIGHEST, LOWEST
from services.callback.surveys.rules.replies import Reply
from services.callback.surveys.service.answering import Told
from shared.http.base_model import ApiModel, Code, LongText


class SurveyCreate(ApiModel):
    """The quarter that is surveyed; without one the current."""

    period: Annotated[str, StringConstraints(pattern=r"^\d{4}-Q[1-4]$")] | None = None


class SurveyWithdraw(ApiModel):
    """Why the survey is given up."""

    reason: LongText


class SurveyContact(ApiModel):
    """What the number is for."""

    purpose: Literal["survey"]


class SurveyReply(ApiModel):
    """One answer: a score to a scale, words to an open question; null = unanswered."""

    score: Annotated[int, Field(ge=LOWEST, le=HIGHEST)] | None = None
    text: LongText | None = None


class SurveyReplies(ApiModel):
    """What a customer says."""

    answers: Annotated[dict[Code, SurveyReply], Field(max_length=50)] = Field(default_factory=dict)
    """By question of the questionnaire; a question that is left out is unanswered."""
    is_declined: bool = False
    """The customer does not want to be surveyed, now or later; `answers` are not looked at."""

    def told(self) -> Told:
        """Without its form."""
        replies = {code: Reply(one.score, one.text) for code, one in self.answers.items()}
        return Told(replies, self.is_declined)


class AnswerCoding(ApiModel):
    """What an open answer is about, codes of the pack."""

    categories: Annotated[list[Code], Field(min_length=1, max_length=10)]
