"""What the intake asks for."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.complaint.cases.rules import ComplaintKind
from shared.http.base_model import ApiModel, Code, LongText, ShortText

PhoneText = Annotated[str, Field(min_length=3, max_length=25, pattern=r"^[0-9+\- ()]+$", examples=["10012345678"])]


class ComplainantContact(ApiModel):
    """How to reach a complainant who is not the linked customer; stored encrypted, erasable."""

    name: ShortText | None = None
    phone: PhoneText | None = None


class ComplaintCreate(ApiModel):
    """Intake of a case (受理)."""

    kind: ComplaintKind = ComplaintKind.COMPLAINT
    channel: Code
    """How it came in, a code of the pack such as `hotline` or `gov_12345`."""
    category: Code
    """What it is about, a code of the pack."""
    summary: ShortText
    description: LongText | None = None
    customer_id: UUID | None = None
    """Empty when the complainant is no known customer; may be linked later."""
    customer_kind: Code | None = None
    """`individual`, `unit` or `group`; only where the customer is not linked."""
    complainant: ComplainantContact | None = None
    """Only when the complainant is not the linked customer: otherwise no contact is stored."""
    is_anonymous: bool = False
    circumstances: list[Code] = Field(default_factory=list, max_length=20)
    """What makes it grave, codes of the pack such as `safety`, `injury`, `media`, `money`, `conduct`."""
    affected_customers: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=20)
    """Files that the same person uploaded to `/v1/files?for=complaint` before."""
    praised_staff_ids: list[UUID] = Field(default_factory=list, max_length=20)
    """Whom a praise is for; only with kinds that name staff."""
    grade: Code | None = None
    """Only to set a graver grade than the pack's rules find; otherwise the rules decide."""
    external_reference: ShortText | None = None
    """Reference of the outside body (12345, supervision centre)."""
    external_deadline_at: datetime | None = None
    occurred_at: datetime | None = None
    """When it was received, if it is entered afterwards."""
