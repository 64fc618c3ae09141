"""Every SQL statement of the inspections."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, cast, exists, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.models import FactRow
from services.inspection.findings.models import FindingRow
from services.inspection.inspections.errors import InspectionNotFoundError
from services.inspection.inspections.models import (
    CheckedPointRow,
    CheckedSubjectRow,
    InspectionGoodExampleRow,
    InspectionPersonRow,
    InspectionRow,
)
from services.inspection.inspections.rules.states import InspectionState, Part
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

Row = InspectionRow
Child = CheckedPointRow | CheckedSubjectRow | InspectionPersonRow | InspectionGoodExampleRow
INSPECTED = ScopeColumns(company=Row.company, team=Row.team, department=Row.department)
_NOTICE = text(
    "select matter_id from rectification_notices"
    " where id = :id and company = :company and department = :department and issued_at is not null"
)
"""By name: the notices are built on the inspections, not the other way round."""


def readable(scope: RowScope) -> ColumnElement[bool]:
    """Who inspects sees it always; the inspected see what is not announced only when it was recorded."""
    is_told = or_(Row.is_announced, Row.recorded_at.is_not(None))
    goes = exists().where(
        InspectionPersonRow.inspection_id == Row.id,
        InspectionPersonRow.part.in_((Part.INSPECTOR.value, Part.COMPANION.value)),
        InspectionPersonRow.staff_id.in_(scope.staff_ids),
    )
    if scope.level >= ScopeLevel.COMPANY:
        others = or_(is_told, goes, Row.department.not_in(scope.departments))
        return and_(Row.company.in_(scope.companies), others)
    waits = Row.posts.op("&&")(cast(list(scope.posts), ARRAY(Text)))
    return and_(Row.company.in_(scope.companies), or_(goes, and_(is_told, or_(waits, scope.clause(INSPECTED)))))


async def get(session: AsyncSession, inspection_id: UUID, scope: RowScope, *, lock: bool = False) -> Row:
    """One of the scope.  Raises: InspectionNotFoundError, also for one that lies outside."""
    statement = select(Row).where(Row.id == inspection_id, readable(scope))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise InspectionNotFoundError
    return row


async def find(session: AsyncSession, inspection_id: UUID) -> Row | None:
    """One by its id, whoever asks: for jobs, consumers and other features."""
    return await session.get(Row, inspection_id)


async def of_form(session: AsyncSession, company: str, form_id: UUID) -> UUID | None:
    """Which inspection a form was recorded for; holds the form's id until the transaction ends."""
    await one_at_a_time(session, f"inspection_form|{company}|{form_id}")
    return await session.scalar(select(Row.id).where(Row.company == company, Row.form_id == form_id))


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row]:
    """Newest first; `equal` holds columns and values; the period is that of when it was held."""
    statement = select(Row).where(readable(scope))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(Row, column) == value)
    if since is not None:
        statement = statement.where(Row.held_at >= since)
    if until is not None:
        statement = statement.where(Row.held_at < until)
    if before is not None:
        statement = statement.where(Row.id < before)
    return (await session.scalars(statement.order_by(Row.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, row: Row, children: Iterable[Child]) -> None:
    """Store an inspection with what belongs to it."""
    session.add(row)
    await session.flush()
    await add_all(session, children)


async def add_all(session: AsyncSession, children: Iterable[Child]) -> None:
    """Store what belongs to an inspection."""
    session.add_all(children)
    await session.flush()


async def points(session: AsyncSession, inspection_id: UUID) -> Sequence[CheckedPointRow]:
    """The answered points, in the order of the checklist."""
    statement = select(CheckedPointRow).where(CheckedPointRow.inspection_id == inspection_id)
    return (await session.scalars(statement.order_by(CheckedPointRow.position))).all()


async def subjects(session: AsyncSession, inspection_id: UUID) -> Sequence[CheckedSubjectRow]:
    """The drawn subjects with their outcomes, in the order of the draw."""
    statement = select(CheckedSubjectRow).where(CheckedSubjectRow.inspection_id == inspection_id)
    return (await session.scalars(statement.order_by(CheckedSubjectRow.position))).all()


async def people(session: AsyncSession, inspection_id: UUID) -> Sequence[InspectionPersonRow]:
    """Who inspects, goes along and was there."""
    statement = select(InspectionPersonRow).where(InspectionPersonRow.inspection_id == inspection_id)
    return (await session.scalars(statement.order_by(InspectionPersonRow.id))).all()


async def good_examples(session: AsyncSession, inspection_id: UUID) -> Sequence[InspectionGoodExampleRow]:
    """In the order of the form."""
    statement = select(InspectionGoodExampleRow).where(InspectionGoodExampleRow.inspection_id == inspection_id)
    return (await session.scalars(statement.order_by(InspectionGoodExampleRow.position))).all()


async def findings(session: AsyncSession, inspection_id: UUID, *, lock: bool = False) -> Sequence[FindingRow]:
    """What it found, oldest first."""
    statement = select(FindingRow).where(FindingRow.inspection_id == inspection_id).order_by(FindingRow.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).all()


async def matters(session: AsyncSession, company: str, subject_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The matter of each subject, as facts know it."""
    statement = select(FactRow.subject_id, FactRow.matter_id).where(
        FactRow.company == company, FactRow.subject_id.in_(subject_ids), FactRow.matter_id.is_not(None)
    )
    return {subject: matter for subject, matter in await session.execute(statement) if matter is not None}


async def followed(session: AsyncSession, company: str, department: str, follows_id: UUID) -> UUID | None:
    """The matter of a recorded inspection of the department, or of a notice that was issued to it."""
    values = {"id": follows_id, "company": company, "department": department}
    found: UUID | None = await session.scalar(_NOTICE, values)
    return found or await session.scalar(
        select(Row.matter_id).where(
            Row.id == follows_id,
            Row.company == company,
            Row.department == department,
            Row.recorded_at.is_not(None),
            Row.state != InspectionState.VOID.value,
        )
    )


async def has_evidence(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether a form of the scope names the file."""
    for child in (CheckedPointRow, InspectionGoodExampleRow):
        named: Any = child.evidence_ids.op("@>")(cast([file_id], ARRAY(Uuid)))
        statement = select(Row.id).join(child, child.inspection_id == Row.id).where(named, readable(scope)).limit(1)
        if (await session.execute(statement)).first() is not None:
            return True
    return False
