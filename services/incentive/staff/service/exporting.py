"""The directory as a workbook that the import takes; importing it again changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import Deputation
from services.incentive.staff.service.recording import Writer
from shared.audit import trail
from shared.ids import new_id


async def exported(session: AsyncSession, writer: Writer, *, on: date, now: datetime) -> list[dict[str, str]]:
    """Everybody whom the person may write about, by login; the export is audited with its number of people."""
    company = writer.principal.company
    people = await repository.of_company(session, company)
    logins = {row.id: row.login for row in people}
    in_scope = await repository.ids_in(session, writer.scope)
    shown = [_cells(row, logins, on) for row in people if row.id in in_scope]
    await trail.record(
        session,
        company=company,
        action="staff.exported",
        at=now,
        resource_type="staff_export",
        resource_id=new_id(),
        detail={"people": len(shown)},
    )
    return shown


def _cells(row: StaffRow, logins: Mapping[UUID, str], on: date) -> dict[str, str]:
    said = {
        "login": row.login,
        "name": row.name,
        "title": row.title or "",
        "posts": ";".join(row.posts),
        "department": row.department or "",
        "team": row.team or "",
        "superior_login": logins.get(row.superior_id, "") if row.superior_id else "",
        "lines": ";".join(row.lines),
        "entry_on": row.entry_on.isoformat() if row.entry_on else "",
        "state": row.state,
    }
    deputation = _shown(row, on)
    if deputation is None or deputation.staff_id not in logins:
        return said
    return said | {
        "deputy_login": logins[deputation.staff_id],
        "deputy_from": deputation.from_on.isoformat(),
        "deputy_until": deputation.until_on.isoformat(),
    }


def _shown(row: StaffRow, on: date) -> Deputation | None:
    """The deputation of the day or the next to come; a row of the file has room for one."""
    return next((one for one in sorted(row.deputations) if one.until_on >= on), None)
