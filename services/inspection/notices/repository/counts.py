"""Statements that count: a department's year, what it costs, and the figures of a period."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.models import FindingRow
from services.inspection.notices.models import ConsequenceRow, NoticeFindingRow, NoticeRow, RoundRow
from services.inspection.notices.repository.notices import readable
from services.inspection.notices.rules import UNCOUNTED, NoticeState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

CONSEQUENCE_SCOPE = ScopeColumns(company=ConsequenceRow.company, department=ConsequenceRow.department)


def _counted(severities: Collection[str], *, counts_late: bool) -> ColumnElement[bool]:
    weighs: ColumnElement[bool] = NoticeRow.severity.in_(severities)
    if counts_late:
        weighs = or_(weighs, NoticeRow.is_late)
    return and_(_issued(), weighs)


def _issued() -> ColumnElement[bool]:
    return and_(NoticeRow.state.not_in(sorted(UNCOUNTED)), NoticeRow.standing > 0)


async def serialise(session: AsyncSession, company: str, department: str, year: int) -> None:
    """Hold the department's year until the transaction ends; after every row that the step locks."""
    await one_at_a_time(session, f"notices|{company}|{department}|{year}")


async def counting(
    session: AsyncSession,
    company: str,
    department: str,
    year: int,
    *,
    severities: Collection[str],
    counts_late: bool,
) -> Sequence[NoticeRow]:
    """What counts against the department in the year, in the order of issue."""
    statement = select(NoticeRow).where(
        NoticeRow.company == company,
        NoticeRow.year == year,
        NoticeRow.department == department,
        _counted(severities, counts_late=counts_late),
    )
    return (await session.scalars(statement.order_by(NoticeRow.issued_at, NoticeRow.id))).all()


async def proposed(
    session: AsyncSession, company: str, department: str, year: int, consequence: str
) -> ConsequenceRow | None:
    """The consequence that stands; its year is held."""
    statement = select(ConsequenceRow).where(
        ConsequenceRow.company == company,
        ConsequenceRow.department == department,
        ConsequenceRow.year == year,
        ConsequenceRow.consequence == consequence,
        ConsequenceRow.state == "proposed",
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def of_year(session: AsyncSession, scope: RowScope, year: int, department: str | None) -> Sequence[Any]:
    """Notices issued in the year by department and severity: in all, open, late."""
    statement = (
        select(
            NoticeRow.company,
            NoticeRow.department,
            NoticeRow.severity,
            func.count().label("issued"),
            func.count().filter(NoticeRow.state != NoticeState.CLOSED).label("open"),
            func.count().filter(NoticeRow.is_late).label("late"),
        )
        .where(readable(scope), NoticeRow.year == year, _issued())
        .group_by(NoticeRow.company, NoticeRow.department, NoticeRow.severity)
        .order_by(NoticeRow.company, NoticeRow.department, NoticeRow.severity)
    )
    if department is not None:
        statement = statement.where(NoticeRow.department == department)
    return (await session.execute(statement)).all()


async def consequences(session: AsyncSession, scope: RowScope, year: int) -> Sequence[ConsequenceRow]:
    """Those that stand in the year."""
    statement = select(ConsequenceRow).where(
        scope.clause(CONSEQUENCE_SCOPE), ConsequenceRow.year == year, ConsequenceRow.state == "proposed"
    )
    return (await session.scalars(statement)).all()


async def figures(session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime) -> Sequence[Any]:
    """By department and severity: issued and closed in the period, and those whose first deadline lies in it."""
    due = and_(RoundRow.deadline_at > since, RoundRow.deadline_at <= until)
    is_closed = NoticeRow.state == NoticeState.CLOSED
    in_time = and_(is_closed, NoticeRow.is_mended.is_(True), NoticeRow.is_late.is_(False))
    judged = or_(is_closed, NoticeRow.is_late, NoticeRow.state == NoticeState.ESCALATED)
    issued = and_(NoticeRow.issued_at >= since, NoticeRow.issued_at < until)
    closed = and_(is_closed, NoticeRow.ended_at >= since, NoticeRow.ended_at < until)
    statement = (
        select(
            NoticeRow.department,
            NoticeRow.severity,
            func.count().filter(issued).label("issued"),
            func.count().filter(closed).label("closed"),
            func.count().filter(and_(due, judged, in_time)).label("in_time"),
            func.count().filter(and_(due, judged)).label("judged"),
            func.count().filter(and_(due, ~judged)).label("open"),
        )
        .join(RoundRow, and_(RoundRow.notice_id == NoticeRow.id, RoundRow.cycle == 1))
        .where(NoticeRow.company.in_(companies), _issued(), or_(issued, closed, due))
        .group_by(NoticeRow.department, NoticeRow.severity)
        .order_by(NoticeRow.department, NoticeRow.severity)
    )
    return (await session.execute(statement)).all()


async def recurrence(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> Sequence[Any]:
    """By department and severity of the notice: findings on notices issued in the period, and those that recur."""
    recurs = case((FindingRow.recurrence_of.is_not(None), FindingRow.id))
    statement = (
        select(
            NoticeRow.department,
            NoticeRow.severity,
            func.count(distinct(FindingRow.id)).label("findings"),
            func.count(distinct(recurs)).label("recurrent"),
        )
        .join(NoticeFindingRow, and_(NoticeFindingRow.notice_id == NoticeRow.id, NoticeFindingRow.left_at.is_(None)))
        .join(FindingRow, FindingRow.id == NoticeFindingRow.finding_id)
        .where(NoticeRow.company.in_(companies), _issued(), NoticeRow.issued_at >= since, NoticeRow.issued_at < until)
        .group_by(NoticeRow.department, NoticeRow.severity)
    )
    return (await session.execute(statement)).all()


async def of_inspection(session: AsyncSession, inspection_id: UUID) -> Sequence[UUID]:
    """Findings of one inspection that ever came on a notice."""
    statement = (
        select(NoticeFindingRow.finding_id)
        .join(FindingRow, FindingRow.id == NoticeFindingRow.finding_id)
        .where(FindingRow.inspection_id == inspection_id)
        .distinct()
    )
    return (await session.scalars(statement)).all()
