"""Facts of the registry beside the customer's state: accounts, contracts, capacity, meters, vulnerable persons."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class CustomerCapacityRaised(EventPayload):
    """The customer's capacity (开口气量) is higher than before: a ground to judge the tier anew."""

    TYPE: ClassVar[str] = "customer.capacity_raised"

    customer_id: UUID
    from_m3_day: float | None = None
    to_m3_day: float
    """m³ a day."""
    contract_id: UUID | None = None
    """The contract that raised it, if one did."""


class CustomerAccountOpened(EventPayload):
    """An account was opened (开户); callback draws its sample from these."""

    TYPE: ClassVar[str] = "customer.account_opened"

    customer_id: UUID
    opened_on: date
    tier: str
    order_id: UUID | None = None


class CustomerAccountTransferred(EventPayload):
    """The account passed to another holder (过户)."""

    TYPE: ClassVar[str] = "customer.account_transferred"

    customer_id: UUID
    transferred_on: date
    tier: str
    order_id: UUID | None = None


class CustomerAccountClosed(EventPayload):
    """The account was closed (销户)."""

    TYPE: ClassVar[str] = "customer.account_closed"

    customer_id: UUID
    closed_on: date
    tier: str
    order_id: UUID | None = None


class CustomerMeterExchanged(EventPayload):
    """A meter was taken down and another one put up."""

    TYPE: ClassVar[str] = "customer.meter_exchanged"

    customer_id: UUID
    exchange_id: UUID
    removed_meter_id: UUID
    installed_meter_id: UUID
    premises_id: UUID | None = None
    reason: str
    """A code of the pack."""
    exchanged_on: date
    order_id: UUID | None = None


class CustomerContractSigned(EventPayload):
    """A contract was recorded."""

    TYPE: ClassVar[str] = "customer.contract_signed"

    customer_id: UUID
    contract_id: UUID
    kind: str
    signed_on: date
    due_on: date | None = None
    """When its works are due."""
    tier: str


class CustomerContractFulfilled(EventPayload):
    """The works of a contract are done."""

    TYPE: ClassVar[str] = "customer.contract_fulfilled"

    customer_id: UUID
    contract_id: UUID
    kind: str
    due_on: date | None = None
    fulfilled_on: date
    is_kept: bool | None = None
    """Done by the due date; empty where there was none."""
    tier: str


class CustomerContractEnded(EventPayload):
    """A contract ended, or was cancelled before its works were done."""

    TYPE: ClassVar[str] = "customer.contract_ended"

    customer_id: UUID
    contract_id: UUID
    kind: str
    state: str
    """ended or cancelled."""
    ended_on: date


class VulnerablePersonRecorded(EventPayload):
    """A vulnerable person of a household is served in the own right from now on."""

    TYPE: ClassVar[str] = "customer.vulnerable_person_recorded"

    customer_id: UUID
    person_id: UUID
    premises_id: UUID
    kind: str
    """A code of the pack: old, ill, disabled …"""
    until: date | None = None


class VulnerablePersonEnded(EventPayload):
    """The person is no longer served as vulnerable: left, corrected, or the time ran out."""

    TYPE: ClassVar[str] = "customer.vulnerable_person_ended"

    customer_id: UUID
    person_id: UUID
    kind: str
    ended_on: date


EVENTS: tuple[type[EventPayload], ...] = (
    CustomerCapacityRaised,
    CustomerAccountOpened,
    CustomerAccountTransferred,
    CustomerAccountClosed,
    CustomerMeterExchanged,
    CustomerContractSigned,
    CustomerContractFulfilled,
    CustomerContractEnded,
    VulnerablePersonRecorded,
    VulnerablePersonEnded,
)
"""Everything in this file that crosses the bus."""
