"""Customer → contract fact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.registry.models import CustomerRow
from shared.contracts import customer as contracts
from shared.contracts.base import Routing
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
