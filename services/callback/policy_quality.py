"""The callback chapter's section on the quality of calls: how many are reviewed, by whom, by which card."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.callback.policy_calls import Lease, Share
from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised, Refers
from shared.policy.references import Reference, dangling

CardCode = Annotated[Code, Refers("card")]
WHOLE = 100
"""The sum of a card's weights: a score is in points of a hundred."""


class ReviewMode(StrEnum):
    """How a call is reviewed."""

    LISTENING = "listening"
    """By its recording."""
    RECALL = "recall"
    """By calling the customer again."""


class Criterion(Named):
    """One line of a card; a fatal one has no weight and, failed, makes the score nothing."""

    weight: Annotated[int, Field(ge=0, le=WHOLE)] = 0
    is_fatal: bool = False
    may_be_left_out: bool = False
    """Where it does not apply its weight does not count."""

    @model_validator(mode="after")
    def _weighs_or_kills(self) -> Self:
        if self.is_fatal == (self.weight > 0):
            raise ValueError("评分项须有权重（weight），一票否决项（is_fatal）不得有权重")
        if self.is_fatal and self.may_be_left_out:
            raise ValueError("一票否决项不得不评")
        return self


class Card(Named):
    """A score card; what differs gets a new version."""

    version: Annotated[int, Field(ge=1)]
    most: Annotated[int, Field(ge=1, le=100)]
    """Each weighted criterion is given 0 to so many points."""
    criteria: Annotated[dict[Code, Criterion], Field(min_length=1)]
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _weighs_a_hundred(self) -> Self:
        if sum(one.weight for one in self.criteria.values()) != WHOLE:
            raise ValueError(f"评分表各项权重之和须为 {WHOLE}")
        if all(one.may_be_left_out or one.is_fatal for one in self.criteria.values()):
            raise ValueError("评分表须至少有一项必评的评分项")
        return self


class Contradiction(Named):
    """In what a customer, called again, contradicts the record."""


class Recall(Entry):
    """Calling the customer again."""

    share: Share
    """Of the reviewed calls."""
    card: CardCode
    most_attempts: Annotated[int, Field(ge=1)]
    spacing_minutes: Annotated[int, Field(ge=1)]
    is_open_setting: bool = False


class Calibration(Entry):
    """Some calls are reviewed by two, independently."""

    share: Share
    """Of the reviewed calls."""
    allowed_gap: Annotated[int, Field(ge=0, le=WHOLE)]
    """In points of a hundred; beyond it the head agrees a score with both."""
    agreed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    answered: Promised
    """From the second review to the agreed score."""
    is_open_setting: bool = False


class Dispute(Entry):
    """The caller may contest a score."""

    window: Promised
    """From the score's standing; afterwards it is final."""
    decided_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    answered: Promised


class Falsification(Entry):
    """A contradicted call is found falsified by a second person; the customer is called anew."""

    confirmed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    answered: Promised
    called_again: Promised
    """From the finding to the end of the new callback's window."""


class Quality(Entry):
    """The quality of calls (通话质量)."""

    seed: Annotated[str, Field(min_length=8, max_length=80)]
    """Published: with it anyone can run the draw again."""
    share: Share
    """Of each caller's completed callbacks of a month."""
    outcomes: Annotated[tuple[Code, ...], Field(min_length=1)]
    """Which results of a call are reviewed: reached, refused, no_answer, wrong_number."""
    reviewers: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    is_own_team_excluded: bool = True
    is_own_department_excluded: bool = False
    lease: Lease
    cards: Annotated[dict[Code, Card], Field(min_length=1)]
    listening_card: CardCode
    recall: Recall
    calibration: Calibration
    dispute: Dispute
    falsification: Falsification
    contradictions: Annotated[dict[Code, Contradiction], Field(min_length=1)]
    reviewed: Promised
    """From the draw to the review."""
    pass_mark: Annotated[int, Field(ge=0, le=WHOLE)]
    """From so many points of a hundred a call is a good one: the indicator."""
    clause: ClauseCode
    is_open_setting: bool = False

    def card_of(self, mode: ReviewMode) -> str:
        """Which card a review is done by."""
        return self.recall.card if mode is ReviewMode.RECALL else self.listening_card

    def dangling(self) -> list[Reference]:
        """Cards that are named and not defined."""
        known: Mapping[str, Mapping[str, object]] = {"card": self.cards}
        return dangling(self, known)
