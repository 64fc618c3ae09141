"""What callers get: no name, no number, and the customer's words only through their own door."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime
from typing_extensions import override

from services.callback.calls.rules.states import CallbackState, ConsequenceKind, Result
from services.callback.calls.service.reading import Followed, Shown
from services.callback.policy_calls import AnswerKind, Script
from shared.http.base_model import ApiModel
from shared.http.page import Page


class Callback(ApiModel):
    """One callback."""

    id: UUID
    company: str
    number: str
    business: str
    tier: str
    subject_type: str
    subject_id: UUID
    subject_number: str | None
    work: str | None
    cycle: int | None
    customer_id: UUID
    state: CallbackState
    queue: str
    is_in_person: bool
    posts: list[str]
    department: str | None
    owner_id: UUID | None
    """Who holds it, or called."""
    script: str
    script_version: int
    occurred_at: AwareDatetime
    """When the work was done."""
    earliest_at: AwareDatetime
    latest_at: AwareDatetime
    ready_at: AwareDatetime
    """Not to be called before."""
    lease_until: AwareDatetime | None
    attempts: int
    """Calls that nobody answered."""
    outcome: str | None
    score: int | None
    is_satisfied: bool | None
    """Null = not asked or not answered: counted apart."""
    reasons: list[str]
    completed_by: UUID | None
    completed_at: AwareDatetime | None
    drawn_at: AwareDatetime
    matter_id: UUID | None
    policy_pack: str
    policy_version: str
    version: int


class CallbackAttempt(ApiModel):
    """One call."""

    position: int
    staff_id: UUID
    result: Result
    called_at: AwareDatetime
    recorded_at: AwareDatetime
    call_again_at: AwareDatetime | None


class CallbackAnswer(ApiModel):
    """One answer; a text is read through the words."""

    question: str
    kind: AnswerKind
    choice: str | None
    score: int | None
    is_yes: bool | None
    is_unsatisfied: bool


class CallbackConsequence(ApiModel):
    """What followed; `linked` once its owner's fact came back."""

    id: UUID
    kind: ConsequenceKind
    state: str
    event_id: UUID | None
    need: str | None
    praised_staff_ids: list[UUID]
    target_type: str | None
    target_id: UUID | None
    target_number: str | None
    target_state: str | None
    """How it stands, in its owner's own word; null where its owner has not answered."""
    department: str | None
    raised_at: AwareDatetime
    linked_at: AwareDatetime | None

    @classmethod
    def of(cls, one: Followed) -> Self:
        """The view of one."""
        return cls.model_validate(one.row).model_copy(update={"target_state": one.target_state})


class FollowedCallback(CallbackConsequence):
    """What followed, and from which callback."""

    callback_id: UUID
    callback_number: str
    business: str
    tier: str
    subject_type: str
    subject_id: UUID
    customer_id: UUID

    @classmethod
    @override
    def of(cls, one: Followed) -> Self:
        """The view of both."""
        callback = one.callback
        return cls(
            **CallbackConsequence.of(one).model_dump(),
            callback_id=callback.id,
            callback_number=callback.number,
            business=callback.business,
            tier=callback.tier,
            subject_type=callback.subject_type,
            subject_id=callback.subject_id,
            customer_id=callback.customer_id,
        )


class FollowedCallbackPage(Page[FollowedCallback]):
    """One page of what followed, newest first."""


class CallbackDetail(Callback):
    """One callback with its calls, answers and consequences."""

    calls: list[CallbackAttempt]
    answers: list[CallbackAnswer]
    consequences: list[CallbackConsequence]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """The view of what belongs together."""
        return cls(
            **Callback.model_validate(shown.row).model_dump(),
            calls=[CallbackAttempt.model_validate(one) for one in shown.attempts],
            answers=[CallbackAnswer.model_validate(one) for one in shown.answers],
            consequences=[CallbackConsequence.of(one) for one in shown.consequences],
        )


class CallbackPage(Page[Callback]):
    """One page, by the end of the windows."""


class CallbackGrant(ApiModel):
    """To be presented to `/v1/customers/{id}/reveal` within a minute."""

    grant: str
    customer_id: UUID
    field: str


class CallbackWords(ApiModel):
    """What the customer said, as the caller wrote it down."""

    callback_id: UUID
    words: str | None
    answers: dict[str, str]
    """Answers in words, by question."""
    consequences: dict[str, str]
    """Words of a suggestion, a praise, a need, by kind."""


class ScriptQuestion(ApiModel):
    """One question, as it is asked."""

    code: str
    text: str
    kind: AnswerKind
    choices: dict[str, str]
    is_required: bool
    is_overall: bool


class CallbackScript(ApiModel):
    """The questions of a callback, in the version that it was drawn with."""

    code: str
    version: int
    name: str
    opening: str
    questions: list[ScriptQuestion]

    @classmethod
    def of(cls, code: str, script: Script) -> Self:
        """The view of the pack's script."""
        questions = [
            ScriptQuestion(
                code=name,
                text=one.text,
                kind=one.kind,
                choices=dict(one.choices),
                is_required=one.is_required,
                is_overall=one.is_overall,
            )
            for name, one in script.asked
        ]
        return cls(code=code, version=script.version, name=script.name, opening=script.opening, questions=questions)


class CallbackStratum(ApiModel):
    """One stratum of the draw, with all that is needed to run it again."""

    id: UUID
    company: str
    name: str
    """Enters u."""
    business: str
    tier: str
    policy_pack: str
    policy_version: str
    seed: str
    numerator: int
    denominator: int
    u_numerator: str
    """u × 2⁶⁴, the first eight bytes of SHA-256 over seed, newline and name; decimal digits."""
    seen: int
    drawn: int


class CallbackStrata(ApiModel):
    """The strata of the caller's companies."""

    items: list[CallbackStratum]


class CallbackDraw(ApiModel):
    """One event with its number."""

    position: int
    subject_type: str
    subject_id: UUID
    occasion: str
    event_id: UUID | None
    occurred_at: AwareDatetime
    drawn_at: AwareDatetime
    is_drawn: bool
    callback_id: UUID | None


class CallbackDrawPage(Page[CallbackDraw]):
    """One page of a stratum, in the order of the numbers."""
