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
    " operator_id from phones f where f.customer_id = :customer_id and f.company = :company and f.member_id is null"
    " and f.created_at <= :called_at order by (f.state = 'active') desc, f.is_primary desc, f.id limit 1"
)
_REGISTERED = text(
    f"select 'customer' as subject_type, c.id as subject_id, c.registered_at as entered_at,"
    f" {staff('c.registered_by')} as operator_id from customers c where c.id = :customer_id and c.company = :company"
)
_SURVIVOR = text("""
with recursive chain (id, hops) as (
  select cast(:customer_id as uuid), 0
  union all
  select c.merged_into, o.hops + 1 from chain o
  join customers c on c.id = o.id and c.company = :company and c.merged_into is not null where o.hops < 10)
select id from chain order by hops desc limit 1
""")


async def called_number(session: AsyncSession, company: str, customer_id: UUID, called_at: datetime) -> Entry | None:
    """The phone that callers are shown first, of those entered before the call; without one the customer itself.

    One that was corrected after the call counts.  Answers None for an unknown customer; a merged one is the survivor.
    """
    survivor = await session.scalar(_SURVIVOR, {"company": company, "customer_id": customer_id})
    wanted = {"company": company, "customer_id": survivor, "called_at": called_at}
    for statement in (_CALLED, _REGISTERED):
        found = (await session.execute(statement, wanted)).mappings().first()
        if found is not None:
            return Entry(**found)
    return None
