"""Turns: what must not happen twice at once takes a lock by name, until its transaction ends."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def one_at_a_time(session: AsyncSession, name: str) -> None:
    """Wait until nobody else has the name in this service, and keep it until the transaction ends.

    Take it before any row that its holder locks; several names always in one order.
    """
    await session.execute(_LOCK, {"name": name})
