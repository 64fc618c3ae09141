"""Bodies and answers of the messages and the opt-outs."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.messages.rules import AttemptKind, MessageState
from services.callback.messages.service.reading import Shown
from shared.http.base_model import ApiModel, Code
from shared.http.page import Page
from shared.messaging.sender import Result

Value = Annotated[str, Field(max_length=420)]


class MessageCreate(ApiModel):
    """A message that a person has sent."""

    customer_id: UUID
    template: Code
    parameters: Annotated[dict[Code, Value], Field(max_length=20)] = Field(default_factory=dict)
    """Nothing that names or reaches a person."""
    person_id: UUID | None = None
    """A contact person of the customer, whose number it goes to."""
    ready_at: AwareDatetime | None = None
    """Not before."""


class Message(ApiModel):
    """One message; the number is nowhere here."""

    id: UUID
    company: str
    source: str
    source_id: UUID | None
    customer_id: UUID
    person_id: UUID | None
    purpose: str
    template: str
    template_version: int
    parameters: dict[str, str]
    state: MessageState
    reason: str | None
    """Why it waits or was not sent."""
    queued_by: UUID | None
    queued_at: AwareDatetime
    ready_at: AwareDatetime
    attempts: int
    """Sendings begun."""
    provider_reference: str | None
    sent_at: AwareDatetime | None
    settled_at: AwareDatetime | None
    matter_id: UUID | None
    policy_pack: str
    policy_version: str
    version: int


class MessageAttempt(ApiModel):
    """One sending or question."""

    position: int
    kind: AttemptKind
    result: Result
    detail: str | None
    at: AwareDatetime


class MessageDetail(Message):
    """A message with what was done with the provider."""

    history: list[MessageAttempt]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From the row and its attempts."""
        history = [MessageAttempt.model_validate(one) for one in shown.attempts]
        return cls(**Message.model_validate(shown.row).model_dump(), history=history)


class MessagePage(Page[Message]):
    """One page of messages, newest first."""


class OptOutCreate(ApiModel):
    """What the customer does not want to get, and where that was said."""

    customer_id: UUID
    purpose: Code
    source: Code


class OptOutEnd(ApiModel):
    """Where the customer said that it may be sent again."""

    source: Code


class OptOut(ApiModel):
    """A customer wants no messages of a purpose."""

    id: UUID
    company: str
    customer_id: UUID
    purpose: str
    source: str
    set_by: UUID
    set_at: AwareDatetime
    ended_source: str | None
    ended_by: UUID | None
    ended_at: AwareDatetime | None
    version: int


class OptOutPage(Page[OptOut]):
    """One page of wishes, newest first."""
