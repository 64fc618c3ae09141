"""Taking people into the directory and changing what it says of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository, rules
from services.incentive.staff.errors import (
    AppointmentNotAllowedError,
    OwnStandingError,
    SuperiorInvalidError,
    UnknownStaffCodeError,
)
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import StaffState
from services.incentive.staff.service.recording import (
    ENTRY_FIELDS,
    StaffEntry,
    Writer,
    announce,
    entry_of,
    for_update,
    may_rule,
    new_row,
    touch,
    write,
)
from shared.access.scope import RowScope
from shared.policy.model import CommonChapter


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
    if row.id in writer.appointer.staff_ids and before.standing != after.standing:
        raise OwnStandingError("本人的岗位、部门、上级和状态须由他人变更")
    _check_appointment(writer, before, after)
    if before.superior_id != after.superior_id:
        await _check_superior(session, row.company, row.id, after)
    write(row, after)
    touch(row, now, writer.principal.staff_id)
    await announce(session, row, "staff.changed", changed)
    return row


def _check_appointment(writer: Writer, before: StaffEntry | None, after: StaffEntry) -> None:
    """Codes exist, and whoever is appointed or moved stands below the writer; codes that stay are not asked again."""
    common, appointer = writer.common, writer.appointer
    held = () if before is None else before.posts
    for place, post in enumerate(after.posts):
        if post not in common.posts and post not in held:
            raise UnknownStaffCodeError.at_pointer(f"/posts/{place}")
    _check_place(common, before, after)
    if not appointer.may_place(after.department):
        raise AppointmentNotAllowedError("只能在本人负责的部门内任命")
    is_moved = before is None or before.standing != after.standing
    if is_moved and not may_rule(writer, {*held, *after.posts}):
        raise AppointmentNotAllowedError("只能任免本部门且低于本人级别的岗位")
    lines_before = () if before is None else before.lines
    if set(lines_before) != set(after.lines) and not appointer.is_company_wide:
        raise AppointmentNotAllowedError("分管部门由服务管理办公室维护")


def _check_place(common: CommonChapter, before: StaffEntry | None, after: StaffEntry) -> None:
    said = (("department", common.departments), ("team", common.teams))
    for name, known in said:
        code = getattr(after, name)
        if code is not None and code not in known and (before is None or code != getattr(before, name)):
            raise UnknownStaffCodeError.at_pointer(f"/{name}")
    for place, line in enumerate(after.lines):
        if line not in common.departments and (before is None or line not in before.lines):
            raise UnknownStaffCodeError.at_pointer(f"/lines/{place}")


async def _check_superior(session: AsyncSession, company: str, staff_id: UUID, entry: StaffEntry) -> None:
    if entry.superior_id is None:
        return
    superior = await repository.find(session, entry.superior_id, RowScope.everything(company))
    if superior is None or superior.state == StaffState.LEFT:
        raise SuperiorInvalidError.at_pointer("/superior_id")
    if rules.makes_circle(staff_id, entry.superior_id, await repository.superiors(session, company)):
        raise SuperiorInvalidError.at_pointer("/superior_id")
