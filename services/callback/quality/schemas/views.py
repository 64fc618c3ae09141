"""What callers get: no name and no number; what one of two reviewers gave stays sealed until both are settled."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.policy_quality import Card, ReviewMode
from services.callback.quality.models import CallReviewRow
from services.callback.quality.rules.states import (
    CalibrationState,
    Cause,
    DisputeState,
    FalsificationState,
    Outcome,
    ReviewState,
)
from services.callback.quality.service.reading import MonthScore, Shown
from shared.http.base_model import ApiModel
from shared.http.page import Page


class CallReview(ApiModel):
    """One review of one call."""

    id: UUID
    company: str
    number: str
    callback_id: UUID
    callback_number: str
    customer_id: UUID
    tier: str
    business: str
    caller_id: UUID
    completed_at: AwareDatetime
    month: str
    mode: ReviewMode
    seat: int
    """2 = the second of two who review independently."""
    state: ReviewState
    posts: list[str]
    owner_id: UUID | None
    lease_until: AwareDatetime | None
    ready_at: AwareDatetime
    attempts: int
    card: str
    card_version: int
    outcome: Outcome | None
    points: int | None
    out_of: int | None
    """The score, exactly: points of so many."""
    is_fatal: bool | None
    is_standing: bool
    settled_at: AwareDatetime | None
    reviewed_by: UUID | None
    reviewed_at: AwareDatetime | None
    drawn_at: AwareDatetime
    matter_id: UUID | None
    policy_pack: str
    policy_version: str
    version: int

    @classmethod
    def of(cls, row: CallReviewRow, *, is_sealed: bool) -> Self:
        """Without the score, where it is sealed."""
        view = cls.model_validate(row)
        return view.model_copy(update=_SEALED) if is_sealed else view


_SEALED = {"points": None, "out_of": None, "is_fatal": None, "outcome": None}


class CallReviewPage(Page[CallReview]):
    """One page of reviews, newest first."""


class CallReviewLine(ApiModel):
    """One line of the card in one round."""

    round: int
    criterion: str
    points: int | None
    is_failed: bool | None
    note: str | None


class CallReviewVerdict(ApiModel):
    """A score as it was said; the last round stands."""

    round: int
    cause: Cause
    points: int
    out_of: int
    is_fatal: bool
    said_by: UUID
    said_at: AwareDatetime
    reason: str | None


class CallReviewCalibration(ApiModel):
    """How far two reviewers lie apart, in points of a hundred, exactly."""

    review_id: UUID
    partner_id: UUID
    gap_numerator: int
    gap_denominator: int
    allowed_gap: int
    state: CalibrationState
    found_at: AwareDatetime
    agreed_by: UUID | None
    agreed_at: AwareDatetime | None


class CallReviewDispute(ApiModel):
    """The caller's dispute and what became of it."""

    id: UUID
    state: DisputeState
    reason: str
    raised_by: UUID
    raised_at: AwareDatetime
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    is_on_time: bool | None


class CallFalsification(ApiModel):
    """A contradicted call, and whether a second person found it falsified."""

    id: UUID
    state: FalsificationState
    reasons: list[str]
    proposed_by: UUID
    proposed_at: AwareDatetime
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    event_id: UUID | None
    again_callback_id: UUID | None
    """The callback by which the customer is really heard."""


class CallReviewDetail(CallReview):
    """A review with all that belongs to it."""

    recording: str | None = None
    reasons: list[str] = Field(default_factory=list)
    note: str | None = None
    lines: list[CallReviewLine] = Field(default_factory=list)
    verdicts: list[CallReviewVerdict] = Field(default_factory=list)
    calibration: CallReviewCalibration | None = None
    dispute: CallReviewDispute | None = None
    falsification: CallFalsification | None = None

    @classmethod
    def of_shown(cls, shown: Shown) -> Self:
        """What the viewer may see of it."""
        view = cls.model_validate(shown.row)
        if shown.is_sealed:
            return view.model_copy(update={**_SEALED, "recording": None, "reasons": [], "note": None})
        more = {
            "lines": [CallReviewLine.model_validate(one) for one in shown.scores],
            "verdicts": [CallReviewVerdict.model_validate(one) for one in shown.verdicts],
            "calibration": CallReviewCalibration.model_validate(shown.calibration) if shown.calibration else None,
            "dispute": CallReviewDispute.model_validate(shown.dispute) if shown.dispute else None,
            "falsification": CallFalsification.model_validate(shown.falsification) if shown.falsification else None,
        }
        return view.model_copy(update=more)


class CallReviewCriterion(ApiModel):
    """One line of the card."""

    code: str
    name: str
    weight: int
    is_fatal: bool
    may_be_left_out: bool


class CallReviewCard(ApiModel):
    """The score card of a review, in the version that it was drawn with."""

    code: str
    version: int
    name: str
    most: int
    criteria: list[CallReviewCriterion]

    @classmethod
    def of(cls, code: str, card: Card) -> Self:
        """As the pack has it."""
        criteria = [
            CallReviewCriterion(
                code=criterion,
                name=one.name,
                weight=one.weight,
                is_fatal=one.is_fatal,
                may_be_left_out=one.may_be_left_out,
            )
            for criterion, one in card.criteria.items()
        ]
        return cls(code=code, version=card.version, name=card.name, most=card.most, criteria=criteria)


class CallReviewGrant(ApiModel):
    """How to reach the customer: a grant for the number, for this re-call."""

    grant: str
    customer_id: UUID
    field: str


class CallScore(ApiModel):
    """A caller's month: the mean of the standing scores in points of a hundred, as numerator and denominator."""

    caller_id: UUID
    month: str
    reviews: int
    numerator: int | None
    denominator: int | None
    fatal: int
    falsified: int

    @classmethod
    def of(cls, one: MonthScore) -> Self:
        """Exactly."""
        return cls(
            caller_id=one.caller_id,
            month=one.month,
            reviews=one.reviews,
            numerator=one.mean.numerator if one.mean is not None else None,
            denominator=one.mean.denominator if one.mean is not None else None,
            fatal=one.fatal,
            falsified=one.falsified,
        )


class CallScores(ApiModel):
    """The callers' months."""

    items: list[CallScore]


class CallReviewStratum(ApiModel):
    """A caller's month in the draw, with seed and counts: anyone can run it again."""

    id: UUID
    company: str
    caller_id: UUID
    month: str
    name: str
    seed: str
    numerator: int
    denominator: int
    u_numerator: str
    """u × 2⁶⁴."""
    seen: int
    drawn: int
    policy_version: str


class CallReviewStrata(ApiModel):
    """The callers of a month."""

    items: list[CallReviewStratum]


class CallReviewDraw(ApiModel):
    """One completed callback with its number."""

    id: UUID
    position: int
    callback_id: UUID
    is_drawn: bool
    is_recall: bool
    is_double: bool
    drawn_at: AwareDatetime


class CallReviewDrawPage(Page[CallReviewDraw]):
    """One page of the draw, in the order of the numbers."""
