"""Visits: who lives there, which attempts there were, insert, read, list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.safety.errors import InspectionNotFoundError
from services.customer.safety.models import INSPECTION_NUMBERS, InspectionRow
from shared.database.locks import one_at_a_time

Row = InspectionRow

_HOME = text("""
select c.id, c.tier, c.party, c.customer_class, c.account_manager_id from customers c
where c.company = :company and c.id = :id and c.standing not in ('merged', 'withdrawn')
for share
""")
_PREMISES = text("""
select p.id from premises p
where p.company = :company and p.customer_id = :customer_id and p.state <> 'withdrawn'
  and (cast(:premises_id as uuid) is null or p.id = :premises_id)
order by p.is_primary desc, p.id limit 1
""")
_FILES = text(
    "select count(*) from stored_files where company = :company and created_by = :actor and id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_NAMES_FILE = text("""
select 1 from safety_hazards where company = any(cast(:companies as text[])) and proof_ids @> cast(:ids as uuid[])
union all
select 1 from safety_inspections where company = any(cast(:companies as text[])) and file_ids @> cast(:ids as uuid[])
limit 1
""")
# Visits of the home without entry since it was last entered, within the pack's window.
_ATTEMPTS = text("""
select count(*) as visits, count(*) filter (where v.outcome = :outcome) as of_outcome
from safety_inspections v
where v.company = :company and v.customer_id = :customer_id and v.premises_id is not distinct from :premises_id
  and v.outcome <> 'entered' and v.visited_at > :since and v.visited_at <= :until
  and v.visited_at > coalesce((
    select max(e.visited_at) from safety_inspections e
    where e.company = :company and e.customer_id = :customer_id and e.outcome = 'entered'
      and e.premises_id is not distinct from :premises_id and e.visited_at <= :until), '-infinity')
""")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which visits are listed."""

    customer_id: UUID | None = None
    order_id: UUID | None = None
    outcome: str | None = None
    due_by: date | None = None
    """Only those whose next attempt is due by then and has not been made."""


async def home(session: AsyncSession, company: str, customer_id: UUID) -> Any | None:
    """Tier, party, class and account manager of a customer that stands."""
    return (await session.execute(_HOME, {"company": company, "id": customer_id})).one_or_none()


async def premises(session: AsyncSession, company: str, customer_id: UUID, premises_id: UUID | None) -> UUID | None:
    """The named premises if they are the customer's; without a name the primary ones."""
    values = {"company": company, "customer_id": customer_id, "premises_id": premises_id}
    found: UUID | None = (await session.execute(_PREMISES, values)).scalar_one_or_none()
    return found


async def own_files(session: AsyncSession, company: str, actor: str, file_ids: Sequence[UUID]) -> bool:
    """Whether the person uploaded every one of the files."""
    found = await session.scalar(_FILES, {"company": company, "actor": actor, "ids": list(file_ids)})
    return bool(found == len(set(file_ids)))


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a visit or a hazard of the companies names the file."""
    values = {"companies": list(companies), "ids": [file_id]}
    return (await session.execute(_NAMES_FILE, values)).first() is not None


async def hold_home(session: AsyncSession, customer_id: UUID) -> None:
    """One transaction at a time records a visit of the customer's home: attempts are numbered without a gap."""
    await one_at_a_time(session, f"safety|{customer_id}")


async def attempts(
    session: AsyncSession,
    company: str,
    customer_id: UUID,
    premises_id: UUID | None,
    outcome: str,
    *,
    since: datetime,
    until: datetime,
) -> tuple[int, int]:
    """Earlier visits without entry: all, and those of the outcome."""
    values = {"company": company, "customer_id": customer_id, "premises_id": premises_id, "outcome": outcome}
    row = (await session.execute(_ATTEMPTS, {**values, "since": since, "until": until})).one()
    return int(row.visits), int(row.of_outcome)


async def follow(session: AsyncSession, row: InspectionRow) -> None:
    """Earlier visits of the home wait for no further attempt."""
    await session.execute(
        update(Row)
        .where(
            Row.company == row.company,
            Row.customer_id == row.customer_id,
            Row.premises_id.is_not_distinct_from(row.premises_id),
            Row.id != row.id,
            Row.visited_at <= row.visited_at,
            Row.is_followed.is_(False),
        )
        .values(is_followed=True)
        .execution_options(synchronize_session=False)
    )


async def next_number(session: AsyncSession) -> int:
    """The next running number."""
    return int((await session.execute(select(INSPECTION_NUMBERS.next_value()))).scalar_one())


async def add(session: AsyncSession, row: InspectionRow) -> None:
    """Store a visit."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, row_id: UUID, companies: Sequence[str]) -> InspectionRow:
    """One visit.  Raises: InspectionNotFoundError."""
    row = (await session.scalars(select(Row).where(Row.id == row_id, Row.company.in_(companies)))).one_or_none()
    if row is None:
        raise InspectionNotFoundError("没有这条安检记录")
    return row


async def page(
    session: AsyncSession, companies: Sequence[str], wanted: Filter, *, before: UUID | None, limit: int
) -> Sequence[InspectionRow]:
    """Visits, newest first."""
    query = select(Row).where(Row.company.in_(companies))
    for column, value in (
        (Row.customer_id, wanted.customer_id),
        (Row.order_id, wanted.order_id),
        (Row.outcome, wanted.outcome),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.due_by is not None:
        query = query.where(Row.next_attempt_on <= wanted.due_by, Row.is_followed.is_(False))
    if before is not None:
        query = query.where(Row.id < before)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(limit))).all()
