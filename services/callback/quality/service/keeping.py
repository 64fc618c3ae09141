"""What time does to reviews: those not done in time go back to the work list; and what an erasure blanks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.quality.repository import reviews


async def give_back(session: AsyncSession, company: str, *, now: datetime) -> None:
    """Let others have them."""
    await reviews.lapse(session, company, now)


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what reviewers noted of an erased customer; scores and reasons stay."""
    await reviews.blank_notes(session, company, customer_id)
