"""Rows of calls, notices and hand-overs through the session."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import ContactNotFoundError, HandOverNotFoundError, NoticeNotFoundError
from services.customer.contacts.models import ContactRow, HandOverRow, NoticeRow
from shared.access.scope import RowScope, ScopeColumns

_CONTACT = ScopeColumns(company=ContactRow.company, owners=(ContactRow.staff_id,))
_HAND_OVER = ScopeColumns(
    company=HandOverRow.company,
    owners=(HandOverRow.owner_id, HandOverRow.handed_by),
    team=HandOverRow.team,
    department=HandOverRow.department,
    posts=HandOverRow.posts,
)


async def contact(session: AsyncSession, contact_id: UUID, scope: RowScope, *, locked: bool = False) -> ContactRow:
    """One contact in scope.  Raises: ContactNotFoundError."""
    query = select(ContactRow).where(ContactRow.id == contact_id, scope.clause(_CONTACT))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise ContactNotFoundError("没有这条联系记录")
    return row


async def hand_over(session: AsyncSession, row_id: UUID, scope: RowScope, *, locked: bool = False) -> HandOverRow:
    """One hand-over in scope.  Raises: HandOverNotFoundError."""
    query = select(HandOverRow).where(HandOverRow.id == row_id, scope.clause(_HAND_OVER))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise HandOverNotFoundError("没有这件业务移交")
    return row


async def hand_overs(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: str | None,
    department: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[HandOverRow]:
    """Hand-overs in scope, newest first."""
    query = select(HandOverRow).where(scope.clause(_HAND_OVER))
    if state is not None:
        query = query.where(HandOverRow.state == state)
    if department is not None:
        query = query.where(HandOverRow.department == department)
    if customer_id is not None:
        query = query.where(HandOverRow.customer_id == customer_id)
    if before is not None:
        query = query.where(HandOverRow.id < before)
    return (await session.scalars(query.order_by(HandOverRow.id.desc()).limit(limit))).all()


async def notice(session: AsyncSession, row_id: UUID, companies: Sequence[str], *, locked: bool = False) -> NoticeRow:
    """One notice of the companies.  Raises: NoticeNotFoundError."""
    query = select(NoticeRow).where(NoticeRow.id == row_id, NoticeRow.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise NoticeNotFoundError("没有这份通知单")
    return row


async def notices(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    state: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Notices, newest first."""
    query = select(NoticeRow).where(NoticeRow.company.in_(companies))
    if state is not None:
        query = query.where(NoticeRow.state == state)
    if customer_id is not None:
        query = query.where(NoticeRow.customer_id == customer_id)
    if before is not None:
        query = query.where(NoticeRow.id < before)
    return (await session.scalars(query.order_by(NoticeRow.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, row: HandOverRow | NoticeRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()
