"""Statements on what was heard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.models.signals import ImprovementSignalRow

_KEPT = {"id", "company", "kind", "subject_id"}


async def learn(session: AsyncSession, values: Mapping[str, Any]) -> ImprovementSignalRow:
    """Store what was heard, or what a newer version says; answers how it stands now."""
    statement = insert(ImprovementSignalRow).values(**values)
    said = statement.excluded
    is_newer = said.version >= ImprovementSignalRow.version
    changes = {
        name: case((is_newer, getattr(said, name)), else_=getattr(ImprovementSignalRow, name))
        for name in values.keys() - _KEPT
    }
    stored = (
        statement.on_conflict_do_update(index_elements=["company", "kind", "subject_id"], set_=changes)
        .returning(ImprovementSignalRow)
        .execution_options(populate_existing=True)
    )
    return (await session.execute(stored)).scalar_one()


async def counted(
    session: AsyncSession, company: str, kind: str, key: str, since: datetime, until: datetime
) -> Sequence[Row[str | None, int]]:
    """How many stand, by department, the most first."""
    many = func.count()
    statement = (
        select(ImprovementSignalRow.department, many)
        .where(
            ImprovementSignalRow.company == company,
            ImprovementSignalRow.kind == kind,
            ImprovementSignalRow.key == key,
            ImprovementSignalRow.is_void.is_(False),
            ImprovementSignalRow.happened_at >= since,
            ImprovementSignalRow.happened_at < until,
        )
        .group_by(ImprovementSignalRow.department)
        .order_by(many.desc(), ImprovementSignalRow.department)
    )
    return (await session.execute(statement)).all()


async def survey(
    session: AsyncSession, company: str, *, survey_id: UUID | None, number: str | None
) -> ImprovementSignalRow | None:
    """A closed survey, as it was heard of."""
    if survey_id is None and number is None:
        return None
    statement = select(ImprovementSignalRow).where(
        ImprovementSignalRow.company == company, ImprovementSignalRow.kind == "survey"
    )
    if survey_id is not None:
        statement = statement.where(ImprovementSignalRow.source_id == survey_id)
    if number is not None:
        statement = statement.where(ImprovementSignalRow.number == number)
    return (await session.scalars(statement.limit(1))).first()
