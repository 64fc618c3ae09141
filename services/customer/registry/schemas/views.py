"""Bodies of the registry that go out, masked before they leave; only what was revealed is in the clear."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.customer.registry.rules.vocabulary import (
    CustomerClass,
    IdentityKind,
    Kind,
    MeterKind,
    Party,
    PremisesKind,
    Standing,
)
from services.customer.registry.schemas.bodies import Volume
from services.customer.registry.schemas.words import (
    MatchedBy,
    MemberState,
    MeterState,
    PhoneState,
    PremisesState,
    RevealField,
)
from shared.access.masking import MaskedAddress, MaskedIdNumber, MaskedMeter, MaskedName, MaskedPhone
from shared.http.base_model import ApiModel
from shared.http.page import Page


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
