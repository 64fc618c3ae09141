"""Every SQL statement of withdrawn rights."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.write_rights.models import WithdrawnRightRow
from shared.ids import new_id


async def standing(session: AsyncSession, company: str, staff_id: UUID) -> frozenset[str]:
    """The kinds of data that the person may not write."""
    row = WithdrawnRightRow
    statement = select(row.concern).where(row.company == company, row.staff_id == staff_id, row.restored_at.is_(None))
    return frozenset((await session.scalars(statement)).all())


async def add(
    session: AsyncSession, company: str, staff_id: UUID, concerns: Iterable[str], withdrawal_id: UUID, at: datetime
) -> None:
    """Withdraw, one row for each kind of data."""
    session.add_all(
        WithdrawnRightRow(
            id=new_id(),
            company=company,
            staff_id=staff_id,
            concern=concern,
            withdrawal_id=withdrawal_id,
            withdrawn_at=at,
        )
        for concern in concerns
    )
    await session.flush()


async def end(session: AsyncSession, company: str, withdrawal_id: UUID, at: datetime) -> None:
    """Give back what one withdrawal took."""
    row = WithdrawnRightRow
    await session.execute(
        update(row)
        .where(row.company == company, row.withdrawal_id == withdrawal_id, row.restored_at.is_(None))
        .values(restored_at=at)
    )
