"""Bodies of the registry that come in: customers, what belongs to them, and the asking for a personal field."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints

from services.customer.registry.rules.vocabulary import (
    Kind,
    MeterKind,
    Party,
    PremisesKind,
)
from services.customer.registry.schemas.words import (
    ChangeableStanding,
    RevealField,
)
from shared.http.base_model import ApiModel, Code, ShortText

Volume = Annotated[
    Decimal, Field(ge=0, max_digits=12, decimal_places=3), PlainSerializer(float, return_type=float, when_used="json")
]
"""m³ a day, three places."""
Reading = Volume
"""m³ on the dial, three places."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,39}$")]
PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class EquipmentCreate(ApiModel):
    """A gas appliance or fitting at the address."""

    kind: Code
    """A kind of the pack, such as stove or water_heater; it has the service life."""
    brand: ShortText | None = None
    model: ShortText | None = None
    number: Number | None = None
    installed_on: date | None = None
    hazards: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    """Hazards found with it, codes of the pack."""


class PremisesCreate(ApiModel):
    """An address where gas is used: whole, in its parts, or both."""

    address: Address | None = None
    """Left out: made of the parts."""
    kind: PremisesKind = PremisesKind.OTHER
    province: ShortText | None = None
    city: ShortText | None = None
    district: ShortText | None = None
    street: ShortText | None = None
    community: ShortText | None = None
    building: ShortText | None = None
    unit: ShortText | None = None
    room: ShortText | None = None
    equipment: Annotated[list[EquipmentCreate], Field(max_length=50)] = Field(default_factory=list)


class PremisesUpdate(ApiModel):
    """Parts of an address to set; without a whole address the parts make it."""

    address: Address | None = None
    kind: PremisesKind | None = None
    province: ShortText | None = None
    city: ShortText | None = None
    district: ShortText | None = None
    street: ShortText | None = None
    community: ShortText | None = None
    building: ShortText | None = None
    unit: ShortText | None = None
    room: ShortText | None = None


class ContactPersonCreate(ApiModel):
    """Somebody to talk to about the customer."""

    name: Name
    relation: Code
    """A code of the pack, such as family, property or handler."""
    title: ShortText | None = None
    phone: PhoneText | None = None
    is_reachable_in_emergency: bool = False
    premises_id: UUID | None = None


class MeterCreate(ApiModel):
    """A meter."""

    number: Number
    kind: MeterKind = MeterKind.OTHER
    premises_id: UUID | None = None
    installed_on: date | None = None
    initial_reading: Reading | None = None


class PhoneCreate(ApiModel):
    """A telephone."""

    phone: PhoneText
    label: ShortText = "登记"
    is_primary: bool = False


class CustomerCreate(ApiModel):
    """A customer to enter; without `number` one is given."""

    name: Name
    kind: Kind
    party: Party | None = None
    number: Number | None = None
    identity: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=40)] | None = None
    capacity_m3_day: Volume | None = None
    daily_volume_m3: Volume | None = None
    member_count: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    tags: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    facts: Annotated[dict[Code, str | int | bool | None], Field(max_length=40)] = Field(default_factory=dict)
    district: ShortText | None = None
    phones: Annotated[list[PhoneText], Field(max_length=10)] = Field(default_factory=list)
    premises: PremisesCreate | None = None
    meter: MeterCreate | None = None


class CustomerUpdate(ApiModel):
    """What is to change; fields that are left out stay."""

    name: Name | None = None
    kind: Kind | None = None
    party: Party | None = None
    standing: ChangeableStanding | None = None
    capacity_m3_day: Volume | None = None
    daily_volume_m3: Volume | None = None
    member_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    tags: Annotated[list[Code], Field(max_length=20)] | None = None
    facts: Annotated[dict[Code, str | int | bool | None], Field(max_length=40)] | None = None
    district: ShortText | None = None


class RevealCreate(ApiModel):
    """Which field and why: a reason of the pack's list, or the grant of the service that owns the need."""

    field: RevealField
    reason: Code | None = None
    phone_id: UUID | None = None
    """A telephone, or the contact person whose telephone is asked for."""
    person_id: UUID | None = None
    """For the name: a contact person or a vulnerable person instead of the customer."""
    grant: Annotated[str, StringConstraints(max_length=2048)] | None = None
