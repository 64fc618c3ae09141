"""Bodies and answers of redress."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.complaint.delegation.rules.conditions import Fact
from services.complaint.policy_redress import Per
from services.complaint.redress.rules import RedressState
from services.complaint.redress.service.settling import Request
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class RedressConditionFact(ApiModel):
    """What is shown for one condition of the item; exactly one part."""

    is_declared: bool | None = None
    number: int | None = None
    file_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)


class RedressSubmit(ApiModel):
    """What the delegation asks to be shown; the amount is that of the proposal."""

    reason: LongText
    facts: Annotated[dict[Code, RedressConditionFact], Field(max_length=20)] = Field(default_factory=dict)
    related_departments: Annotated[list[Code], Field(max_length=10)] = Field(default_factory=list)

    def request(self) -> Request:
        """Without its form."""
        facts = {
            code: Fact(is_declared=one.is_declared, number=one.number, file_ids=tuple(one.file_ids))
            for code, one in self.facts.items()
        }
        return Request(self.reason, facts, tuple(self.related_departments))


class RedressPay(ApiModel):
    """How it was paid."""

    reference: ShortText
    """Of the voucher or transfer; no personal data."""
    proof_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]


class Redress(ApiModel):
    """What one missed promise is worth to the customer."""

    id: UUID
    company: str
    complaint_id: UUID
    clock_id: UUID
    cycle: int
    metric: str
    commitment: str
    tier: str | None
    authority: str
    clause: str
    state: RedressState
    per: Per
    unit_fen: int
    period_minutes: int | None
    cap_fen: int | None
    amount_fen: int
    steps: int
    breached_at: AwareDatetime
    next_step_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    proposed_at: AwareDatetime
    authorisation_id: UUID | None
    submitted_by: UUID | None
    submitted_at: AwareDatetime | None
    approved_at: AwareDatetime | None
    paid_by: UUID | None
    paid_at: AwareDatetime | None
    payment_reference: str | None
    proof_ids: list[UUID]
    refused_at: AwareDatetime | None
    withdrawn_at: AwareDatetime | None
    department: str | None
    posts: list[str]
    customer_id: UUID | None
    policy_pack: str
    policy_version: str
    version: int


class RedressPage(Page[Redress]):
    """One page of redress, newest first."""
