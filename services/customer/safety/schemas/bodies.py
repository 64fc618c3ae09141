"""What callers send."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.safety.rules import CheckResult, HazardFound, Outcome, Visit
from shared.http.base_model import ApiModel, Code, LongText, ShortText

Files = Annotated[list[UUID], Field(max_length=20)]


class HazardEntry(ApiModel):
    """A hazard as it is found; severity null: what the pack says of the kind."""

    kind: Code
    description: LongText
    equipment_id: UUID | None = None
    severity: Code | None = None
    is_gas_stopped: bool = False
    gas_not_stopped_reason: LongText | None = None
    told_by_way: Code | None = None
    """Told to the customer on the spot, by this way (`contacts/deliveries`)."""

    def found(self) -> HazardFound:
        """Without its form."""
        return HazardFound(
            kind=self.kind,
            description=self.description,
            equipment_id=self.equipment_id,
            severity=self.severity,
            is_gas_stopped=self.is_gas_stopped,
            gas_not_stopped_reason=self.gas_not_stopped_reason,
            told_by_way=self.told_by_way,
        )


class SafetyInspectionCreate(ApiModel):
    """A visit: of an order, or standing alone for a customer."""

    outcome: Outcome
    visited_at: AwareDatetime
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    order_id: UUID | None = None
    present_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    """Who was there besides the caller."""
    is_notice_left: bool = False
    checks: Annotated[dict[Code, CheckResult], Field(max_length=100)] = Field(default_factory=dict)
    equipment_checked: Annotated[int, Field(ge=0, le=1000)] = 0
    hazards: Annotated[list[HazardEntry], Field(max_length=50)] = Field(default_factory=list)
    note: LongText | None = None
    file_ids: Files = Field(default_factory=list)

    def visit(self) -> Visit:
        """Without its form."""
        return Visit(
            outcome=self.outcome,
            visited_at=self.visited_at,
            customer_id=self.customer_id,
            premises_id=self.premises_id,
            order_id=self.order_id,
            present_ids=tuple(self.present_ids),
            is_notice_left=self.is_notice_left,
            checks=dict(self.checks),
            equipment_checked=self.equipment_checked,
            hazards=tuple(one.found() for one in self.hazards),
            note=self.note,
            file_ids=tuple(self.file_ids),
        )


class HazardReport(HazardEntry):
    """A hazard found outside an inspection."""

    customer_id: UUID
    premises_id: UUID | None = None
    found_at: AwareDatetime | None = None


class HazardTell(ApiModel):
    """How the customer was told (`contacts/deliveries`)."""

    way: Code


class HazardResolve(ApiModel):
    """How the hazard was removed, with proof."""

    resolution: LongText
    file_ids: Files
    is_gas_restored: bool = False


class HazardWithdraw(ApiModel):
    """Why it was no hazard."""

    reason: LongText


class SafetyOrdersOpen(ApiModel):
    """Which waiting plans become orders."""

    limit: Annotated[int, Field(ge=1, le=500)]
    district: ShortText | None = None
    tiers: Annotated[list[Code], Field(min_length=1, max_length=20)] | None = None
