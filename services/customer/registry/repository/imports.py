"""Parts and errors of imports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ImportErrorRow, ImportPartRow

_DROP_EXPIRED = text("""
with ended as (
  select j.id, j.state from jobs j
  where j.company = :company and j.kind = :kind and j.state in ('done', 'failed', 'cancelled')
    and j.finished_at <= :ended_by and exists (select 1 from import_parts p where p.import_id = j.id)
  order by j.id limit :limit
),
gone as (delete from import_parts p using ended e where p.import_id = e.id returning p.import_id)
select e.id, e.state, count(*) as parts from ended e join gone g on g.import_id = e.id
group by e.id, e.state order by e.id
""")


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


async def drop_expired(
    session: AsyncSession, company: str, *, kind: str, ended_by: datetime, limit: int
) -> list[tuple[UUID, str, int]]:
    """Remove the pieces of at most `limit` imports that ended by then; answers import, its end, number of pieces."""
    bound = {"company": company, "kind": kind, "ended_by": ended_by, "limit": limit}
    return [(row.id, row.state, row.parts) for row in await session.execute(_DROP_EXPIRED, bound)]


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
