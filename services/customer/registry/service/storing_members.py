"""Storing the sheet of group members: idempotent by group and member number."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.repository import bulk
from services.customer.registry.rules.rows import Checked, CleanMember, RowError
from services.customer.registry.rules.sheets import MEMBERS
from services.customer.registry.rules.vocabulary import Party
from services.customer.registry.service.storing_parts import Outcome, Target, phone_record, updated_fact
from shared.events import outbox
from shared.ids import new_id


async def store_members(session: AsyncSession, target: Target, checked: Checked) -> Outcome:
    """Store clean members and their telephones; a group whose members changed gets a new version and a fact."""
    raw = await bulk.connection(session)
    known = await bulk.known_numbers(raw, target.company, sorted({row.group_number for row in checked.members}))
    groups = {number: row["id"] for number, row in known.items() if row["party"] == Party.GROUP}
    errors = [*checked.errors, *_without_group(checked.members, groups)]
    placed = [(groups[row.group_number], row) for row in checked.members if row.group_number in groups]
    before = await bulk.member_ids(raw, list(groups.values()))
    changed = await bulk.upsert_members(raw, [_record(target, group, row) for group, row in placed], target.now)
    ids = {(row["group_id"], row["number"]): row["id"] for row in changed}
    phones = [
        phone_record(target, group, ids[group, row.number], row.phone, is_primary=False)
        for group, row in placed
        if row.phone and (group, row.number) in ids
    ]
    await bulk.upsert_phones(raw, phones, target.now)
    touched = await bulk.touch(raw, sorted({group for group, _ in ids}), target.now)
    await outbox.add(session, *(updated_fact(row, target.company, target.now) for row in touched))
    await bulk.add_errors(raw, target.import_id, target.company, errors)
    created = sum(1 for key in ids if key not in before)
    return Outcome(created, len(ids) - created, len(placed) - len(ids), len({error.line for error in errors}))


def _without_group(rows: Iterable[CleanMember], groups: dict[str, UUID]) -> list[RowError]:
    return [
        RowError(MEMBERS, row.line, 0, "集团编号", "group_unknown", "没有这个编号的集团客户")
        for row in rows
        if row.group_number not in groups
    ]


def _record(target: Target, group_id: UUID, row: CleanMember) -> dict[str, Any]:
    return {
        "id": new_id(),
        "company": target.company,
        "group_id": group_id,
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        "title": row.title,
        "born_on": row.born_on,
    }
