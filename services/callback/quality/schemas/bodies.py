"""What callers send."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.callback.quality.rules.cards import Score
from services.callback.quality.rules.states import Outcome
from services.callback.quality.service.reviewing import Form
from shared.http.base_model import ApiModel, Code, LongText, ShortText

Recording = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/-]{1,120}$")]


class CallReviewScore(ApiModel):
    """One line of the card: points, or for a fatal one whether it failed; neither = it does not apply."""

    points: Annotated[int, Field(ge=0, le=100)] | None = None
    is_failed: bool | None = None
    note: ShortText | None = None


Scores = Annotated[dict[Code, CallReviewScore], Field(max_length=50)]


class CallReviewContact(ApiModel):
    """What the number is for."""

    purpose: Literal["call_review"]


class CallReviewForm(ApiModel):
    """What a reviewer found."""

    scores: Scores = Field(default_factory=dict)
    """By criterion of the card."""
    recording: Recording | None = None
    """Where the recording lies, of a second listening; never a number of a telephone."""
    outcome: Outcome | None = None
    """What the customer says, of a re-call."""
    reasons: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    """In what the customer contradicts, codes of the pack."""
    note: LongText | None = None

    def form(self) -> Form:
        """Without its form."""
        return Form(
            scores=plain(self.scores),
            recording=self.recording,
            outcome=self.outcome,
            reasons=tuple(dict.fromkeys(self.reasons)),
            note=self.note,
        )


class CallReviewAgreement(ApiModel):
    """The score on which the head and both reviewers agree."""

    scores: Scores
    reason: LongText


class CallReviewReason(ApiModel):
    """Why."""

    reason: LongText


class CallReviewDecision(ApiModel):
    """The score is kept, or amended by a whole card."""

    decision: Literal["kept", "amended"]
    reason: LongText
    scores: Scores = Field(default_factory=dict)


def plain(scores: dict[Code, CallReviewScore]) -> dict[str, Score]:
    """Without their form."""
    return {code: Score(one.points, one.is_failed, one.note) for code, one in scores.items()}
