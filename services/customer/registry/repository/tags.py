"""Tags that were set and vulnerable persons, as far as they mark a customer."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import TagRow, VulnerablePersonRow


async def add(session: AsyncSession, row: TagRow | VulnerablePersonRow) -> None:
    """Insert one."""
    session.add(row)
    await session.flush()


async def standing(session: AsyncSession, customer_id: UUID) -> list[TagRow]:
    """The tags that are set."""
    query = select(TagRow).where(TagRow.customer_id == customer_id, TagRow.state == "active")
    return list(await session.scalars(query.order_by(TagRow.tag)))


async def every(session: AsyncSession, customer_id: UUID, limit: int) -> list[TagRow]:
    """Set and ended tags, newest first."""
    query = select(TagRow).where(TagRow.customer_id == customer_id)
    return list(await session.scalars(query.order_by(TagRow.id.desc()).limit(limit)))


async def of_customer(session: AsyncSession, customer_id: UUID, tag_id: UUID) -> TagRow | None:
    """One tag, if it is this customer's."""
    query = select(TagRow).where(TagRow.id == tag_id, TagRow.customer_id == customer_id)
    return (await session.scalars(query)).one_or_none()


async def of_persons(session: AsyncSession, customer_id: UUID) -> set[str]:
    """The tags by which vulnerable persons of the household mark the customer."""
    query = select(VulnerablePersonRow.tag).where(
        VulnerablePersonRow.customer_id == customer_id, VulnerablePersonRow.state == "active"
    )
    return set(await session.scalars(query))


async def persons(session: AsyncSession, customer_id: UUID) -> list[VulnerablePersonRow]:
    """Vulnerable persons of the household."""
    query = select(VulnerablePersonRow).where(
        VulnerablePersonRow.customer_id == customer_id, VulnerablePersonRow.state == "active"
    )
    return list(await session.scalars(query))


async def run_out(session: AsyncSession, company: str, on: date, limit: int) -> list[UUID]:
    """Customers of whom a tag or a vulnerable person's mark ended before the day."""
    found = union_all(
        *(
            select(kind.customer_id).where(kind.company == company, kind.state == "active", kind.until < on)
            for kind in (TagRow, VulnerablePersonRow)
        )
    ).subquery()
    query = select(found.c.customer_id).distinct().order_by(found.c.customer_id).limit(limit)
    rows: list[Any] = list(await session.scalars(query))
    return rows
