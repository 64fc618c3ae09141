"""Taking people into the directory and changing what it says of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository, rules
from services.incentive.staff.errors import SuperiorInvalidError
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import StaffState
from services.incentive.staff.service.checking import mistakes, own_standing
from services.incentive.staff.service.recording import (
    ENTRY_FIELDS,
    StaffEntry,
    Writer,
    announce,
    entry_of,
    for_update,
    new_row,
    touch,
    write,
)
from shared.access.scope import RowScope


async def appoint(
    session: AsyncSession, writer: Writer, entry: StaffEntry, *, staff_id: UUID, login: str, now: datetime
) -> StaffRow:
    """Take a person into the directory and announce it.

    Raises: AppointmentNotAllowedError, UnknownStaffCodeError, SuperiorInvalidError, LoginTakenError.
    """
    company = writer.principal.company
    await repository.lock(session, company)
    _check_appointment(writer, None, entry)
    await _check_superior(session, company, staff_id, entry)
    row = new_row(entry, staff_id=staff_id, company=company, login=login, now=now)
    row.updated_by = writer.principal.staff_id
    await repository.add(session, row)
    await announce(session, row, "staff.appointed", ENTRY_FIELDS)
    return row


async def change(
    session: AsyncSession,
    writer: Writer,
    staff_id: UUID,
    changes: Mapping[str, object],
    *,
    expected_version: int,
    now: datetime,
) -> StaffRow:
    """Change what the directory says of a person; `changes` holds fields of `StaffEntry`.  The same again is none.

    Raises: StaffNotFoundError, StaleError, OwnStandingError, AppointmentNotAllowedError, UnknownStaffCodeError,
    SuperiorInvalidError.
    """
    await repository.lock(session, writer.principal.company)
    row = await for_update(session, writer, staff_id, expected_version)
    before = entry_of(row)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the schema typed them
    changed = [name for name in ENTRY_FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return row
    if row.id in writer.appointer.staff_ids and (refused := own_standing(before, after)):
        raise refused[1]
    _check_appointment(writer, before, after)
    if before.superior_id != after.superior_id:
        await _check_superior(session, row.company, row.id, after)
    write(row, after)
    touch(row, now, writer.principal.staff_id)
    await announce(session, row, "staff.changed", changed)
    return row


def _check_appointment(writer: Writer, before: StaffEntry | None, after: StaffEntry) -> None:
    for _, refusal in mistakes(writer, before, after):
        raise refusal


async def _check_superior(session: AsyncSession, company: str, staff_id: UUID, entry: StaffEntry) -> None:
    if entry.superior_id is None:
        return
    superior = await repository.find(session, entry.superior_id, RowScope.everything(company))
    if superior is None or superior.state == StaffState.LEFT:
        raise SuperiorInvalidError.at_pointer("/superior_id")
    if rules.makes_circle(staff_id, entry.superior_id, await repository.superiors(session, company)):
        raise SuperiorInvalidError.at_pointer("/superior_id")
