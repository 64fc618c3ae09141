"""Withdrawn rights to enter data: kept for whoever writes, decided by entry quality (domain.md 2.7)."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.write_rights import repository
from services.customer.write_rights.errors import RightWithdrawnError

_refused: ContextVar[frozenset[str]] = ContextVar("gasdesk_withdrawn_rights", default=frozenset())


async def remember(session: AsyncSession, company: str, staff_id: UUID) -> None:
    """Keep for this request what the caller may not write; `refused` answers it without a query."""
    _refused.set(await repository.standing(session, company, staff_id))


def refused() -> frozenset[str]:
    """The kinds of data that the caller of this request may not write; none outside a request."""
    return _refused.get()


async def withdrawn(session: AsyncSession, company: str, staff_id: UUID) -> frozenset[str]:
    """The kinds of data (`concerns`) that the person may not write now."""
    return await repository.standing(session, company, staff_id)


async def ensure(session: AsyncSession, company: str, staff_id: UUID, concern: str, pointer: str = "") -> None:
    """The person's right to write this kind of data stands.  Raises: RightWithdrawnError."""
    if concern in await repository.standing(session, company, staff_id):
        raise RightWithdrawnError.of(concern, pointer)


async def withdraw(
    session: AsyncSession, company: str, staff_id: UUID, concerns: Iterable[str], *, withdrawal_id: UUID, at: datetime
) -> None:
    """Refuse the writes of these kinds of data from now on."""
    await repository.add(session, company, staff_id, concerns, withdrawal_id, at)


async def restore(session: AsyncSession, company: str, *, withdrawal_id: UUID, at: datetime) -> None:
    """Give back what one withdrawal took; another withdrawal of the same right stands."""
    await repository.end(session, company, withdrawal_id, at)
