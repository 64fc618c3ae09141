"""The cases themselves, as their files see them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow, ComplaintStepRow, CustomerRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.reader_posts,
)

FAMILY = """
with recursive family (id) as (
  select cast(:case as uuid)
  union select c.id from complaints c join family f on c.merged_into_id = f.id
)
"""
"""A case and all that were merged into it, and into those."""

_FAMILY_ROWS = text(f"{FAMILY} select id from family")  # noqa: S608  # our own fragment
_OWN_FILES = text(
    "select id, sha256 from stored_files where company = :company and created_by = :actor and id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def naming(column: Any, file_id: UUID) -> ColumnElement[bool]:
    """Whether an array column names the file, by its index."""
    condition: ColumnElement[bool] = column.op("@>")(bindparam(None, [file_id], type_=ARRAY(Uuid), unique=True))
    return condition


def scoped(scope: RowScope) -> Select[ComplaintRow]:
    """Select of the cases that a scope reaches."""
    return select(ComplaintRow).where(scope.clause(SCOPE))


async def case(session: AsyncSession, complaint_id: UUID, *, lock: bool = False) -> ComplaintRow:
    """A case that is known to be there."""
    statement = select(ComplaintRow).where(ComplaintRow.id == complaint_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one()


async def case_in(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> ComplaintRow | None:
    """The case if it lies in the scope."""
    return (await session.execute(scoped(scope).where(ComplaintRow.id == complaint_id))).scalar_one_or_none()


async def lock(session: AsyncSession, complaint_ids: Iterable[UUID]) -> None:
    """Lock several cases in the order of their ids, so that two who want the same ones never wait for each other."""
    statement = (
        select(ComplaintRow)
        .where(ComplaintRow.id.in_(list(complaint_ids)))
        .order_by(ComplaintRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    await session.execute(statement)


async def family(session: AsyncSession, complaint_id: UUID) -> list[ComplaintRow]:
    """A case and those merged into it, itself first."""
    ids = (await session.execute(_FAMILY_ROWS, {"case": complaint_id})).scalars().all()
    rows = (await session.execute(select(ComplaintRow).where(ComplaintRow.id.in_(ids)))).scalars().all()
    return sorted(rows, key=lambda row: (row.id != complaint_id, row.id))


async def customer_company(session: AsyncSession, customer_id: UUID) -> str | None:
    """The company of a customer, as far as known here."""
    found: str | None = await session.scalar(select(CustomerRow.company).where(CustomerRow.id == customer_id))
    return found


async def own_files(session: AsyncSession, company: str, actor: str, file_ids: Sequence[UUID]) -> dict[UUID, str]:
    """SHA-256 of those of the files that the person uploaded."""
    if not file_ids:
        return {}
    rows = await session.execute(_OWN_FILES, {"company": company, "actor": actor, "ids": list(file_ids)})
    return {row.id: row.sha256 for row in rows}


async def sealing_step(session: AsyncSession, complaint_id: UUID, volume: int) -> ComplaintStepRow | None:
    """The step that ended a cycle: its closing, else the reopening that followed."""
    for action, cycle in (("close", volume), ("reopen", volume + 1)):
        statement = (
            select(ComplaintStepRow)
            .where(
                ComplaintStepRow.complaint_id == complaint_id,
                ComplaintStepRow.cycle == cycle,
                ComplaintStepRow.action == action,
            )
            .order_by(ComplaintStepRow.at.desc())
            .limit(1)
        )
        found = (await session.execute(statement)).scalar_one_or_none()
        if found is not None:
            return found
    return None
