"""Every SQL statement of the appeals."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.appeals.errors import AppealNotFoundError
from services.complaint.appeals.models import APPEAL_NUMBERS, AppealActRow, AppealRow
from services.complaint.cases.models import ComplaintRow
from shared.access.scope import RowScope, ScopeColumns

OWN_SCOPE = ScopeColumns(
    company=AppealRow.company,
    owners=(AppealRow.lodged_by, AppealRow.appellant_id),
    department=AppealRow.appellant_department,
    posts=AppealRow.posts,
)
CASE_SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.reader_posts,
)


def _scoped(scope: RowScope) -> Select[AppealRow]:
    """Appeals that are the caller's own or lie with the caller's post, and those against the caller's cases."""
    return (
        select(AppealRow)
        .join(ComplaintRow, ComplaintRow.id == AppealRow.complaint_id)
        .where(or_(scope.clause(OWN_SCOPE), scope.clause(CASE_SCOPE)))
    )


async def get(session: AsyncSession, appeal_id: UUID, scope: RowScope, *, or_acted: UUID | None = None) -> AppealRow:
    """One appeal of the scope, or one on which a person acted.  Raises: AppealNotFoundError."""
    within = or_(scope.clause(OWN_SCOPE), scope.clause(CASE_SCOPE))
    if or_acted is not None:
        acted = select(AppealActRow.id).where(AppealActRow.appeal_id == appeal_id, AppealActRow.actor_id == or_acted)
        within = or_(within, acted.exists())
    statement = (
        select(AppealRow)
        .join(ComplaintRow, ComplaintRow.id == AppealRow.complaint_id)
        .where(AppealRow.id == appeal_id, AppealRow.company.in_(scope.companies), within)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise AppealNotFoundError
    return row


async def lock(session: AsyncSession, appeal_id: UUID) -> AppealRow:
    """The appeal, locked, as it is now; its finding is locked before."""
    statement = (
        select(AppealRow).where(AppealRow.id == appeal_id).with_for_update().execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one()


_FILTERS: Mapping[str, Any] = {
    "complaint_id": AppealRow.complaint_id,
    "finding_id": AppealRow.finding_id,
    "state": AppealRow.state,
    "appellant": AppealRow.appellant,
    "step": AppealRow.step,
    "department": AppealRow.appellant_department,
    "appellant_id": AppealRow.appellant_id,
    "outcome": AppealRow.outcome,
    "number": AppealRow.number,
}
"""What the list may be narrowed by; the names are the query parameters."""


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, object], *, before: UUID | None, limit: int
) -> Sequence[AppealRow]:
    """A page of appeals, newest first; empty values are ignored."""
    statement = _scoped(scope)
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(_FILTERS[name] == value)
    if before is not None:
        statement = statement.where(AppealRow.id < before)
    return (await session.execute(statement.order_by(AppealRow.id.desc()).limit(limit))).scalars().all()


async def next_number(session: AsyncSession) -> int:
    """The next number of the appeals' sequence; a refused request leaves a gap."""
    return int(await session.scalar(select(APPEAL_NUMBERS.next_value())) or 0)


async def against(session: AsyncSession, finding_id: UUID) -> Sequence[AppealRow]:
    """Every appeal against a finding, oldest first."""
    statement = select(AppealRow).where(AppealRow.finding_id == finding_id).order_by(AppealRow.id)
    return (await session.execute(statement)).scalars().all()


async def is_contested(session: AsyncSession, finding_id: UUID, *, other_than: UUID) -> bool:
    """Whether another admitted appeal is under way."""
    statement = select(func.count()).where(
        AppealRow.finding_id == finding_id, AppealRow.id != other_than, AppealRow.state == "in_review"
    )
    return bool(await session.scalar(statement))


async def acts(session: AsyncSession, appeal_ids: Iterable[UUID]) -> Sequence[AppealActRow]:
    """What was done to appeals, oldest first."""
    statement = (
        select(AppealActRow)
        .where(AppealActRow.appeal_id.in_(list(appeal_ids)))
        .order_by(AppealActRow.at, AppealActRow.id)
    )
    return (await session.execute(statement)).scalars().all()


async def judges(session: AsyncSession, finding_id: UUID) -> frozenset[UUID]:
    """Who gave an opinion or a decision on the merits of any appeal against the finding."""
    statement = (
        select(AppealActRow.actor_id)
        .join(AppealRow, AppealRow.id == AppealActRow.appeal_id)
        .where(AppealRow.finding_id == finding_id, AppealActRow.act.in_(["review", "decide"]))
    )
    return frozenset((await session.execute(statement)).scalars())


async def own_files(session: AsyncSession, company: str, actor: str, file_ids: Sequence[UUID]) -> bool:
    """Whether the person uploaded every one of the files."""
    statement = text(
        "select count(*) from stored_files where company = :company and created_by = :actor and id = any(:ids)"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    found = await session.scalar(statement, {"company": company, "actor": actor, "ids": list(file_ids)})
    return bool(found == len(set(file_ids)))


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether an appeal of the scope names the file."""
    wanted: ColumnElement[Any] = bindparam(None, [file_id], type_=ARRAY(Uuid))
    statement = _scoped(scope).where(AppealRow.attachment_ids.op("@>")(wanted)).limit(1)
    return (await session.execute(statement)).first() is not None
