"""Bodies of the call record."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.customer.contacts.rules import Channel, Delivery, Direction, Outcome
from shared.access.masking import MaskedPhone
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class ContactCreate(ApiModel):
    """A call or another contact, as it was or as it is going on."""

    channel: Channel
    direction: Direction = Direction.INBOUND
    started_at: AwareDatetime
    """When it began to ring, or when the customer came."""
    phone: PhoneText | None = None
    customer_id: UUID | None = None
    """Only when the person serving knows; otherwise the telephone decides."""
    line: ShortText | None = None
    """The line or counter that was reached."""
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    ring_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    outcome: Outcome | None = None
    topic: Code | None = None
    summary: LongText | None = None
    recording: ShortText | None = None
    """Reference of the recording in the telephone system."""
    matter_id: UUID | None = None
    rings: Annotated[int, Field(ge=0, le=100)] | None = None
    """How often it rang, where the telephone system counts."""
    is_resolved: bool | None = None
    """Nothing is left to do, as whoever served says."""
    delivery: Delivery | None = None
    """Of a message that went out."""


class ContactUpdate(ApiModel):
    """What became known of a contact later; what is not named stays."""

    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    ring_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    rings: Annotated[int, Field(ge=0, le=100)] | None = None
    customer_id: UUID | None = None
    """Whose contact it is, when several have the telephone or none has."""
    topic: Code | None = None
    summary: LongText | None = None
    recording: ShortText | None = None
    matter_id: UUID | None = None
    is_resolved: bool | None = None
    delivery: Delivery | None = None


class Contact(ApiModel):
    """A contact, its telephone masked."""

    id: UUID
    company: str
    channel: Channel
    direction: Direction
    customer_id: UUID | None
    candidates: int
    """How many customers have the telephone; one is linked, more wait for a choice."""
    phone: MaskedPhone | None
    line: str | None
    staff_id: UUID | None
    started_at: AwareDatetime
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    ring_seconds: int | None
    outcome: Outcome
    topic: str | None
    summary: str | None
    recording: str | None
    matter_id: UUID | None
    rings: int | None
    is_resolved: bool | None
    first_contact_resolved: bool | None
    """Judged by the pack's rule once its window has passed; null before."""
    delivery: Delivery | None
    version: int


class ContactPage(Page[Contact]):
    """One page of contacts, newest first."""


def present(row: Any, phone: str | None) -> Contact:
    """A row as it is shown."""
    said = {name: row[name] for name in Contact.model_fields if name != "phone"}
    return Contact(**said, phone=phone)
