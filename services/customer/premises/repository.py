"""Equipment, exchanges and vulnerable persons: every statement."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.premises.models import MeterExchangeRow
from services.customer.registry.models import (
    EquipmentRow,
    MeterRow,
    VulnerablePersonRow,
)


async def add(session: AsyncSession, row: MeterExchangeRow | VulnerablePersonRow) -> None:
    """Insert one."""
    session.add(row)
    await session.flush()


async def equipment(session: AsyncSession, customer_id: UUID, equipment_id: UUID) -> EquipmentRow | None:
    """One appliance of a customer."""
    query = select(EquipmentRow).where(EquipmentRow.id == equipment_id, EquipmentRow.customer_id == customer_id)
    return (await session.scalars(query)).one_or_none()


async def equipment_page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    overdue_on: date | None,
    hazard: str | None,
    after: UUID | None,
    limit: int,
) -> list[EquipmentRow]:
    """Equipment in use: past its service life on a day, or with a hazard."""
    query = select(EquipmentRow).where(EquipmentRow.company.in_(companies), EquipmentRow.state == "in_use")
    if overdue_on is not None:
        query = query.where(EquipmentRow.expires_on < overdue_on)
    if hazard is not None:
        query = query.where(func.cardinality(EquipmentRow.hazards) > 0, literal(hazard) == any_(EquipmentRow.hazards))
    if after is not None:
        query = query.where(EquipmentRow.id > after)
    return list(await session.scalars(query.order_by(EquipmentRow.id).limit(limit)))


async def without_life(session: AsyncSession, company: str, kinds: Sequence[str], limit: int) -> list[EquipmentRow]:
    """Equipment of the kinds whose installation is known but not its last day, locked."""
    query = (
        select(EquipmentRow)
        .where(
            EquipmentRow.company == company,
            EquipmentRow.expires_on.is_(None),
            EquipmentRow.installed_on.is_not(None),
            EquipmentRow.state == "in_use",
            EquipmentRow.kind.in_(kinds),
        )
        .order_by(EquipmentRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(await session.scalars(query))


async def meter(session: AsyncSession, customer_id: UUID, meter_id: UUID) -> MeterRow | None:
    """One meter of a customer."""
    query = select(MeterRow).where(MeterRow.id == meter_id, MeterRow.customer_id == customer_id)
    return (await session.scalars(query)).one_or_none()


async def exchange(session: AsyncSession, exchange_id: UUID, companies: Sequence[str]) -> MeterExchangeRow | None:
    """One exchange."""
    query = select(MeterExchangeRow).where(MeterExchangeRow.id == exchange_id, MeterExchangeRow.company.in_(companies))
    return (await session.scalars(query)).one_or_none()


async def exchanges(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[MeterExchangeRow]:
    """Exchanges at a customer's, newest first."""
    query = select(MeterExchangeRow).where(
        MeterExchangeRow.company.in_(companies), MeterExchangeRow.customer_id == customer_id
    )
    return list(await session.scalars(query.order_by(MeterExchangeRow.id.desc()).limit(200)))


async def person(session: AsyncSession, person_id: UUID, companies: Sequence[str]) -> VulnerablePersonRow | None:
    """One vulnerable person."""
    query = select(VulnerablePersonRow).where(
        VulnerablePersonRow.id == person_id, VulnerablePersonRow.company.in_(companies)
    )
    return (await session.scalars(query)).one_or_none()


async def persons(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    kind: str | None,
    after: UUID | None,
    limit: int,
) -> list[VulnerablePersonRow]:
    """Vulnerable persons who are served as such."""
    query = select(VulnerablePersonRow).where(
        VulnerablePersonRow.company.in_(companies), VulnerablePersonRow.state == "active"
    )
    if customer_id is not None:
        query = query.where(VulnerablePersonRow.customer_id == customer_id)
    if kind is not None:
        query = query.where(VulnerablePersonRow.kind == kind)
    if after is not None:
        query = query.where(VulnerablePersonRow.id > after)
    return list(await session.scalars(query.order_by(VulnerablePersonRow.id).limit(limit)))
