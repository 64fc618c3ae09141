"""Bodies and answers of supply interruptions."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.supply.rules import Area, InterruptionKind, InterruptionState
from services.customer.supply.service.interrupting import InterruptionEntry
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class InterruptionArea(ApiModel):
    """Where: district, community and building narrow one another, or a list of premises stands alone."""

    district: ShortText | None = None
    community: ShortText | None = None
    building: ShortText | None = None
    premises_ids: Annotated[list[UUID], Field(max_length=2000)] = Field(default_factory=list)


class SupplyInterruptionCreate(ApiModel):
    """A planned interruption, or one that began unplanned."""

    kind: InterruptionKind
    cause: Code
    description: LongText
    area: InterruptionArea
    planned_from: AwareDatetime | None = None
    expected_until: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    """Unplanned: since when; null: now."""
    order_id: UUID | None = None

    def entry(self) -> InterruptionEntry:
        """Without its form."""
        area = Area(self.area.district, self.area.community, self.area.building, tuple(self.area.premises_ids))
        said = self.model_dump(exclude={"area", "kind"})
        return InterruptionEntry(kind=self.kind, area=area, **said)


class SupplyInterruptionAnnounce(ApiModel):
    """How the customers were told."""

    channels: Annotated[list[Code], Field(min_length=1, max_length=10)]


class SupplyInterruptionStart(ApiModel):
    """When the gas went off; null: now."""

    started_at: AwareDatetime | None = None


class SupplyInterruptionRestore(ApiModel):
    """When the gas came back, everywhere or at some premises."""

    restored_at: AwareDatetime | None = None
    premises_ids: Annotated[list[UUID], Field(max_length=2000)] = Field(default_factory=list)


class SupplyInterruptionCancel(ApiModel):
    """Why it does not take place."""

    reason: LongText


class SupplyInterruption(ApiModel):
    """An interruption of supply."""

    id: UUID
    company: str
    number: str
    kind: InterruptionKind
    cause: str
    description: str
    state: InterruptionState
    district: str | None
    community: str | None
    building: str | None
    premises_ids: list[UUID]
    order_id: UUID | None
    planned_from: AwareDatetime | None
    expected_until: AwareDatetime | None
    notice_due_at: AwareDatetime | None
    announced_at: AwareDatetime | None
    notice_channels: list[str]
    started_at: AwareDatetime | None
    restored_at: AwareDatetime | None
    ended_reason: str | None
    customers: int
    """Fixed when they were told, at the latest when the gas went off."""
    special_customers: int
    frozen_at: AwareDatetime | None
    recorded_by: UUID
    recorded_at: AwareDatetime
    policy_pack: str
    policy_version: str
    version: int


class SupplyInterruptionPage(Page[SupplyInterruption]):
    """One page of interruptions, newest first."""


class InterruptedCustomerCare(ApiModel):
    """What was done for the customer."""

    note: LongText


class InterruptedCustomer(ApiModel):
    """A customer whom the interruption affects; names by `/v1/customers?ids=`."""

    id: UUID
    customer_id: UUID
    tier: str
    is_special: bool
    special_tags: list[str]
    interrupted_at: AwareDatetime | None
    restored_at: AwareDatetime | None
    cared_by: UUID | None
    cared_at: AwareDatetime | None
    care_note: str | None


class InterruptedCustomerPage(Page[InterruptedCustomer]):
    """One page of affected customers."""
