"""Bodies of contracts and of the steps of an account."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints
from typing_extensions import override

from services.customer.accounts.models import AccountChangeRow, ContractRow
from services.customer.accounts.rules import AccountChangeKind, ContractState, LastReading, is_kept
from services.customer.accounts.service.contracts import ContractEntry
from services.customer.accounts.service.holding import Holder, StepEntry
from shared.access.masking import MaskedName
from shared.http.base_model import ApiModel, Code, ShortText
from shared.http.page import Page

Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,39}$")]
Volume = Annotated[
    Decimal, Field(ge=0, max_digits=12, decimal_places=3), PlainSerializer(float, return_type=float, when_used="json")
]
"""m³, three places."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class ContractCreate(ApiModel):
    """A contract to record."""

    number: Number
    kind: Code
    """A kind of the pack, such as supply or installation."""
    signed_on: date
    capacity_m3_day: Volume | None = None
    """Becomes the customer's capacity."""
    due_on: date | None = None
    """When its works are due; the kind says whether it has works."""
    valid_until: date | None = None
    premises_id: UUID | None = None

    def entry(self) -> ContractEntry:
        """What the use case takes."""
        return ContractEntry(
            number=self.number,
            kind=self.kind,
            signed_on=self.signed_on,
            capacity=self.capacity_m3_day,
            due_on=self.due_on,
            valid_until=self.valid_until,
            premises_id=self.premises_id,
        )


class ContractUpdate(ApiModel):
    """What was agreed anew; fields that are left out stay."""

    capacity_m3_day: Volume | None = None
    due_on: date | None = None
    valid_until: date | None = None

    def changes(self) -> dict[str, Any]:
        """The columns that the body sets; a capacity is never emptied."""
        said = self.model_dump(exclude_unset=True)
        return {name: value for name, value in said.items() if value is not None or name != "capacity_m3_day"}


class ContractFulfil(ApiModel):
    """When the works were done."""

    fulfilled_on: date


class ContractEnd(ApiModel):
    """Why the contract ends."""

    reason: ShortText
    is_cancelled: bool = False
    """Before its works were done."""


class Contract(ApiModel):
    """A contract."""

    id: UUID
    customer_id: UUID
    premises_id: UUID | None
    number: str
    kind: str
    capacity_m3_day: Volume | None
    signed_on: date
    due_on: date | None
    valid_until: date | None
    state: ContractState
    fulfilled_on: date | None
    is_kept: bool | None
    """Works done by the due date; empty before, or where none was agreed."""
    ended_on: date | None
    end_reason: str | None
    tier: str
    created_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: ContractRow) -> "Contract":
        """A row."""
        said = {name: getattr(row, name) for name in cls.model_fields if name != "is_kept"}
        return cls(**said, is_kept=is_kept(row.due_on, row.fulfilled_on) if row.fulfilled_on else None)


class ContractPage(Page[Contract]):
    """One page of contracts."""


class MeterReading(ApiModel):
    """What a meter in use shows at the end."""

    meter_id: UUID
    reading: Volume


class AccountOpen(ApiModel):
    """An account opens."""

    effective_on: date
    reason: ShortText | None = None
    order_id: UUID | None = None

    def step(self) -> StepEntry:
        """What the use case takes."""
        return StepEntry(self.effective_on, self.reason, (), self.order_id)


class AccountClose(AccountOpen):
    """An account closes."""

    readings: Annotated[list[MeterReading], Field(max_length=200)] = Field(default_factory=list)

    @override
    def step(self) -> StepEntry:
        """What the use case takes."""
        readings = [LastReading(one.meter_id, one.reading) for one in self.readings]
        return StepEntry(self.effective_on, self.reason, readings, self.order_id)


class AccountTransfer(AccountClose):
    """An account passes to another holder."""

    name: Name
    identity: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=40)] | None = None
    phones: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]],
        Field(max_length=10),
    ] = Field(default_factory=list)

    def holder(self) -> Holder:
        """Whom the account passes to."""
        return Holder(self.name, self.identity, self.phones)


class AccountChange(ApiModel):
    """One opening, transfer or closing; the former holder masked."""

    id: UUID
    customer_id: UUID
    kind: AccountChangeKind
    effective_on: date
    reason: str | None
    former_name: MaskedName | None
    former_identity_kind: str | None
    readings: list[MeterReading]
    order_id: UUID | None
    recorded_by: str | None
    recorded_at: datetime
    version: int
    """The customer's version that it led to."""

    @classmethod
    def of(cls, row: AccountChangeRow) -> "AccountChange":
        """A row."""
        return cls.model_validate(row)


class AccountChangeList(ApiModel):
    """Openings, transfers and closings, newest first."""

    items: list[AccountChange]
