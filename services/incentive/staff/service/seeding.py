"""The pack's demo people, brought into the directory of a demo company."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository
from services.incentive.staff.service.recording import (
    ENTRY_FIELDS,
    StaffEntry,
    announce,
    entry_of,
    new_row,
    touch,
    write,
)
from shared.policy.model import CommonChapter, demo_staff_id


async def seed_demo_staff(session: AsyncSession, *, company: str, common: CommonChapter, now: datetime) -> int:
    """Bring the pack's demo people into the directory of a demo company; answers how many were new or changed.

    Whoever was changed by a person since is left as they are.  For `ENVIRONMENT=demo` and `test` only.
    """
    await repository.lock(session, company)
    known = {row.login: row for row in await repository.of_company(session, company)}
    written = 0
    for login, entry in _demo_entries(company, common):
        row = known.get(login)
        if row is None:
            row = new_row(entry, staff_id=demo_staff_id(company, login), company=company, login=login, now=now)
            await repository.add(session, row)
        elif row.updated_by is None and entry_of(row) != entry:
            write(row, entry)
            touch(row, now, None)
        else:
            continue
        await announce(session, row, "staff.seeded", ENTRY_FIELDS)
        written += 1
    return written


def _demo_entries(company: str, common: CommonChapter) -> Iterator[tuple[str, StaffEntry]]:
    for login, person in common.demo_staff.items():
        title = common.posts[person.posts[0]].name if person.posts else None
        superior_id = None if person.superior is None else demo_staff_id(company, person.superior)
        yield (
            login,
            StaffEntry(
                name=person.name,
                title=title,
                posts=person.posts,
                department=person.department,
                team=person.team,
                superior_id=superior_id,
                lines=person.lines,
                entry_on=person.entry_on,
            ),
        )
