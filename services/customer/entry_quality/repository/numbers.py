"""Whose entry the number is that a customer is called at."""

# ruff: noqa: S608  # every part is a constant of these modules
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.repository.detectors import staff


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the registry and its author."""

    subject_type: str
    subject_id: UUID
    entered_at: datetime
    operator_id: UUID | None
    """Empty where a file or the system entered it."""


_CALLED = text(
    f"select 'phone' as subject_type, f.id as subject_id, f.created_at as entered_at, {staff('f.created_by')} as"
    " operator_id from phones f where f.customer_id = :customer_id and f.company = :company and f.state = 'active'"
    " order by f.is_primary desc, f.created_at desc, f.id desc limit 1"
)
_REGISTERED = text(
    f"select 'customer' as subject_type, c.id as subject_id, c.registered_at as entered_at,"
    f" {staff('c.registered_by')} as operator_id from customers c where c.id = :customer_id and c.company = :company"
)


async def called_number(session: AsyncSession, company: str, customer_id: UUID) -> Entry | None:
    """The phone that callers are shown first; without one the customer itself; None for an unknown customer."""
    for statement in (_CALLED, _REGISTERED):
        found = (await session.execute(statement, {"company": company, "customer_id": customer_id})).mappings().first()
        if found is not None:
            return Entry(**found)
    return None
