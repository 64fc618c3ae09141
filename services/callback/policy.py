"""The callback chapter of a policy pack, typed: one field per section, each in a file of its own."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from services.callback.policy_calls import Calls
from services.callback.policy_care import Care
from services.callback.policy_entitlements import Entitlements
from services.callback.policy_messages import Messages
from services.callback.policy_quality import Quality
from services.callback.policy_supervision import Supervision
from services.callback.policy_surveys import Surveys
from shared.policy.commitments import Code, IndicatorRule
from shared.policy.governing import PromisingChapter
from shared.policy.model import ApprovalState
from shared.policy.references import dangling

CHAPTER = "callback"


class CallbackChapter(PromisingChapter):
    """Callbacks, surveys, visits and care, quality of calls (domain.md 2.8); in force by the director's approval."""

    takes_effect_at: Literal[ApprovalState.FILED, ApprovalState.APPROVED_BY_DIRECTOR] = (
        ApprovalState.APPROVED_BY_DIRECTOR
    )
    calls: Calls
    messages: Messages
    care: Care
    entitlements: Entitlements
    surveys: Surveys
    quality: Quality
    supervision: Supervision
    indicators: dict[Code, IndicatorRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _defines_what_it_names(self) -> Self:
        known: dict[str, Iterable[str]] = {"ladder": self.ladders, "pause": self.pauses}
        known_care = self.care.dangling(self.messages.templates, self.messages.purposes)
        missing = [
            *dangling(self, known),
            *self.calls.dangling(),
            *self.messages.dangling(),
            *known_care,
            *self.entitlements.dangling(),
            *self.surveys.dangling(self.messages.templates),
            *self.quality.dangling(),
        ]
        if missing:
            raise ValueError("；".join(f"{one.path} 的 {one.code} 未定义" for one in missing))
        return self
