"""Facts about proposed rewards and penalties: ids, codes and times only; evidence and words stay home."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class IncentiveProposalFact(EventPayload):
    """What every fact about a proposal says of it."""

    proposal_id: UUID
    number: str
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
    is_collective: bool = False
    is_talk_suggested: bool = False
    state: str
    matter_id: UUID
    cause_type: str
    """clock, finding, consequence, callback_consequence …; `person` where somebody raised it."""
    cause_id: UUID
    cause_event_id: UUID | None = None
    """The fact from which it was drafted."""
    occurred_at: datetime


class IncentiveProposed(IncentiveProposalFact):
    """A draft waits for a person's confirmation, or, where it lies outside the regulation, is shown as such."""

    TYPE: ClassVar[str] = "incentive.proposed"

    raised_by: UUID | None = None


class IncentiveConfirmed(IncentiveProposalFact):
    """A person made the draft a case."""

    TYPE: ClassVar[str] = "incentive.confirmed"

    case_id: UUID
    confirmed_by: UUID


class IncentiveDismissed(IncentiveProposalFact):
    """A person dismissed the draft."""

    TYPE: ClassVar[str] = "incentive.dismissed"

    dismissed_by: UUID


class IncentiveWithdrawn(IncentiveProposalFact):
    """The draft fell: its cause was taken back, or a graver one stands for the same matter."""

    TYPE: ClassVar[str] = "incentive.withdrawn"

    reason: str
    """cause_retracted, same_matter or raiser."""
    same_as_id: UUID | None = None
    """The proposal that stands for the matter."""


EVENTS: tuple[type[EventPayload], ...] = (
    IncentiveProposed,
    IncentiveConfirmed,
    IncentiveDismissed,
    IncentiveWithdrawn,
)
"""Everything in this file that crosses the bus."""
