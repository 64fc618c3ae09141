"""What a sender of short messages does, whatever stands behind it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Result(StrEnum):
    """What is known of a message after a sending or a question."""

    ACCEPTED = "accepted"
    """The provider has it."""
    DELIVERED = "delivered"
    """The customer's telephone has it."""
    REFUSED = "refused"
    """The provider will not send it, now or later."""
    FAILED = "failed"
    """The provider could not deliver it."""
    UNKNOWN = "unknown"
    """It may or may not have been accepted: ask before anything else."""
    ABSENT = "absent"
    """The provider, asked, has never seen it."""
    LATER = "later"
    """Certainly not accepted: it may be sent again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with the provider's reference and a code that says why; never the number or the text."""

    result: Result
    reference: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it is handed over; its id is the provider's idempotency key."""

    id: UUID
    company: str
    customer_id: UUID
    text: str
    person_id: UUID | None = None
    """A member or contact person of the customer, whose number it is for."""
    purpose: str = "service"


class MessageSender(Protocol):
    """The one interface by which messages leave the house; neither method raises for what a provider does."""

    async def send(self, letter: Letter) -> Outcome:
        """Hand the message over."""
        ...

    async def ask(self, message_id: UUID, reference: str | None) -> Outcome:
        """What became of it; `ABSENT` when the provider has never seen it."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
