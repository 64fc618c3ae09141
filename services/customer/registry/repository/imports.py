"""Parts and errors of imports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ImportErrorRow, ImportPartRow


async def add_part(session: AsyncSession, import_id: UUID, part: int, company: str, cipher: str) -> None:
    """Keep one encrypted piece of the uploaded file."""
    session.add(ImportPartRow(import_id=import_id, part=part, company=company, cipher=cipher))
    await session.flush()
    session.expunge_all()


async def parts(session: AsyncSession, import_id: UUID) -> list[tuple[int, str]]:
    """The pieces in their order."""
    query = select(ImportPartRow.part, ImportPartRow.cipher).where(ImportPartRow.import_id == import_id)
    return [(row.part, row.cipher) for row in await session.execute(query.order_by(ImportPartRow.part))]


async def drop_parts(session: AsyncSession, import_id: UUID) -> None:
    """The file has been read: nothing of it stays."""
    await session.execute(delete(ImportPartRow).where(ImportPartRow.import_id == import_id))


async def errors(
    session: AsyncSession, import_id: UUID, companies: Sequence[str], after: tuple[int, int, int] | None, limit: int
) -> list[ImportErrorRow]:
    """Refused cells by sheet, line and place."""
    query = select(ImportErrorRow).where(ImportErrorRow.import_id == import_id, ImportErrorRow.company.in_(companies))
    order = (ImportErrorRow.sheet, ImportErrorRow.line, ImportErrorRow.position)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return list(await session.scalars(query.order_by(*order).limit(limit)))


async def error_counts(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many cells broke each rule."""
    query = (
        select(ImportErrorRow.rule, func.count().label("n"))
        .where(ImportErrorRow.import_id == import_id)
        .group_by(ImportErrorRow.rule)
    )
    return {row.rule: row.n for row in await session.execute(query)}
