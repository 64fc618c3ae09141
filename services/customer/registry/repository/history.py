"""The changes of a customer's records: written with the change, read newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ChangeRow, CustomerRow


async def add(session: AsyncSession, rows: Iterable[dict[str, Any]]) -> None:
    """Store changes in one statement."""
    if stored := list(rows):
        await session.execute(insert(ChangeRow), stored)


async def page(
    session: AsyncSession,
    customer_id: UUID,
    companies: Sequence[str],
    *,
    before: UUID | None,
    limit: int,
    since: datetime | None = None,
) -> list[ChangeRow]:
    """Changes of a customer, newest first."""
    query = select(ChangeRow).where(ChangeRow.company.in_(companies), ChangeRow.customer_id == customer_id)
    if before is not None:
        query = query.where(ChangeRow.id < before)
    if since is not None:
        query = query.where(ChangeRow.at >= since)
    return list(await session.scalars(query.order_by(ChangeRow.id.desc()).limit(limit)))


async def is_customer(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> bool:
    """Whether there is such a customer in the companies."""
    query = select(CustomerRow.id).where(CustomerRow.id == customer_id, CustomerRow.company.in_(companies))
    return (await session.execute(query)).first() is not None
