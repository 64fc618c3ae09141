"""Statements on published good examples."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.models.examples import GoodExampleRow


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> GoodExampleRow | None:
    """Store one; None if the finding has one that is not withdrawn."""
    statement = insert(GoodExampleRow).values(values).on_conflict_do_nothing().returning(GoodExampleRow)
    return (await session.execute(statement)).scalar_one_or_none()
