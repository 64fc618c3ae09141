"""Parts of storing an import that its sheets share: where it goes, what is told and kept of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.registry import events
from services.customer.registry.repository import bulk, bulk_records
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.rows import CleanCustomer
from services.customer.registry.service import history
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import EntryTerms
from shared.contracts.customer import CustomerUpdated
from shared.events.fact import Fact
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Target:
    """Where a chunk goes."""

    import_id: UUID
    company: str
    terms: EntryTerms
    vault: Vault
    now: datetime
    actor: str | None = None
    """Who uploaded the file."""


@dataclass(slots=True)
class Outcome:
    """Counts of rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


_TOLD = {
    "kind": "kind",
    "party": "party",
    "standing": "standing",
    "capacity_m3_day": "capacity",
    "daily_volume_m3": "volume",
    "member_count": "member_count",
    "district": "district",
    "name": "name",
}
"""Columns of the customer and the cells that set them; an empty cell sets nothing."""


def updated_fact(row: Any, company: str, now: datetime) -> Fact:
    """`customer.updated` of a row that a bulk statement returned."""
    return events.of_columns(CustomerUpdated, row["id"], company, row["version"], row, now)


def raised(
    rows: list[Any], said: Mapping[UUID, CleanCustomer], before: Mapping[UUID, Any], target: Target
) -> list[Fact]:
    """`customer.capacity_raised` of the rows in which the file says more than stood there."""
    facts = []
    for row in rows:
        old, new = before[row["id"]]["capacity_m3_day"], said[row["id"]].capacity
        if new is not None and new > (old or 0):
            facts.append(events.capacity_raised_by_file(row, target.company, old, new, target.now))
    return facts


def changes_of_file(
    rows: list[Any], said: Mapping[UUID, CleanCustomer], before: Mapping[UUID, Any], target: Target
) -> list[tuple[Any, ...]]:
    """What a file changed of customers that there were, field by field, as rows of the history."""
    noted = []
    for row in rows:
        customer_id = row["id"]
        for change in _changes(customer_id, said[customer_id], before[customer_id], target):
            values = history.values_of(change, customer_id, target.company, row["version"], target.now, target.actor)
            noted.append(tuple(values[name] for name in bulk.CHANGE_COLUMNS))
    return noted


def _changes(customer_id: UUID, said: CleanCustomer, before: Any, target: Target) -> list[Change]:
    found = [
        Change("customer", Act.CHANGED, customer_id, column, before[column], new)
        for column, cell in _TOLD.items()
        if (new := getattr(said, cell)) is not None and new != before[column]
    ]
    if said.address != before["address"]:
        found.append(Change("premises", Act.CHANGED, None, "address"))
    if (
        said.identity
        and target.vault.index.value(target.company, "identity", said.identity) != before["identity_index"]
    ):
        found.append(Change("customer", Act.CHANGED, customer_id, "identity"))
    if said.tags is not None:
        found.append(Change("customer", Act.CHANGED, customer_id, "tags", None, said.tags))
    return found


async def tags_of_file(raw: Any, target: Target, customers: list[dict[str, Any]]) -> None:
    """Replace the tags that files set by what this one says; those that persons set stay. Completes `tags`."""
    said = [one for one in customers if one["tags"] is not None]
    if not said:
        return
    kept = await bulk_records.kept_tags(raw, [one["id"] for one in said])
    rows = [
        {"id": new_id(), "company": target.company, "customer_id": one["id"], "tag": tag}
        for one in said
        for tag in one["tags"]
    ]
    spoken = [{"customer_id": one["id"], "tags": one["tags"]} for one in said]
    await bulk_records.replace_tags(raw, spoken, rows, target.now, target.actor)
    for one in said:
        one["tags"] = target.terms.records.effective({*one["tags"], *kept.get(one["id"], ())})


def phone_record(
    target: Target, customer_id: UUID, member_id: UUID | None, e164: str, *, is_primary: bool
) -> dict[str, Any]:
    """A telephone as the bulk statements take it."""
    phone_id = new_id()
    cipher, index, last4 = target.vault.phone(phone_id, target.company, e164)
    return {
        "id": phone_id,
        "company": target.company,
        "customer_id": customer_id,
        "member_id": member_id,
        "cipher": cipher,
        "phone_index": index,
        "last4_index": last4,
        "is_primary": is_primary,
    }
