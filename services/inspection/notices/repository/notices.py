"""Statements on notices, their findings, rounds and steps."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.models import FindingRow
from services.inspection.notices.errors import NoticeNotFoundError
from services.inspection.notices.models import NoticeFindingRow, NoticeRow, NoticeStepRow, RoundRow
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=NoticeRow.company,
    owners=(NoticeRow.responsible_id,),
    team=NoticeRow.team,
    department=NoticeRow.department,
    posts=NoticeRow.posts,
)


def readable(scope: RowScope) -> ColumnElement[bool]:
    """A draft is seen by the office and by those whom it waits for, never by the department."""
    if scope.level is ScopeLevel.COMPANY:
        return scope.clause(SCOPE)
    waits = NoticeRow.posts.op("&&")(cast(list(scope.posts), ARRAY(Text)))
    return and_(scope.clause(SCOPE), or_(NoticeRow.issued_at.is_not(None), waits))


async def get(session: AsyncSession, notice_id: UUID, scope: RowScope, *, lock: bool = False) -> NoticeRow:
    """One of the scope.  Raises: NoticeNotFoundError, also for one that lies outside the scope."""
    statement = select(NoticeRow).where(NoticeRow.id == notice_id, readable(scope))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NoticeNotFoundError
    return row


async def locked(session: AsyncSession, company: str, notice_ids: Collection[UUID]) -> Sequence[NoticeRow]:
    """These of the company, locked in the order of their ids."""
    statement = (
        select(NoticeRow)
        .where(NoticeRow.company == company, NoticeRow.id.in_(notice_ids))
        .order_by(NoticeRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Newest first; `equal` holds columns and the values that they must have, the period that of issue or draft."""
    statement = select(NoticeRow).where(readable(scope))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(NoticeRow, column) == value)
    made_at = func.coalesce(NoticeRow.issued_at, NoticeRow.drafted_at)
    if since is not None:
        statement = statement.where(made_at >= since)
    if until is not None:
        statement = statement.where(made_at < until)
    if before is not None:
        statement = statement.where(NoticeRow.id < before)
    return (await session.scalars(statement.order_by(NoticeRow.id.desc()).limit(limit))).all()


async def findings_on(session: AsyncSession, notice_ids: Collection[UUID]) -> Sequence[NoticeFindingRow]:
    """What is or was on these notices, in its order."""
    statement = select(NoticeFindingRow).where(NoticeFindingRow.notice_id.in_(notice_ids))
    statement = statement.order_by(NoticeFindingRow.notice_id, NoticeFindingRow.position)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def rounds(session: AsyncSession, notice_ids: Collection[UUID]) -> Sequence[RoundRow]:
    """Of these notices, oldest first."""
    statement = select(RoundRow).where(RoundRow.notice_id.in_(notice_ids)).order_by(RoundRow.notice_id, RoundRow.cycle)
    return (await session.scalars(statement)).all()


async def round_of(session: AsyncSession, notice_id: UUID, cycle: int) -> RoundRow | None:
    """One round; None before the issue."""
    statement = select(RoundRow).where(RoundRow.notice_id == notice_id, RoundRow.cycle == cycle)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def steps(session: AsyncSession, notice_id: UUID) -> Sequence[NoticeStepRow]:
    """The history, oldest first."""
    statement = select(NoticeStepRow).where(NoticeStepRow.notice_id == notice_id).order_by(NoticeStepRow.id)
    return (await session.scalars(statement)).all()


async def open_links(session: AsyncSession, company: str, finding_ids: Collection[UUID]) -> Sequence[NoticeFindingRow]:
    """On which open notices these findings hang."""
    statement = select(NoticeFindingRow).where(
        NoticeFindingRow.company == company, NoticeFindingRow.finding_id.in_(finding_ids), NoticeFindingRow.is_open
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def notices_of(session: AsyncSession, company: str, finding_id: UUID) -> Sequence[UUID]:
    """Every notice from which the finding has not left, ended ones too."""
    statement = select(NoticeFindingRow.notice_id).where(
        NoticeFindingRow.company == company,
        NoticeFindingRow.finding_id == finding_id,
        NoticeFindingRow.left_at.is_(None),
    )
    return (await session.scalars(statement)).all()


async def links_of(session: AsyncSession, finding_ids: Collection[UUID]) -> Sequence[NoticeFindingRow]:
    """On which notices these findings are or were."""
    statement = select(NoticeFindingRow).where(NoticeFindingRow.finding_id.in_(finding_ids))
    return (await session.scalars(statement)).all()


async def by_ids(session: AsyncSession, notice_ids: Collection[UUID]) -> Sequence[NoticeRow]:
    """These notices, by number."""
    statement = select(NoticeRow).where(NoticeRow.id.in_(notice_ids)).order_by(NoticeRow.number)
    return (await session.scalars(statement)).all()


async def findings(
    session: AsyncSession, company: str, finding_ids: Collection[UUID], *, lock: bool = True
) -> Mapping[UUID, FindingRow]:
    """The findings themselves by id, locked in the order of their ids; after their notices."""
    statement = select(FindingRow).where(FindingRow.company == company, FindingRow.id.in_(finding_ids))
    if lock:
        statement = statement.order_by(FindingRow.id).with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in (await session.scalars(statement)).all()}


async def names_proof(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether a notice of the scope has the file as proof."""
    statement = (
        select(RoundRow.id)
        .join(NoticeRow, NoticeRow.id == RoundRow.notice_id)
        .where(readable(scope), RoundRow.proof_ids.op("@>")(cast([file_id], ARRAY(Uuid))))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None
