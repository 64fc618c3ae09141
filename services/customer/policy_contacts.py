"""Answering, hand-over, standard answers, first contact resolved, notices: pack data (domain.md 2.7, 4, 6)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Named,
    PostCode,
    Promised,
    Refers,
    TierCode,
)

ConcernCode = Annotated[Code, Refers("concern")]


class Answering(Entry):
    """How quickly a call must be answered."""

    channels: Annotated[tuple[Code, ...], Field(min_length=1)]
    fewer_than_rings: Annotated[int, Field(ge=1)]
    seconds_per_ring: Annotated[int, Field(ge=1)]
    """Where the telephone system counts seconds only."""
    clause: ClauseCode
    is_open_setting: bool = False

    @property
    def fewer_than_seconds(self) -> int:
        """The same limit in seconds."""
        return self.fewer_than_rings * self.seconds_per_ring


class FirstContact(Entry):
    """When a matter counts as resolved at the first contact."""

    window_hours: Annotated[int, Field(ge=1, le=2160)]
    """No further contact, order or complaint on the same matter within so many hours after it."""
    same_topic_is_same_matter: bool
    """The same customer with the same topic again counts as the same matter, also without its id."""
    clause: ClauseCode
    is_open_setting: bool = False


class HandOverKind(Named):
    """What is handed over, and to whom if nobody says otherwise."""

    department: DepartmentCode
    post: PostCode | None = None
    """Null: the department's default post."""


class HandOvers(Entry):
    """Hand-over of business from the desk to a department (业务移交)."""

    kinds: dict[Code, HandOverKind]
    concern: ConcernCode
    """Who hands over: the posts that write this kind of data."""
    acceptance: Promised
    answer: Promised
    answers: dict[TierCode, Promised] = Field(default_factory=dict)
    """By tier; a tier that is not named has `answer`."""
    clause: ClauseCode
    is_open_setting: bool = False

    def answer_for(self, tier: str) -> Promised:
        """The promise of an answer to a customer of the tier."""
        return self.answers.get(tier, self.answer)


class Topic(Named):
    """What a contact is about."""

    is_consultation: bool = False


class StandardAnswers(Entry):
    """Consultation by standard answers."""

    topics: dict[Code, Topic]
    approved_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    tiers: tuple[TierCode, ...] = ()
    """Customers of these are answered by the standard answers: a consultation is not settled without one."""
    clause: ClauseCode
    is_open_setting: bool = False


class NoticeKind(Named):
    """A kind of notice (通知单) and by when it must be delivered."""

    delivery: Promised


class Contacts(Entry):
    """Everything a pack says of contacts."""

    answering: Answering
    first_contact: FirstContact
    hand_overs: HandOvers
    standard_answers: StandardAnswers
    notices: dict[Code, NoticeKind]
    deliveries: dict[Code, Named]
    """How a notice reaches the customer."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_kinds(self) -> Self:
        if not self.hand_overs.kinds or not self.notices or not self.deliveries:
            raise ValueError("contacts 须给出移交事项、通知单种类与送达方式")
        return self
