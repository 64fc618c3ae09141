"""Customer → contract fact."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.customer.registry.models import CustomerRow, VulnerablePersonRow
from shared.contracts import customer as contracts
from shared.contracts import registry
from shared.contracts.base import EventPayload, Routing
from shared.events.fact import Fact

STATE = ("number", "kind", "customer_class", "party", "standing", "tier", "tags", "district", "account_manager_id")
"""The columns that a fact carries; bulk statements return them by these names."""


def registered(row: CustomerRow, now: datetime) -> Fact:
    """`customer.registered`."""
    return of_columns(contracts.CustomerRegistered, row.id, row.company, row.version, _columns(row), now)


def updated(row: CustomerRow, now: datetime) -> Fact:
    """`customer.updated`: the whole state after the change."""
    return of_columns(contracts.CustomerUpdated, row.id, row.company, row.version, _columns(row), now)


def of_columns(
    kind: type[contracts.CustomerState],
    customer_id: UUID,
    company: str,
    version: int,
    columns: Mapping[str, Any],
    now: datetime,
) -> Fact:
    """A fact from plain columns, for bulk work."""
    state = {name: columns[name] for name in STATE}
    routing = Routing(owner_id=state["account_manager_id"])
    return Fact(
        payload=kind(customer_id=customer_id, routing=routing, **state),
        company=company,
        aggregate_type="customer",
        aggregate_id=customer_id,
        aggregate_version=version,
        time=now,
    )


def _columns(row: CustomerRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in STATE}


def capacity_raised(row: CustomerRow, before: Decimal | None, contract_id: UUID | None, now: datetime) -> Fact:
    """`customer.capacity_raised`."""
    payload = registry.CustomerCapacityRaised(
        customer_id=row.id,
        from_m3_day=None if before is None else float(before),
        to_m3_day=float(row.capacity_m3_day or 0),
        contract_id=contract_id,
        routing=routing_of(row),
    )
    return of_customer(row, payload, now)


def capacity_raised_by_file(
    columns: Mapping[str, Any], company: str, before: Decimal | None, after: Decimal, now: datetime
) -> Fact:
    """The same of a row that a bulk statement returned."""
    payload = registry.CustomerCapacityRaised(
        customer_id=columns["id"],
        from_m3_day=None if before is None else float(before),
        to_m3_day=float(after),
        routing=Routing(owner_id=columns["account_manager_id"]),
    )
    return Fact(
        payload=payload,
        company=company,
        aggregate_type="customer",
        aggregate_id=columns["id"],
        aggregate_version=columns["version"],
        time=now,
    )


def vulnerable_person_recorded(row: CustomerRow, person: VulnerablePersonRow, now: datetime) -> Fact:
    """`customer.vulnerable_person_recorded`."""
    payload = registry.VulnerablePersonRecorded(
        customer_id=row.id,
        person_id=person.id,
        premises_id=person.premises_id,
        kind=person.kind,
        until=person.until,
        routing=routing_of(row),
    )
    return of_customer(row, payload, now)


def vulnerable_person_ended(row: CustomerRow, person: VulnerablePersonRow, ended_on: date, now: datetime) -> Fact:
    """`customer.vulnerable_person_ended`."""
    return vulnerable_person_left(row, person.id, person.kind, ended_on, now)


def vulnerable_person_left(row: CustomerRow, person_id: UUID, kind: str, ended_on: date, now: datetime) -> Fact:
    """The same by plain values."""
    payload = registry.VulnerablePersonEnded(
        customer_id=row.id, person_id=person_id, kind=kind, ended_on=ended_on, routing=routing_of(row)
    )
    return of_customer(row, payload, now)


def routing_of(row: CustomerRow) -> Routing:
    """A customer's matters lie with the account manager."""
    return Routing(owner_id=row.account_manager_id)


def of_customer(row: CustomerRow, payload: EventPayload, now: datetime) -> Fact:
    """A fact about the customer at the version at hand."""
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="customer",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
