"""Every SQL statement of the staff directory."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff.errors import LoginTakenError
from services.incentive.staff.models import StaffImportRow, StaffRow
from services.incentive.staff.rules import StaffFilter, StaffState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

_COLUMNS = ScopeColumns(
    company=StaffRow.company, owners=(StaffRow.id,), team=StaffRow.team, department=StaffRow.department
)


async def lock(session: AsyncSession, company: str) -> None:
    """One writer at a time in a company's directory, so that no two changes make a circle of superiors."""
    await one_at_a_time(session, f"staff_members:{company}")


async def find(session: AsyncSession, staff_id: UUID, scope: RowScope) -> StaffRow | None:
    """One person in scope."""
    row: StaffRow | None = await session.scalar(select(StaffRow).where(StaffRow.id == staff_id, scope.clause(_COLUMNS)))
    return row


async def find_for_update(session: AsyncSession, staff_id: UUID, scope: RowScope) -> StaffRow | None:
    """One person in scope, locked."""
    row: StaffRow | None = await session.scalar(
        select(StaffRow)
        .where(StaffRow.id == staff_id, scope.clause(_COLUMNS))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row


async def add(session: AsyncSession, row: StaffRow) -> None:
    """Insert.  Raises: LoginTakenError."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise LoginTakenError("同一公司内登录名不得重复") from error


async def listed(
    session: AsyncSession, wanted: StaffFilter, scope: RowScope, *, after: tuple[str, str] | None, limit: int
) -> Sequence[StaffRow]:
    """People in scope by company and login, those after (company, login)."""
    statement = _filtered(select(StaffRow).where(scope.clause(_COLUMNS)), wanted)
    if after is not None:
        statement = statement.where(tuple_(StaffRow.company, StaffRow.login) > after)
    rows = await session.scalars(statement.order_by(StaffRow.company, StaffRow.login).limit(limit))
    return rows.all()


async def of_company(session: AsyncSession, company: str) -> Sequence[StaffRow]:
    """Everybody of a company, those who left included."""
    return (await session.scalars(select(StaffRow).where(StaffRow.company == company).order_by(StaffRow.login))).all()


async def ids_in(session: AsyncSession, scope: RowScope) -> set[UUID]:
    """Everybody in scope."""
    return set(await session.scalars(select(StaffRow.id).where(scope.clause(_COLUMNS))))


async def find_import(session: AsyncSession, import_id: UUID, company: str) -> StaffImportRow | None:
    """One import that was carried out."""
    row: StaffImportRow | None = await session.scalar(
        select(StaffImportRow).where(StaffImportRow.id == import_id, StaffImportRow.company == company)
    )
    return row


async def superiors(session: AsyncSession, company: str) -> dict[UUID, UUID | None]:
    """Everybody's direct superior."""
    rows = await session.execute(select(StaffRow.id, StaffRow.superior_id).where(StaffRow.company == company))
    return {row.id: row.superior_id for row in rows}


async def head_counts(session: AsyncSession, company: str) -> dict[str, int]:
    """How many people each department has, those who left not counted."""
    rows = await session.execute(
        select(StaffRow.department, func.count())
        .where(StaffRow.company == company, StaffRow.state != StaffState.LEFT.value, StaffRow.department.is_not(None))
        .group_by(StaffRow.department)
    )
    return {department: count for department, count in rows if department is not None}


def _filtered(statement: Select[StaffRow], wanted: StaffFilter) -> Select[StaffRow]:
    if wanted.ids is not None:
        statement = statement.where(StaffRow.id.in_(wanted.ids))
    if wanted.post is not None:
        statement = statement.where(StaffRow.posts.contains([wanted.post]))
    if wanted.text is not None:
        statement = statement.where(
            or_(
                StaffRow.name.icontains(wanted.text, autoescape=True),
                StaffRow.login.icontains(wanted.text, autoescape=True),
            )
        )
    columns = {
        StaffRow.department: wanted.department,
        StaffRow.team: wanted.team,
        StaffRow.state: wanted.state,
        StaffRow.superior_id: wanted.superior_id,
    }
    return statement.where(*(column == value for column, value in columns.items() if value is not None))
