"""Authorisations that need work."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import AuthorityWorkRow


async def learn(session: AsyncSession, row: dict[str, object]) -> bool:
    """Keep one; False if it was known."""
    statement = insert(AuthorityWorkRow).values(row).on_conflict_do_nothing().returning(AuthorityWorkRow.id)
    return (await session.execute(statement)).scalar() is not None


async def find(
    session: AsyncSession, company: str, authorisation_id: UUID, *, lock: bool = False
) -> AuthorityWorkRow | None:
    """One authorisation of the company."""
    query = select(AuthorityWorkRow).where(AuthorityWorkRow.id == authorisation_id, AuthorityWorkRow.company == company)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def unfiled(
    session: AsyncSession, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[AuthorityWorkRow]:
    """Work that was done on the spot and has no order yet, newest first."""
    query = select(AuthorityWorkRow).where(
        AuthorityWorkRow.company.in_(companies),
        AuthorityWorkRow.is_filed_afterwards,
        AuthorityWorkRow.order_id.is_(None),
    )
    if before is not None:
        query = query.where(AuthorityWorkRow.id < before)
    return (await session.scalars(query.order_by(AuthorityWorkRow.id.desc()).limit(limit))).all()
