"""Further complainants."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.complaint.dossier.rules.matters import Identity
from shared.http.base_model import ApiModel, LongText, ShortText

PhoneText = Annotated[str, Field(min_length=3, max_length=25, pattern=r"^[0-9+\- ()]+$", examples=["10012345678"])]


class ComplainantAdd(ApiModel):
    """Somebody else who complains of the same matter: a customer, a name or a telephone."""

    customer_id: UUID | None = None
    name: ShortText | None = None
    phone: PhoneText | None = None
    """Stored encrypted; only where the complainant is not the linked customer."""
    is_anonymous: bool = False
    """He asks that the departments do not learn who he is."""

    def identity(self) -> Identity:
        """The facts of the form."""
        return Identity(customer_id=self.customer_id, name=self.name, phone=self.phone, is_anonymous=self.is_anonymous)


class ComplainantWithdraw(ApiModel):
    """He no longer complains; the row stays."""

    reason: LongText


class ComplainantContactReason(ApiModel):
    """Why the contact is needed."""

    reason: ShortText


class Complainant(ApiModel):
    """One complainant, without his contact."""

    id: UUID | None
    """Null for the one with whom the case was taken in."""
    complaint_id: UUID
    """The case with which he came: this one, or one that was merged into it."""
    customer_id: UUID | None
    has_contact: bool
    is_anonymous: bool
    added_by: UUID
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, one: Any) -> Self:
        """From what the use case shows."""
        return cls.model_validate(one)


class ComplainantResult(Complainant):
    """One complainant and the version of the case after the change."""

    complaint_version: int
    affected_customers: int
    grade: str | None


class Complainants(ApiModel):
    """All complainants of a case and of those merged into it, as far as the caller may know them."""

    items: list[Complainant]
    is_withheld: bool
    """Some asked for anonymity and are not shown."""


class ComplainantContactGrant(ApiModel):
    """How to reach a further complainant: shown once, counted, audited."""

    name: str | None = None
    phone: str | None = None
    grant: str | None = None
    """For a linked customer: present it to `/v1/customers/{id}/reveal` within 60 seconds."""
    customer_id: UUID | None = None
