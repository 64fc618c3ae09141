"""Bodies of equipment, exchanges of meters and vulnerable persons."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints

from services.customer.premises.models import MeterExchangeRow
from services.customer.premises.service.exchanging import ExchangeEntry
from services.customer.premises.service.persons import PersonEntry
from services.customer.registry.models import EquipmentRow
from services.customer.registry.rules.vocabulary import MeterKind
from services.customer.registry.service.placing import EquipmentEntry
from shared.access.masking import MaskedName
from shared.http.base_model import ApiModel, Code, ShortText
from shared.http.page import Page

Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,39}$")]
Reading = Annotated[
    Decimal, Field(ge=0, max_digits=12, decimal_places=3), PlainSerializer(float, return_type=float, when_used="json")
]
"""m³ on the dial, three places."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class EquipmentEnter(ApiModel):
    """A gas appliance or fitting at an address."""

    premises_id: UUID
    kind: Code
    """A kind of the pack; it has the service life."""
    brand: ShortText | None = None
    model: ShortText | None = None
    number: Number | None = None
    installed_on: date | None = None
    hazards: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    """Hazards found with it, codes of the pack."""

    def entry(self) -> EquipmentEntry:
        """What the use case takes."""
        return EquipmentEntry(self.kind, self.brand, self.model, self.number, self.installed_on, tuple(self.hazards))


class EquipmentUpdate(ApiModel):
    """What is to change; fields that are left out stay."""

    brand: ShortText | None = None
    model: ShortText | None = None
    installed_on: date | None = None
    hazards: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """The columns that the body sets."""
        return self.model_dump(exclude_unset=True)


class GasEquipment(ApiModel):
    """A gas appliance or fitting with the hazards that it has now."""

    id: UUID
    customer_id: UUID
    premises_id: UUID
    kind: str
    brand: str | None
    model: str | None
    number: str | None
    installed_on: date | None
    service_years: int | None
    expires_on: date | None
    """The last day of its service life."""
    hazards: list[str]
    """Found by people, and that of age where its service life is over."""
    state: str
    removed_on: date | None
    created_by: str | None
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: EquipmentRow, hazards: list[str]) -> "GasEquipment":
        """A row with its hazards of now."""
        said = {name: getattr(row, name) for name in cls.model_fields if name != "hazards"}
        return cls(**said, hazards=hazards)


class GasEquipmentPage(Page[GasEquipment]):
    """One page of equipment."""


class MeterExchangeCreate(ApiModel):
    """What was taken down and what was put up."""

    removed_reading: Reading
    number: Number
    """Of the new meter."""
    kind: MeterKind
    installed_reading: Reading = Decimal(0)
    reason: Code
    """A code of the pack, such as expired or fault."""
    exchanged_on: date
    exchanged_by: UUID | None = None
    """Who did the work."""
    order_id: UUID | None = None

    def entry(self) -> ExchangeEntry:
        """What the use case takes."""
        return ExchangeEntry(
            removed_reading=self.removed_reading,
            number=self.number,
            kind=self.kind.value,
            installed_reading=self.installed_reading,
            reason=self.reason,
            exchanged_on=self.exchanged_on,
            exchanged_by=self.exchanged_by,
            order_id=self.order_id,
        )


class MeterExchange(ApiModel):
    """One exchange of a meter."""

    id: UUID
    customer_id: UUID
    premises_id: UUID | None
    removed_meter_id: UUID
    installed_meter_id: UUID
    removed_reading: Reading
    installed_reading: Reading
    reason: str
    exchanged_on: date
    exchanged_by: UUID | None
    order_id: UUID | None
    recorded_by: str | None
    recorded_at: datetime
    version: int = 1
    """An exchange never changes."""

    @classmethod
    def of(cls, row: MeterExchangeRow) -> "MeterExchange":
        """A row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name != "version"})


class MeterExchangeList(ApiModel):
    """Exchanges at a customer's, newest first."""

    items: list[MeterExchange]


class VulnerablePersonCreate(ApiModel):
    """A vulnerable person at an address."""

    premises_id: UUID
    name: Name
    kind: Code
    """A code of the pack: old, ill, disabled …"""
    until: date | None = None
    """The last day; left out: until ended."""
    note: ShortText | None = None

    def entry(self) -> PersonEntry:
        """What the use case takes."""
        return PersonEntry(self.premises_id, self.name, self.kind, self.until, self.note)


class VulnerablePersonEnd(ApiModel):
    """Why the person is no longer served as vulnerable."""

    reason: ShortText


class VulnerablePerson(ApiModel):
    """A vulnerable person, masked."""

    id: UUID
    customer_id: UUID
    premises_id: UUID
    name: MaskedName
    kind: str
    tag: str
    """What marks the customer."""
    until: date | None
    state: str
    recorded_by: str | None
    recorded_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None
    version: int


class VulnerablePersonPage(Page[VulnerablePerson]):
    """One page of vulnerable persons."""
