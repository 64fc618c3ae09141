"""What callers send."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.calls.rules import reports
from services.callback.calls.rules.scripts import Reply
from services.callback.calls.rules.states import Result
from shared.http.base_model import ApiModel, Code, LongText


class CallbackClaimNext(ApiModel):
    """From which work list; without one from all of the caller's."""

    queue: Code | None = None


class CallbackContact(ApiModel):
    """What the number is for."""

    purpose: Literal["callback"]


class CallbackReply(ApiModel):
    """One answer; exactly one part, as the question's kind asks."""

    choice: Code | None = None
    score: int | None = None
    is_yes: bool | None = None
    text: LongText | None = None


class CallbackSuggestion(ApiModel):
    """What the customer suggests."""

    words: LongText
    department: Code | None = None
    """Which shall answer; without one that of the business."""


class CallbackPraise(ApiModel):
    """Whom the customer praises; nobody and no department named = who did the work."""

    words: LongText | None = None
    staff_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    department: Code | None = None
    """A whole department."""


class CallbackNeed(ApiModel):
    """What the customer needs besides."""

    need: Code
    words: LongText | None = None


class CallbackReport(ApiModel):
    """What one call came to."""

    result: Result
    called_at: AwareDatetime | None = None
    """Without it now."""
    call_again_at: AwareDatetime | None = None
    answers: Annotated[dict[Code, CallbackReply], Field(max_length=50)] = Field(default_factory=dict)
    """By question of the script."""
    reasons: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    """Why the customer is not satisfied, codes of the pack."""
    words: LongText | None = None
    """What the customer said of it."""
    suggestion: CallbackSuggestion | None = None
    praise: CallbackPraise | None = None
    need: CallbackNeed | None = None

    def report(self, now: AwareDatetime) -> reports.Report:
        """Without its form."""
        suggestion, praise, need = self.suggestion, self.praise, self.need
        return reports.Report(
            result=self.result,
            called_at=self.called_at or now,
            call_again_at=self.call_again_at,
            replies={code: Reply(one.choice, one.score, one.is_yes, one.text) for code, one in self.answers.items()},
            reasons=tuple(dict.fromkeys(self.reasons)),
            words=self.words,
            suggestion=reports.Suggestion(suggestion.words, suggestion.department) if suggestion else None,
            praise=reports.Praise(praise.words, tuple(praise.staff_ids), praise.department) if praise else None,
            need=reports.FoundNeed(need.need, need.words) if need else None,
        )
