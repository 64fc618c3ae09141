"""Templates for replies."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.dossier.errors import TemplateDraftOpenError, TemplateNotFoundError
from services.complaint.dossier.models import ReplyTemplateRow
from services.complaint.dossier.rules.replies import TemplateState
from shared.access.scope import RowScope

_FILTERS: Mapping[str, Any] = {
    name: getattr(ReplyTemplateRow, name) for name in ("code", "state", "kind", "category", "tier", "metric")
}


async def get(session: AsyncSession, template_id: UUID, scope: RowScope, *, lock: bool = False) -> ReplyTemplateRow:
    """One template of the companies in scope.  Raises: TemplateNotFoundError."""
    statement = select(ReplyTemplateRow).where(
        ReplyTemplateRow.id == template_id, ReplyTemplateRow.company.in_(scope.companies)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise TemplateNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, str | None], *, before: UUID | None, limit: int
) -> Sequence[ReplyTemplateRow]:
    """Templates, newest first."""
    statement = select(ReplyTemplateRow).where(ReplyTemplateRow.company.in_(scope.companies))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(_FILTERS[name] == value)
    if before is not None:
        statement = statement.where(ReplyTemplateRow.id < before)
    return (await session.execute(statement.order_by(ReplyTemplateRow.id.desc()).limit(limit))).scalars().all()


async def newest_revision(session: AsyncSession, company: str, code: str) -> int:
    """The highest revision of a code so far; 0 if there is none."""
    statement = select(func.coalesce(func.max(ReplyTemplateRow.revision), 0)).where(
        ReplyTemplateRow.company == company, ReplyTemplateRow.code == code
    )
    return int((await session.execute(statement)).scalar_one())


async def approved(session: AsyncSession, company: str, code: str) -> ReplyTemplateRow | None:
    """The revision in use, locked."""
    statement = (
        select(ReplyTemplateRow)
        .where(
            ReplyTemplateRow.company == company,
            ReplyTemplateRow.code == code,
            ReplyTemplateRow.state == TemplateState.APPROVED.value,
        )
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def add(session: AsyncSession, row: ReplyTemplateRow) -> None:
    """Store a draft.  Raises: TemplateDraftOpenError if another one of the code waits."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        raise TemplateDraftOpenError("该编码已有待批草稿，请先批准或作废。") from None
