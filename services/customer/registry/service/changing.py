"""A customer under lock, its next version with the fact of it, and the audit of the deed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry import events
from services.customer.registry.errors import CustomerNotFoundError
from services.customer.registry.models import CustomerRow
from services.customer.registry.repository import customers
from services.customer.registry.rules.vocabulary import Standing
from shared.audit import trail
from shared.events import outbox


async def locked(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> CustomerRow:
    """The customer, locked.  Raises: CustomerNotFoundError, also for one that was merged."""
    row = await customers.get_for_update(session, customer_id, companies)
    if row is None or row.standing == Standing.MERGED:
        raise CustomerNotFoundError("没有这个客户")
    return row


async def changed(session: AsyncSession, row: CustomerRow, now: datetime, what: list[str]) -> None:
    """Raise the version, publish the whole state and record which parts changed."""
    row.version += 1
    row.updated_at = now
    await session.flush()
    await outbox.add(session, events.updated(row, now))
    await record(session, row, "customer.updated", now, {"fields": what})


async def record(
    session: AsyncSession, row: CustomerRow, action: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """One audit row about the customer; `detail` names fields, never values."""
    await trail.record(
        session,
        company=row.company,
        action=action,
        at=now,
        resource_type="customer",
        resource_id=row.id,
        detail=detail,
    )
