"""Who changed which field when: kept with every change, read for the customer's history and timeline."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import CustomerNotFoundError
from services.customer.registry.models import ChangeRow, CustomerRow
from services.customer.registry.repository import history
from services.customer.registry.rules.change import UNTOLD, Act, Change
from shared.ids import new_id
from shared.observability import context


def pending(row: Any, subject: str = "customer") -> list[Change]:
    """What was set on a mapped row since it was read and not flushed yet, field by field."""
    changes = []
    for column in inspect(row).mapper.column_attrs:
        if column.key in UNTOLD:
            continue
        said = inspect(row).attrs[column.key].history
        if said.has_changes() and said.deleted and list(said.deleted) != list(said.added):
            new = said.added[0] if said.added else None
            changes.append(Change(subject, Act.CHANGED, row.id, column.key, said.deleted[0], new))
    return changes


async def note(session: AsyncSession, row: CustomerRow, changes: Iterable[Change], now: datetime) -> None:
    """Keep the changes under the customer's version at hand."""
    await history.add(session, (values_of(change, row.id, row.company, row.version, now) for change in changes))


def values_of(
    change: Change, customer_id: UUID, company: str, version: int, now: datetime, actor: str | None = None
) -> dict[str, Any]:
    """A change as a row of the history; the actor is that of the call unless another is named."""
    old, new = change.values
    return {
        "id": new_id(),
        "company": company,
        "customer_id": customer_id,
        "version": version,
        "at": now,
        "actor": actor or context.current().actor,
        "subject": change.subject,
        "subject_id": change.subject_id,
        "action": change.act.value,
        "field": change.field,
        "is_personal": change.is_personal,
        "old_value": old,
        "new_value": new,
    }


async def page(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, before: UUID | None, limit: int
) -> list[ChangeRow]:
    """One page, newest first; the customer's timeline reads it too.  Raises: CustomerNotFoundError."""
    rows = await history.page(session, customer_id, companies, before=before, limit=limit)
    if not rows and not await is_customer(session, customer_id, companies):
        raise CustomerNotFoundError("没有这个客户")
    return rows


async def is_customer(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> bool:
    """Whether the companies have the customer."""
    return await history.is_customer(session, customer_id, companies)
