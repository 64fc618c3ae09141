"""Storing one chunk of an import: new rows by COPY, changed ones by statement, unchanged ones not at all."""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry import events
from services.customer.registry.repository import bulk
from services.customer.registry.rules.rows import Checked, CleanCustomer, RowError
from services.customer.registry.rules.sheets import CUSTOMERS
from services.customer.registry.rules.vocabulary import Standing, class_of
from services.customer.registry.service.storing_parts import (
    Outcome,
    Target,
    changes_of_file,
    phone_record,
    raised,
    tags_of_file,
    updated_fact,
)
from shared.contracts.customer import CustomerRegistered
from shared.database.codecs import dumps
from shared.events import outbox
from shared.events.fact import Fact
from shared.ids import new_id

ADDRESS_PARTS = ("province", "city", "street", "building", "unit", "room")
"""Parts of an address that a file may leave out altogether."""


@dataclass(slots=True)
class _Batch:
    customers: list[tuple[Any, ...]] = field(default_factory=list)
    premises: list[tuple[Any, ...]] = field(default_factory=list)
    meters: list[tuple[Any, ...]] = field(default_factory=list)
    phones: list[tuple[Any, ...]] = field(default_factory=list)
    tags: list[tuple[Any, ...]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class _Changes:
    customers: list[dict[str, Any]] = field(default_factory=list)
    premises: list[dict[str, Any]] = field(default_factory=list)
    meters: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    before: dict[UUID, Any] = field(default_factory=dict)
    """What stood there, by customer: for the history."""
    rows: dict[UUID, CleanCustomer] = field(default_factory=dict)


async def store_customers(session: AsyncSession, target: Target, checked: Checked) -> Outcome:
    """Store the clean rows of a chunk, its errors and its facts, in the session's transaction."""
    raw = await bulk.connection(session)
    known = await bulk.known_numbers(raw, target.company, [row.number for row in checked.customers])
    owners = await bulk.meter_owners(raw, target.company, [row.meter for row in checked.customers if row.meter])
    outcome, batch, changes = Outcome(), _Batch(), _Changes()
    errors = list(checked.errors)
    for row in checked.customers:
        before = known.get(row.number)
        if refusal := _refusal(row, before, owners):
            errors.append(refusal)
            continue
        indexes = [target.vault.index.phone(target.company, phone) for phone in row.phones]
        fingerprint = _fingerprint(row, target, indexes)
        if before is None:
            _add(batch, row, target, fingerprint)
            outcome.created += 1
        elif before["row_hash"] == fingerprint:
            outcome.unchanged += 1
        else:
            _change(changes, row, target, before, fingerprint, indexes)
            outcome.updated += 1
    outcome.refused = len({error.line for error in errors})
    await _write(session, raw, target, batch, changes)
    await bulk.add_errors(raw, target.import_id, target.company, errors)
    return outcome


async def _write(session: AsyncSession, raw: Any, target: Target, batch: _Batch, changes: _Changes) -> None:
    await bulk.copy_new(
        raw,
        {
            "customers": (bulk.CUSTOMER_COLUMNS, batch.customers),
            "premises": (bulk.PREMISES_COLUMNS, batch.premises),
            "meters": (bulk.METER_COLUMNS, batch.meters),
            "phones": (bulk.PHONE_COLUMNS, batch.phones),
            "customer_tags": (bulk.TAG_COLUMNS, batch.tags),
        },
    )
    facts = batch.facts
    if changes.customers:
        await tags_of_file(raw, target, changes.customers)
        rows = await bulk.update_customers(raw, changes.customers, target.now, target.actor)
        await bulk.update_belongings(
            raw,
            premises=changes.premises,
            meters=changes.meters,
            phones=changes.phones,
            kept=changes.kept,
            now=target.now,
        )
        facts = facts + [updated_fact(row, target.company, target.now) for row in rows]
        facts = facts + raised(rows, changes.rows, changes.before, target)
        noted = changes_of_file(rows, changes.rows, changes.before, target)
        await bulk.copy_new(raw, {"customer_changes": (bulk.CHANGE_COLUMNS, noted)})
    await outbox.add(session, *facts)


def _refusal(row: CleanCustomer, before: Any, owners: dict[str, UUID]) -> RowError | None:
    if before is not None and before["standing"] in (Standing.MERGED, Standing.WITHDRAWN):
        return RowError(CUSTOMERS, row.line, 0, "客户编号", "customer_ended", "该客户已合并或撤销，不再更新")
    owner = owners.get(row.meter) if row.meter else None
    if owner is not None and (before is None or owner != before["id"]):
        return RowError(CUSTOMERS, row.line, 0, "表号", "meter_in_use", "表号已属于其他客户")
    return None


def _fingerprint(row: CleanCustomer, target: Target, indexes: list[str]) -> bytes:
    """What tells whether the file says anything new; personal numbers enter as keyed hashes only."""
    said = {name: getattr(row, name) for name in row.__slots__}
    for name in ("line", "name_key", "name_bigrams", "address_key", "address_bigrams"):
        del said[name]
    for name in ADDRESS_PARTS:
        if said[name] is None:
            del said[name]
    said["phones"] = indexes
    if row.identity:
        said["identity"] = target.vault.index.value(target.company, "identity", row.identity)
    return hashlib.blake2b(dumps(said).encode(), digest_size=16).digest()


def _add(batch: _Batch, row: CleanCustomer, target: Target, fingerprint: bytes) -> None:
    customer_id, premises_id, now, company = new_id(), new_id(), target.now, target.company
    standing, tags = row.standing or Standing.ACTIVE.value, target.terms.records.effective(set(row.tags or ()))
    actor, account = target.actor, "closed" if row.standing == Standing.CLOSED else "open"
    identity = target.vault.identity(customer_id, company, row.identity) if row.identity else (None, None)
    kind = class_of(row.kind).value
    batch.customers.append(
        (
            *(customer_id, company, row.number, row.name, row.name_key, row.name_bigrams, row.kind, kind, row.party),
            *(standing, row.capacity, row.volume, row.member_count or 0, tags, dumps(row.facts), row.district),
            *(row.identity_kind or ("other" if row.identity else None), *identity, target.terms.default_tier),
            *(fingerprint, account, now, actor, now, actor),
        )
    )
    batch.premises.append(
        (
            *(premises_id, company, customer_id, row.address, row.address_key, row.address_bigrams, row.province),
            *(row.city, row.district, row.street, row.community, row.building, row.unit, row.room),
            *(row.premises_kind, "in_use", True, actor, now),
        )
    )
    if row.meter:
        kind_of_meter = row.meter_kind or "other"
        meter = (new_id(), company, customer_id, premises_id, row.meter, kind_of_meter, "in_use", actor, now)
        batch.meters.append(meter)
    for place, phone in enumerate(row.phones):
        phone_id = new_id()
        sealed = target.vault.phone(phone_id, company, phone)
        batch.phones.append((phone_id, company, customer_id, None, *sealed, place == 0, "active", actor, now))
    for tag in row.tags or ():
        batch.tags.append((new_id(), company, customer_id, tag, "import", "active", actor, now))
    state = {
        "number": row.number,
        "kind": row.kind,
        "customer_class": kind,
        "party": row.party,
        "standing": standing,
        "tier": target.terms.default_tier,
        "tags": tags,
        "district": row.district,
        "account_manager_id": None,
    }
    batch.facts.append(events.of_columns(CustomerRegistered, customer_id, company, 1, state, now))


def _change(
    changes: _Changes, row: CleanCustomer, target: Target, before: Any, fingerprint: bytes, indexes: list[str]
) -> None:
    company, customer_id = target.company, before["id"]
    changes.before[customer_id], changes.rows[customer_id] = before, row
    said = {name: getattr(row, name) for name in row.__slots__}
    cipher, index = target.vault.identity(customer_id, company, row.identity) if row.identity else (None, None)
    changes.customers.append(
        {
            **{name: said[name] for name in ("name", "name_key", "name_bigrams", "kind", "party", "standing")},
            **{name: said[name] for name in ("member_count", "tags", "facts", "district")},
            "id": customer_id,
            "customer_class": class_of(row.kind),
            "capacity_m3_day": row.capacity,
            "daily_volume_m3": row.volume,
            "identity_kind": row.identity_kind or ("other" if row.identity else None),
            "identity_cipher": cipher,
            "identity_index": index,
            "row_hash": fingerprint.hex(),
        }
    )
    belongs = {"company": company, "customer_id": customer_id}
    address = {name: said[name] for name in ("address", "address_key", "address_bigrams", "district", "community")}
    address |= {name: said[name] for name in ADDRESS_PARTS}
    changes.premises.append({**belongs, "id": new_id(), **address, "kind": row.premises_kind})
    if row.meter:
        changes.meters.append({**belongs, "id": new_id(), "number": row.meter, "kind": row.meter_kind})
    changes.kept.append({"customer_id": customer_id, "kept": indexes})
    for place, phone in enumerate(row.phones):
        changes.phones.append(phone_record(target, customer_id, None, phone, is_primary=place == 0))
