"""SQL of sheets, their lines and publications."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.incentive.assessments.errors import AssessmentNotFoundError
from services.incentive.assessments.models import AssessmentLineRow, AssessmentSheetRow, PublicationRow
from services.incentive.assessments.rules.sheets import SheetState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=AssessmentSheetRow.company,
    owners=(AssessmentSheetRow.employee_id,),
    department=AssessmentSheetRow.department,
)


async def add(session: AsyncSession, rows: Sequence[AssessmentSheetRow | AssessmentLineRow | PublicationRow]) -> None:
    """Store new ones."""
    session.add_all(rows)
    await session.flush()


async def get(session: AsyncSession, sheet_id: UUID, scope: RowScope, *, lock: bool = False) -> AssessmentSheetRow:
    """One of the scope.  Raises: AssessmentNotFoundError."""
    statement = select(AssessmentSheetRow).where(AssessmentSheetRow.id == sheet_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise AssessmentNotFoundError("考核表不存在，或不在可见范围内。")
    return row


async def page(
    session: AsyncSession, scope: RowScope, equal: Mapping[str, object], *, before: UUID | None, limit: int
) -> Sequence[AssessmentSheetRow]:
    """Newest first."""
    statement = select(AssessmentSheetRow).where(scope.clause(SCOPE))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(AssessmentSheetRow, column) == value)
    if before is not None:
        statement = statement.where(AssessmentSheetRow.id < before)
    return (await session.scalars(statement.order_by(AssessmentSheetRow.id.desc()).limit(limit))).all()


async def drafts(
    session: AsyncSession, company: str, month: str, department: str | None
) -> Sequence[AssessmentSheetRow]:
    """What waits for its release, locked in one order."""
    row = AssessmentSheetRow
    statement = select(row).where(row.company == company, row.month == month, row.state == SheetState.DRAFT.value)
    if department is not None:
        statement = statement.where(row.department == department)
    statement = statement.order_by(row.id).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).all()


async def counts(session: AsyncSession, scope: RowScope, month_id: UUID) -> dict[str, int]:
    """Sheets of a month by state."""
    row = AssessmentSheetRow
    statement = select(row.state, func.count()).where(scope.clause(SCOPE), row.month_id == month_id)
    return {state: int(count) for state, count in await session.execute(statement.group_by(row.state))}


async def of_year(
    session: AsyncSession, scope: RowScope, company: str, year: str, equal: Mapping[str, object]
) -> Sequence[AssessmentSheetRow]:
    """The latest edition of each sheet of a year, by subject and month."""
    row, later = AssessmentSheetRow, aliased(AssessmentSheetRow)
    has_later = select(later.id).where(later.corrects_id == row.id).exists()
    statement = select(row).where(scope.clause(SCOPE), row.company == company, row.month.startswith(year), ~has_later)
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(row, column) == value)
    return (await session.scalars(statement.order_by(row.subject_type, row.subject, row.month))).all()


async def is_drafted(session: AsyncSession, company: str, month: str) -> bool:
    """Whether the month has sheets."""
    row = AssessmentSheetRow
    found = await session.scalar(select(row.id).where(row.company == company, row.month == month).limit(1))
    return found is not None


async def is_corrected(session: AsyncSession, sheet_id: UUID) -> bool:
    """Whether a later edition stands."""
    row = AssessmentSheetRow
    return await session.scalar(select(row.id).where(row.corrects_id == sheet_id)) is not None


async def lines(session: AsyncSession, sheet_ids: Sequence[UUID]) -> dict[UUID, list[AssessmentLineRow]]:
    """Lines of released sheets in their order."""
    row = AssessmentLineRow
    found: dict[UUID, list[AssessmentLineRow]] = {}
    statement = select(row).where(row.sheet_id.in_(list(sheet_ids))).order_by(row.sheet_id, row.position)
    for one in await session.scalars(statement):
        found.setdefault(one.sheet_id, []).append(one)
    return found


async def publication(session: AsyncSession, company: str, case_id: UUID) -> PublicationRow | None:
    """Of a case, locked."""
    row = PublicationRow
    statement = select(row).where(row.company == company, row.case_id == case_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def publications(
    session: AsyncSession, scope: RowScope, equal: Mapping[str, object], *, before: UUID | None, limit: int
) -> Sequence[PublicationRow]:
    """What stands published, newest first."""
    row = PublicationRow
    statement = select(row).where(scope.clause(ScopeColumns(company=row.company)), row.state == "published")
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(row, column) == value)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()
