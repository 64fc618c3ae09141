"""Supply interruptions, meter readings and card gas sales: pack data (domain.md 1, 2.7, 3)."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_contacts import ConcernCode
from services.customer.policy_records import MeterFamily
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Named,
    PostCode,
    Promised,
    TagCode,
    TierCode,
)


class Supply(Entry):
    """Interruptions of supply."""

    causes: dict[Code, Named]
    notice: Promised
    """Planned: told to customers so much natural time before the gas goes off; the clock ends there."""
    notice_channels: dict[Code, Named]
    restoration: Promised
    """From the moment the gas went off; a time named to the customers stands instead of the budget."""
    department: DepartmentCode
    post: PostCode
    special_tiers: tuple[TierCode, ...] = ()
    special_tags: tuple[TagCode, ...] = ()
    """Who is listed for special care."""
    is_planned_counted: bool
    """Whether hours lost by planned interruptions count in the continuity of supply."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _leads_in_minutes(self) -> Self:
        if self.notice.limit.budget is None or self.notice.limit.unit.value != "natural":
            raise ValueError("supply/notice 的提前量须以自然分钟给出")
        return self


class Severity(StrEnum):
    """What an implausible reading leads to."""

    REFUSE = "refuse"
    FLAG = "flag"
    ALLOW = "allow"


class Plausibility(Entry):
    """What is held against the reading before."""

    backwards: Severity
    over_large: Severity
    over_large_factor: Annotated[Decimal, Field(gt=1)]
    """Times the customer's usual daily volume."""
    over_large_floor_m3_day: Annotated[Decimal, Field(ge=0)]
    """A daily use below it is never over-large."""
    over_capacity: Severity
    no_use: Severity
    estimated_in_a_row: Annotated[int, Field(ge=1)]
    """So many estimated readings one after another are let pass."""
    too_many_estimated: Severity


class DailyVolume(Entry):
    """Whether readings set the customer's daily volume, on which tiers depend."""

    is_updated: bool
    least_days: Annotated[int, Field(ge=1)]
    """A shorter period says little."""
    methods: tuple[Code, ...]


class Readings(Entry):
    """Meter readings and card gas sales."""

    usage_concern: ConcernCode
    photo_needed_for: tuple[Code, ...] = ()
    """Methods of reading that need a photograph."""
    plausibility: Plausibility
    daily_volume: DailyVolume
    sale_concern: ConcernCode
    payment_concern: ConcernCode
    payments: dict[Code, Named]
    card_families: Annotated[tuple[MeterFamily, ...], Field(min_length=1)]
    """Families of meters to which gas is sold by card."""
    largest_sale_m3: Annotated[Decimal, Field(gt=0)]
    clause: ClauseCode
    is_open_setting: bool = False
