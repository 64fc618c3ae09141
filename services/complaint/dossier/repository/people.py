"""Further complainants."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.dossier.models import ComplainantRow
from services.complaint.dossier.repository.cases import FAMILY

_PERSONS = text(f"""
{FAMILY}
select count(distinct who) from (
  select coalesce(c.customer_id::text, c.complainant_phone_index, c.id::text) as who
  from complaints c join family f on f.id = c.id
  union all
  select coalesce(p.customer_id::text, p.phone_index, p.id::text)
  from complainants p join family f on f.id = p.complaint_id where p.withdrawn_at is null
) w
""")  # noqa: S608  # our own fragment


async def persons(session: AsyncSession, complaint_id: UUID) -> int:
    """How many different people complain in a case and in those merged into it."""
    return int((await session.execute(_PERSONS, {"case": complaint_id})).scalar_one())


async def of_cases(session: AsyncSession, complaint_ids: Iterable[UUID]) -> Sequence[ComplainantRow]:
    """The further complainants of cases, oldest first, those withdrawn included."""
    statement = (
        select(ComplainantRow).where(ComplainantRow.complaint_id.in_(list(complaint_ids))).order_by(ComplainantRow.id)
    )
    return (await session.execute(statement)).scalars().all()
