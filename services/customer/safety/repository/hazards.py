"""Hazards: insert, lock, list, what is flagged at a customer's premises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.safety.errors import HazardKnownError, HazardNotFoundError
from services.customer.safety.models import HAZARD_NUMBERS, HazardRow

Row = HazardRow
OPEN = "uq_safety_hazards_open"

_EQUIPMENT = text(
    "select 1 from gas_equipment where company = :company and id = :id and customer_id = :customer_id"
    " and premises_id = :premises_id"
)
# What was found and is not resolved, what equipment is marked with, and equipment past its service life.
_FLAGS = text("""
with found as (
  select h.premises_id, h.equipment_id, h.kind, h.severity, h.id as hazard_id, h.found_at as since,
    h.gas_stopped_at is not null and h.gas_restored_at is null as is_gas_stopped
  from safety_hazards h
  where h.company = any(cast(:companies as text[])) and h.customer_id = :customer_id and h.state = 'open'
), marked as (
  select e.premises_id, e.id as equipment_id, m.kind
  from gas_equipment e
  cross join lateral (
    select unnest(e.hazards) as kind union select :expired where e.expires_on <= :today) m
  where e.company = any(cast(:companies as text[])) and e.customer_id = :customer_id and e.state = 'in_use'
)
select * from found
union all
select k.premises_id, k.equipment_id, k.kind, null, null, null, false from marked k
where not exists (
  select from found f where f.premises_id = k.premises_id and f.kind = k.kind and f.equipment_id = k.equipment_id)
order by 1, 3, 2
""")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which hazards are listed."""

    customer_id: UUID | None = None
    premises_id: UUID | None = None
    state: str | None = None
    severity: str | None = None
    kind: str | None = None


async def next_number(session: AsyncSession) -> int:
    """The next running number."""
    return int((await session.execute(select(HAZARD_NUMBERS.next_value()))).scalar_one())


async def is_equipment(
    session: AsyncSession, company: str, equipment_id: UUID, customer_id: UUID, premises_id: UUID
) -> bool:
    """Whether the equipment stands at these premises of the customer."""
    values = {"company": company, "id": equipment_id, "customer_id": customer_id, "premises_id": premises_id}
    return (await session.execute(_EQUIPMENT, values)).first() is not None


async def open_at(session: AsyncSession, company: str, premises_id: UUID) -> Sequence[HazardRow]:
    """Hazards that stand at the premises, locked."""
    query = select(Row).where(Row.company == company, Row.premises_id == premises_id, Row.state == "open")
    return (await session.scalars(query.order_by(Row.id).with_for_update())).all()


async def add(session: AsyncSession, row: HazardRow) -> None:
    """Store a new one.  Raises: HazardKnownError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if OPEN in str(error.orig):
            raise HazardKnownError("该处已有同种隐患尚未销号") from error
        raise


async def get(session: AsyncSession, row_id: UUID, companies: Sequence[str], *, locked: bool = False) -> HazardRow:
    """One hazard.  Raises: HazardNotFoundError."""
    query = select(Row).where(Row.id == row_id, Row.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise HazardNotFoundError("没有这条隐患记录")
    return row


async def page(
    session: AsyncSession, companies: Sequence[str], wanted: Filter, *, before: UUID | None, limit: int
) -> Sequence[HazardRow]:
    """Hazards, newest first."""
    query = select(Row).where(Row.company.in_(companies))
    for column, value in (
        (Row.customer_id, wanted.customer_id),
        (Row.premises_id, wanted.premises_id),
        (Row.state, wanted.state),
        (Row.severity, wanted.severity),
        (Row.kind, wanted.kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(Row.id < before)
    return (await session.scalars(query.order_by(Row.id.desc()).limit(limit))).all()


async def flags(
    session: AsyncSession, companies: Sequence[str], customer_id: UUID, *, expired: str, today: date
) -> list[Mapping[str, Any]]:
    """Every hazard that whoever goes to the customer's premises must know of."""
    values = {"companies": list(companies), "customer_id": customer_id, "expired": expired, "today": today}
    return [dict(row) for row in (await session.execute(_FLAGS, values)).mappings()]
