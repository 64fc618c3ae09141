"""Facts about cases of reward and penalty: ids, codes, months and times only; words and sums stay home."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class IncentiveCaseFact(EventPayload):
    """What every fact about a case says of it."""

    case_id: UUID
    number: str
    proposal_id: UUID
    source: str
    """A code of the pack, or `person`."""
    provision: str
    """A code of the pack's catalogue."""
    kind: str
    """reward or penalty."""
    level: int | None = None
    subject_type: str
    """employee, department or customer."""
    subject_id: UUID | None = None
    """Staff or customer id."""
    subject_department: str | None = None
    """The department itself, or that of the employee."""
    staff_ids: list[UUID] = Field(default_factory=list)
    """Everybody of the staff whom it names."""
    state: str
    matter_id: UUID
    cause_type: str
    cause_id: UUID
    happened_at: datetime
    """When the matter happened."""
    month: str | None = None
    """The month in which it was decided, such as 2026-11."""
    occurred_at: datetime


class IncentiveCaseOpened(IncentiveCaseFact):
    """A confirmed proposal waits for the first signature, or for the talk."""

    TYPE: ClassVar[str] = "incentive.case_opened"

    is_talk: bool = False
    opened_by: UUID


class IncentiveSigned(IncentiveCaseFact):
    """One step of the chain was signed."""

    TYPE: ClassVar[str] = "incentive.signed"

    round: int
    step: int
    """From 1 on."""
    signed_by: UUID


class IncentiveReturned(IncentiveCaseFact):
    """A signer sent it back to the service office."""

    TYPE: ClassVar[str] = "incentive.returned"

    round: int
    returned_by: UUID


class IncentiveRejected(IncentiveCaseFact):
    """A signer rejected it, or the person's statement led to nothing being done."""

    TYPE: ClassVar[str] = "incentive.rejected"

    rejected_by: UUID


class IncentiveDropped(IncentiveCaseFact):
    """It fell before it took effect: taken back by the office, or its cause was."""

    TYPE: ClassVar[str] = "incentive.dropped"

    reason: str
    """office or cause_retracted."""
    dropped_by: UUID | None = None


class IncentiveApproved(IncentiveCaseFact):
    """The last signature is given; a penalty is told and the person is heard before it takes effect."""

    TYPE: ClassVar[str] = "incentive.approved"

    approved_by: UUID


class IncentiveTold(IncentiveCaseFact):
    """The person was told of the penalty and may make a statement."""

    TYPE: ClassVar[str] = "incentive.told"

    told_by: UUID
    until_at: datetime
    """Until when the person may make it."""


class IncentiveHeard(IncentiveCaseFact):
    """The person made a statement, or waived it."""

    TYPE: ClassVar[str] = "incentive.heard"

    is_waived: bool


class IncentiveTookEffect(IncentiveCaseFact):
    """Points, money and standing follow: at the first time, and again when an appeal failed."""

    TYPE: ClassVar[str] = "incentive.took_effect"

    effect: int
    """Which time, from 1 on."""
    appeal_until_at: datetime | None = None
    """Until when the person may appeal; none for a reward."""


class IncentiveAppealed(IncentiveCaseFact):
    """The person appealed; the effect is suspended."""

    TYPE: ClassVar[str] = "incentive.appealed"

    appeal_id: UUID
    appealed_by: UUID


class IncentiveSuspended(IncentiveCaseFact):
    """What had followed is taken back while an appeal is open."""

    TYPE: ClassVar[str] = "incentive.suspended"

    effect: int


class IncentiveAppealDecided(IncentiveCaseFact):
    """The appeal was decided, or taken back."""

    TYPE: ClassVar[str] = "incentive.appeal_decided"

    appeal_id: UUID
    outcome: str
    """upheld (the penalty stands), lowered, overturned or withdrawn."""
    decided_by: UUID


class IncentiveReversed(IncentiveCaseFact):
    """Everything that followed is taken back for good."""

    TYPE: ClassVar[str] = "incentive.reversed"

    effect: int
    """The last one that had taken effect."""
    reason: str
    """appeal or cause_retracted."""


class IncentiveSettled(IncentiveCaseFact):
    """Education before punishment: the talk was held, nothing else follows."""

    TYPE: ClassVar[str] = "incentive.settled"

    held_by: UUID


EVENTS: tuple[type[EventPayload], ...] = (
    IncentiveCaseOpened,
    IncentiveSigned,
    IncentiveReturned,
    IncentiveRejected,
    IncentiveDropped,
    IncentiveApproved,
    IncentiveTold,
    IncentiveHeard,
    IncentiveTookEffect,
    IncentiveAppealed,
    IncentiveSuspended,
    IncentiveAppealDecided,
    IncentiveReversed,
    IncentiveSettled,
)
"""Everything in this file that crosses the bus."""
