"""A customer under lock, its next version with the fact of it, and the audit of the deed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry import events
from services.customer.registry.errors import CustomerNotFoundError, CustomerStaleError
from services.customer.registry.models import CustomerRow
from services.customer.registry.repository import customers
from services.customer.registry.rules.change import Change
from services.customer.registry.rules.vocabulary import Standing
from services.customer.registry.service import history
from shared.audit import trail
from shared.events import outbox
from shared.observability import context


async def locked(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, expected: int | None = None
) -> CustomerRow:
    """The customer, locked, at the version that the caller saw.

    Raises: CustomerNotFoundError, also for one that was merged; CustomerStaleError with the version of now.
    """
    row = await customers.get_for_update(session, customer_id, companies)
    if row is None or row.standing == Standing.MERGED:
        raise CustomerNotFoundError("没有这个客户")
    if expected is not None and row.version != expected:
        raise CustomerStaleError(
            f"当前版本为{row.version}，请重新读取后再修改", params={"current_version": row.version}
        )
    return row


async def ensure_known(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> None:
    """The companies have the customer.  Raises: CustomerNotFoundError."""
    if not await history.is_customer(session, customer_id, companies):
        raise CustomerNotFoundError("没有这个客户")


async def locked_by_house(session: AsyncSession, customer_id: UUID, company: str) -> CustomerRow:
    """The customer of a company, locked, also one that was merged.  Raises: CustomerNotFoundError."""
    row = await customers.get_for_update(session, customer_id, [company])
    if row is None:
        raise CustomerNotFoundError("没有这个客户")
    return row


async def changed(
    session: AsyncSession, row: CustomerRow, now: datetime, what: list[str], details: Iterable[Change] = ()
) -> None:
    """Raise the version, publish the whole state, record which parts changed, and keep each field's change.

    What was set on the customer's own row is found by itself; `details` tell of what belongs to it.
    """
    changes = [*history.pending(row), *details]
    row.version += 1
    row.updated_at = now
    row.updated_by = context.current().actor
    await session.flush()
    await history.note(session, row, changes, now)
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


async def tell_capacity(
    session: AsyncSession, row: CustomerRow, before: Decimal | None, now: datetime, *, contract_id: UUID | None
) -> None:
    """Publish `customer.capacity_raised` if the customer's capacity is higher than it was."""
    after = row.capacity_m3_day
    if after is not None and after > (before or 0):
        await outbox.add(session, events.capacity_raised(row, before, contract_id, now))
