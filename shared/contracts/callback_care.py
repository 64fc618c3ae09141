"""Facts about messages and care: ids, codes, days, amounts; never a text, a number or a name."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class MessageFact(EventPayload):
    """What every fact about a message says of it."""

    message_id: UUID
    customer_id: UUID
    purpose: str
    """A code of the pack."""
    template: str
    template_version: int
    source: str
    """Which feature sent it, such as `survey`."""
    source_id: UUID | None = None
    state: str
    reason: str | None = None
    attempts: int
    occurred_at: datetime


class MessageSent(MessageFact):
    """The provider took the message."""

    TYPE: ClassVar[str] = "callback.message_sent"


class MessageDelivered(MessageFact):
    """The message reached the customer's telephone."""

    TYPE: ClassVar[str] = "callback.message_delivered"


class MessageFailed(MessageFact):
    """The message was refused, could not be delivered, or nobody knows: it is not sent again."""

    TYPE: ClassVar[str] = "callback.message_failed"


class MessageSuppressed(MessageFact):
    """The message was never handed over: the customer refuses such messages, or had enough of them."""

    TYPE: ClassVar[str] = "callback.message_suppressed"


class OptOutFact(EventPayload):
    """A customer's wish about messages of a purpose."""

    opt_out_id: UUID
    customer_id: UUID
    purpose: str
    source: str
    """Where the wish was said, a code of the pack."""
    occurred_at: datetime


class OptOutSet(OptOutFact):
    """The customer wants no more messages of the purpose."""

    TYPE: ClassVar[str] = "callback.opt_out_set"


class OptOutEnded(OptOutFact):
    """The customer wants them again."""

    TYPE: ClassVar[str] = "callback.opt_out_ended"


class GreetingFact(EventPayload):
    """What every fact about a greeting says of it."""

    greeting_id: UUID
    customer_id: UUID
    member_id: UUID | None = None
    rule: str
    """The rule of the pack that owes it."""
    occasion: str
    """festival, birthday or great_day."""
    festival: str | None = None
    channel: str
    tier: str | None = None
    state: str
    reason: str | None = None
    occurred_at: datetime


class GreetingPlanned(GreetingFact):
    """Somebody, or a message, greets the customer on the day."""

    TYPE: ClassVar[str] = "callback.greeting_planned"

    due_at: datetime


class GreetingDone(GreetingFact):
    """The customer was greeted."""

    TYPE: ClassVar[str] = "callback.greeting_done"

    done_by: UUID | None = None
    """Empty for a message."""


class GreetingSkipped(GreetingFact):
    """The customer was not greeted, with the reason."""

    TYPE: ClassVar[str] = "callback.greeting_skipped"


class GreetingCancelled(GreetingFact):
    """The occasion is gone."""

    TYPE: ClassVar[str] = "callback.greeting_cancelled"


class GiftFact(EventPayload):
    """What every fact about a gift says of it."""

    gift_id: UUID
    customer_id: UUID
    member_id: UUID | None = None
    greeting_id: UUID | None = None
    occasion: str
    kind: str
    value_fen: int
    exceeded: list[str] = Field(default_factory=list)
    """The limits that it exceeds: occasion, year."""
    given_by: UUID
    state: str
    occurred_at: datetime


class GiftProposed(GiftFact):
    """A gift beyond a limit waits for its approval."""

    TYPE: ClassVar[str] = "callback.gift_proposed"


class GiftApproved(GiftFact):
    """It may be given."""

    TYPE: ClassVar[str] = "callback.gift_approved"

    decided_by: UUID


class GiftRefused(GiftFact):
    """It may not be given."""

    TYPE: ClassVar[str] = "callback.gift_refused"

    decided_by: UUID


class GiftGiven(GiftFact):
    """The customer has it."""

    TYPE: ClassVar[str] = "callback.gift_given"

    given_on: date


class ActivityFact(EventPayload):
    """What every fact about an activity says of it."""

    activity_id: UUID
    kind: str
    """A code of the pack."""
    starts_at: datetime
    state: str
    occurred_at: datetime


class ActivityOpened(ActivityFact):
    """An activity is planned; its audience may be invited."""

    TYPE: ClassVar[str] = "callback.activity_opened"


class ActivityHeld(ActivityFact):
    """It took place."""

    TYPE: ClassVar[str] = "callback.activity_held"

    invited: int
    accepted: int
    attended: int


class ActivityCancelled(ActivityFact):
    """It does not take place."""

    TYPE: ClassVar[str] = "callback.activity_cancelled"


class InvitationFact(EventPayload):
    """What every fact about an invitation says of it."""

    invitation_id: UUID
    activity_id: UUID
    customer_id: UUID
    tier: str | None = None
    state: str
    occurred_at: datetime


class InvitationSent(InvitationFact):
    """A customer was invited."""

    TYPE: ClassVar[str] = "callback.invitation_sent"


class InvitationAnswered(InvitationFact):
    """The customer comes, or does not."""

    TYPE: ClassVar[str] = "callback.invitation_answered"


class InvitationAttended(InvitationFact):
    """The customer came, or stayed away."""

    TYPE: ClassVar[str] = "callback.invitation_attended"


EVENTS: tuple[type[EventPayload], ...] = (
    MessageSent,
    MessageDelivered,
    MessageFailed,
    MessageSuppressed,
    OptOutSet,
    OptOutEnded,
    GreetingPlanned,
    GreetingDone,
    GreetingSkipped,
    GreetingCancelled,
    GiftProposed,
    GiftApproved,
    GiftRefused,
    GiftGiven,
    ActivityOpened,
    ActivityHeld,
    ActivityCancelled,
    InvitationSent,
    InvitationAnswered,
    InvitationAttended,
)
"""Everything in this file that crosses the bus."""
