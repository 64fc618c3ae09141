"""Bodies of the registry: what is asked and what is shown, masked before it leaves."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints

from services.customer.registry.rules.vocabulary import (
    CustomerClass,
    IdentityKind,
    Kind,
    MeterKind,
    Party,
    PremisesKind,
    Standing,
)
from services.customer.registry.schemas.words import (
    ChangeableStanding,
    MatchedBy,
    MemberState,
    MeterState,
    PhoneState,
    PremisesState,
    RevealField,
)
from shared.access.masking import MaskedAddress, MaskedIdNumber, MaskedMeter, MaskedName, MaskedPhone
from shared.http.base_model import ApiModel, Code, ShortText
from shared.http.page import Page

Volume = Annotated[
    Decimal, Field(ge=0, max_digits=12, decimal_places=3), PlainSerializer(float, return_type=float, when_used="json")
]
"""m³ a day, three places."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,39}$")]
PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class Equipment(ApiModel):
    """A gas appliance or fitting at the address."""

    kind: Code
    """Kind, such as stove or water_heater."""
    brand: ShortText | None = None
    model: ShortText | None = None
    installed_on: date | None = None


class PremisesCreate(ApiModel):
    """An address where gas is used."""

    address: Address
    kind: PremisesKind = PremisesKind.OTHER
    district: ShortText | None = None
    community: ShortText | None = None
    equipment: Annotated[list[Equipment], Field(max_length=50)] = Field(default_factory=list)


class MeterCreate(ApiModel):
    """A meter."""

    number: Number
    kind: MeterKind = MeterKind.OTHER
    premises_id: UUID | None = None
    installed_on: date | None = None


class PhoneCreate(ApiModel):
    """A telephone."""

    phone: PhoneText
    label: ShortText = "登记"
    is_primary: bool = False


class MemberCreate(ApiModel):
    """A person of a group."""

    number: Number
    name: Name
    kind: Code
    """A code of the pack, such as important_leader."""
    title: ShortText | None = None
    born_on: date | None = None
    phone: PhoneText | None = None


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
    account_manager_id: UUID | None = None
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
    account_manager_id: UUID | None = None
    district: ShortText | None = None


class CustomerCard(ApiModel):
    """A customer in a list, masked."""

    id: UUID
    company: str
    number: str
    name: MaskedName
    kind: Kind
    customer_class: CustomerClass
    party: Party
    standing: Standing
    tier: str
    tags: list[str]
    district: str | None
    address: MaskedAddress | None
    phone: MaskedPhone | None
    account_manager_id: UUID | None
    merged_into: UUID | None
    matched_by: MatchedBy
    rank: int
    """0 exact, 1 prefix, 2 within."""
    length: int
    """Length of the text that matched; shorter is nearer."""
    version: int


class CustomerPage(Page[CustomerCard]):
    """One page of customers, best candidates first."""


class Premises(ApiModel):
    """An address, masked."""

    id: UUID
    address: MaskedAddress | None
    district: str | None
    community: str | None
    kind: PremisesKind
    equipment: list[dict[str, Any]]
    state: PremisesState
    is_primary: bool
    version: int


class Meter(ApiModel):
    """A meter, masked."""

    id: UUID
    premises_id: UUID | None
    number: MaskedMeter
    kind: MeterKind
    state: MeterState
    installed_on: date | None
    version: int


class Phone(ApiModel):
    """A telephone, masked."""

    id: UUID
    label: str | None
    phone: MaskedPhone | None
    is_primary: bool
    state: PhoneState
    version: int


class Customer(ApiModel):
    """One customer with what belongs to it, masked."""

    id: UUID
    company: str
    number: str
    name: MaskedName
    kind: Kind
    customer_class: CustomerClass
    party: Party
    standing: Standing
    capacity_m3_day: Volume | None
    daily_volume_m3: Volume | None
    member_count: int
    tags: list[str]
    facts: dict[str, Any]
    account_manager_id: UUID | None
    district: str | None
    identity_kind: IdentityKind | None
    identity: MaskedIdNumber | None
    tier: str
    tier_rule: str | None
    tier_confirmed_at: datetime | None
    tier_policy_version: str | None
    merged_into: UUID | None
    erased_at: datetime | None
    registered_at: datetime
    updated_at: datetime
    premises: list[Premises]
    meters: list[Meter]
    phones: list[Phone]
    version: int


class Member(ApiModel):
    """A person of a group, masked."""

    id: UUID
    group_id: UUID
    number: str
    name: MaskedName
    kind: str
    title: str | None
    customer_id: UUID | None
    phone: MaskedPhone | None
    state: MemberState
    version: int


class MemberPage(Page[Member]):
    """One page of group members."""


class RevealCreate(ApiModel):
    """Which field and why: a reason of the pack's list, or the grant of the service that owns the need."""

    field: RevealField
    reason: Code | None = None
    phone_id: UUID | None = None
    grant: Annotated[str, StringConstraints(max_length=2048)] | None = None


class RevealedValue(ApiModel):
    """One value in clear."""

    id: UUID
    value: str


class Reveal(ApiModel):
    """A personal field in clear; the look was counted and recorded."""

    id: UUID
    customer_id: UUID
    field: RevealField
    values: list[RevealedValue]
