"""Statements on improvements, their notes and effects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.models import FactRow
from services.inspection.improvement.models.gatherings import ServiceMeetingRow, TrainingRow
from services.inspection.improvement.models.improvements import ImprovementNoteRow, ImprovementRow
from services.inspection.improvement.repository.rows import SCOPES
from services.inspection.improvement.rules.effect import Share, Window
from services.inspection.policy_improvement import Counted, Indicator
from shared.access.scope import RowScope


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> ImprovementRow | None:
    """Store an improvement; None if its candidate is there already."""
    statement = insert(ImprovementRow).values(values).on_conflict_do_nothing().returning(ImprovementRow)
    return (await session.execute(statement)).scalar_one_or_none()


async def is_suggested(session: AsyncSession, company: str, key: str) -> bool:
    """Whether this candidate was suggested before."""
    statement = select(exists().where(ImprovementRow.company == company, ImprovementRow.candidate_key == key))
    return bool(await session.scalar(statement))


async def case_fact(session: AsyncSession, company: str, *, case_id: UUID | None, number: str | None) -> FactRow | None:
    """The case under this id or number, as it was heard of."""
    if case_id is None and number is None:
        return None
    statement = select(FactRow).where(FactRow.company == company, FactRow.kind == "case")
    if case_id is not None:
        statement = statement.where(FactRow.subject_id == case_id)
    if number is not None:
        statement = statement.where(FactRow.number == number)
    return (await session.scalars(statement.limit(1))).first()


async def share(
    session: AsyncSession,
    company: str,
    indicator: Indicator,
    window: Window,
    *,
    department: str,
    category: str | None,
) -> Share:
    """Count the facts of a window as the indicator says."""
    counted, over = _counted(indicator.counted)
    statement = select(counted, over).where(
        FactRow.company == company,
        FactRow.kind == indicator.fact.value,
        FactRow.happened_at >= window.since,
        FactRow.happened_at < window.until,
        FactRow.is_void.is_(False),
    )
    if indicator.is_by_department:
        statement = statement.where(FactRow.department == department)
    categories = (category,) if category is not None else indicator.categories
    if categories:
        statement = statement.where(FactRow.category.in_(categories))
    row = (await session.execute(statement)).one()
    is_rate = indicator.counted in (Counted.NUMBER, Counted.AMOUNT)
    return Share(int(row[0] or 0), window.days if is_rate else int(row[1] or 0))


def _counted(counted: Counted) -> tuple[Any, Any]:
    if counted is Counted.AMOUNT:
        return func.sum(FactRow.amount), func.count()
    if counted is Counted.LATE:
        return func.count(case((FactRow.is_late.is_(True), 1))), func.count()
    if counted is Counted.SATISFIED:
        return func.count(case((FactRow.is_satisfied.is_(True), 1))), func.count(FactRow.is_satisfied)
    return func.count(), func.count()


async def unmeasured(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[ImprovementRow]:
    """Done ones whose window after is over and whose effect is not counted, locked."""
    statement = (
        select(ImprovementRow)
        .where(
            ImprovementRow.company == company,
            ImprovementRow.state == "done",
            ImprovementRow.measured_at.is_(None),
            ImprovementRow.indicator.is_not(None),
            ImprovementRow.after_until <= now,
        )
        .order_by(ImprovementRow.after_until, ImprovementRow.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def notes(session: AsyncSession, improvement_id: UUID) -> Sequence[ImprovementNoteRow]:
    """In their order."""
    statement = select(ImprovementNoteRow).where(ImprovementNoteRow.improvement_id == improvement_id)
    return (await session.scalars(statement.order_by(ImprovementNoteRow.position))).all()


async def next_position(session: AsyncSession, improvement_id: UUID) -> int:
    """Of the next note; its improvement is locked."""
    statement = select(func.count()).where(ImprovementNoteRow.improvement_id == improvement_id)
    return 1 + ((await session.scalar(statement)) or 0)


async def names_file(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether an improvement of the scope, or a note on it, names the file."""
    wanted = cast([file_id], ARRAY(Uuid))
    noted = (
        select(ImprovementNoteRow.id)
        .where(ImprovementNoteRow.improvement_id == ImprovementRow.id, ImprovementNoteRow.file_ids.op("@>")(wanted))
        .exists()
    )
    statement = (
        select(ImprovementRow.id)
        .where(
            scope.clause(SCOPES[ImprovementRow]),
            or_(ImprovementRow.file_ids.op("@>")(wanted), ImprovementRow.effect_file_ids.op("@>")(wanted), noted),
        )
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def gathering_names_file(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether a training or meeting of the scope names the file."""
    wanted = cast([file_id], ARRAY(Uuid))
    for kind in (TrainingRow, ServiceMeetingRow):
        statement = select(kind.id).where(scope.clause(SCOPES[kind]), kind.file_ids.op("@>")(wanted)).limit(1)
        if (await session.execute(statement)).first() is not None:
            return True
    return False
