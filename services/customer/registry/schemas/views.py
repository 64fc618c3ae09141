"""Bodies of the registry that go out, masked before they leave; only what was revealed is in the clear."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator

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
    AccountState,
    ChangeAct,
    EquipmentState,
    MatchedBy,
    MeterState,
    PhoneState,
    PremisesState,
    RevealField,
)
from shared.access.masking import MaskedAddress, MaskedIdNumber, MaskedMeter, MaskedName, MaskedPhone
from shared.http.base_model import ApiModel
from shared.http.page import Page

MaskedPart = Annotated[str, AfterValidator(lambda _: "***")]
"""A part of an address that tells the home: only that it is known."""


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


class Equipment(ApiModel):
    """A gas appliance or fitting."""

    id: UUID
    kind: str
    brand: str | None
    model: str | None
    number: str | None
    installed_on: date | None
    service_years: int | None
    expires_on: date | None
    """The last day of its service life."""
    hazards: list[str]
    state: EquipmentState
    version: int


class Premises(ApiModel):
    """An address, masked."""

    id: UUID
    address: MaskedAddress | None
    province: str | None
    city: str | None
    district: str | None
    street: str | None
    community: str | None
    building: MaskedPart | None
    unit: MaskedPart | None
    room: MaskedPart | None
    kind: PremisesKind
    equipment: list[Equipment]
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
    initial_reading: Volume | None
    last_reading: Volume | None
    last_read_on: date | None
    removed_on: date | None
    removed_reason: str | None
    replaces_id: UUID | None
    version: int


class Phone(ApiModel):
    """A telephone, masked."""

    id: UUID
    label: str | None
    phone: MaskedPhone | None
    is_primary: bool
    state: PhoneState
    version: int


class ContactPerson(ApiModel):
    """Somebody to talk to about the customer, masked."""

    id: UUID
    premises_id: UUID | None
    name: MaskedName
    relation: str
    title: str | None
    phone: MaskedPhone | None
    is_reachable_in_emergency: bool
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
    account_state: AccountState
    account_opened_on: date | None
    account_closed_on: date | None
    registered_at: datetime
    registered_by: str | None
    """Staff id, or the part of the house."""
    updated_at: datetime
    updated_by: str | None
    premises: list[Premises]
    meters: list[Meter]
    phones: list[Phone]
    contact_persons: list[ContactPerson]
    version: int


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


class Change(ApiModel):
    """One change of a customer's records; the values of personal data are not kept."""

    id: UUID
    customer_id: UUID
    version: int
    """The customer's version that it led to."""
    at: datetime
    actor: str | None
    """Staff id, or the part of the house."""
    subject: str
    """customer, premises, meter, equipment, phone, contact_person, tag, vulnerable_person, contract, account …"""
    subject_id: UUID | None
    action: ChangeAct
    field: str | None
    is_personal: bool
    old_value: str | None
    new_value: str | None


class ChangePage(Page[Change]):
    """One page of the history, newest first."""
