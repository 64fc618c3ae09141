"""Storing the sheet of gas equipment: idempotent by customer and the number of the appliance."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.repository import bulk, bulk_records
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.rows import Checked, CleanEquipment, RowError
from services.customer.registry.rules.service_life import expires_on
from services.customer.registry.rules.sheets import EQUIPMENT
from services.customer.registry.service import history
from services.customer.registry.service.storing_parts import Outcome, Target, updated_fact
from shared.events import outbox
from shared.ids import new_id


async def store_equipment(session: AsyncSession, target: Target, checked: Checked) -> Outcome:
    """Store clean appliances; a customer whose equipment changed gets a new version and a fact."""
    raw = await bulk.connection(session)
    known = await bulk.known_numbers(raw, target.company, sorted({row.customer_number for row in checked.equipment}))
    owners = {number: row["id"] for number, row in known.items()}
    places = await bulk_records.primary_premises(raw, list(owners.values()))
    errors, placed = list(checked.errors), {}
    for row in checked.equipment:
        owner = owners.get(row.customer_number)
        if owner is None or owner not in places:
            errors.append(
                RowError(EQUIPMENT, row.line, 0, "客户编号", "customer_unknown", "没有这个编号的客户或其用气地址")
            )
        elif (owner, row.number) in placed:
            errors.append(RowError(EQUIPMENT, row.line, 1, "设备编号", "duplicate_in_file", "同一客户的设备编号重复"))
        else:
            placed[owner, row.number] = _record(target, owner, places[owner], row)
    changed = []
    for has_hazards in (True, False):
        rows = [one for one in placed.values() if (one["hazards"] is not None) is has_hazards]
        if rows:
            changed += await bulk_records.upsert_equipment(raw, rows, target.now, target.actor, has_hazards=has_hazards)
    touched = await bulk.touch(raw, sorted({row["customer_id"] for row in changed}), target.now)
    await outbox.add(session, *(updated_fact(row, target.company, target.now) for row in touched))
    await bulk.copy_new(raw, {"customer_changes": (bulk.CHANGE_COLUMNS, _noted(changed, touched, target))})
    await bulk.add_errors(raw, target.import_id, target.company, errors)
    created = sum(1 for row in changed if row["version"] == 1)
    refused = len({error.line for error in errors})
    return Outcome(created, len(changed) - created, len(placed) - len(changed), refused)


def _record(target: Target, customer_id: UUID, premises_id: UUID, row: CleanEquipment) -> dict[str, Any]:
    years = target.terms.records.equipment_kinds[row.kind].service_years
    return {
        "id": new_id(),
        "company": target.company,
        "customer_id": customer_id,
        "premises_id": premises_id,
        "kind": row.kind,
        "brand": row.brand,
        "model": row.model,
        "number": row.number,
        "installed_on": row.installed_on,
        "service_years": years,
        "expires_on": expires_on(row.installed_on, years),
        "hazards": row.hazards,
    }


def _noted(changed: list[Any], touched: list[Any], target: Target) -> list[tuple[Any, ...]]:
    versions = {row["id"]: row["version"] for row in touched}
    noted = []
    for row in changed:
        act = Act.ENTERED if row["version"] == 1 else Act.CHANGED
        values = history.values_of(
            Change("equipment", act, row["id"]),
            row["customer_id"],
            target.company,
            versions[row["customer_id"]],
            target.now,
            target.actor,
        )
        noted.append(tuple(values[name] for name in bulk.CHANGE_COLUMNS))
    return noted
