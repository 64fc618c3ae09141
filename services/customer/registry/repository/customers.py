"""Single customers and what belongs to them, through the session."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import NumberTakenError, PhoneTakenError
from services.customer.registry.models import (
    CUSTOMER_NUMBERS,
    ContactPersonRow,
    CustomerRow,
    EquipmentRow,
    MemberRow,
    MeterRow,
    PhoneRow,
    PremisesRow,
    RevealRow,
)
from shared.database.locks import one_at_a_time


async def add(
    session: AsyncSession,
    row: CustomerRow | PremisesRow | MeterRow | EquipmentRow | MemberRow | PhoneRow | ContactPersonRow,
) -> None:
    """Insert a row.  Raises: NumberTakenError, PhoneTakenError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if isinstance(row, PhoneRow):
            raise PhoneTakenError("该客户已登记此电话") from error
        raise NumberTakenError("编号已被使用") from error


async def next_number(session: AsyncSession) -> int:
    """The next of the sequence of customer numbers."""
    number: int = (await session.execute(select(CUSTOMER_NUMBERS.next_value()))).scalar_one()
    return number


async def get_for_update(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> CustomerRow | None:
    """One customer, locked."""
    query = select(CustomerRow).where(CustomerRow.id == customer_id, CustomerRow.company.in_(companies))
    return (await session.scalars(query.with_for_update())).one_or_none()


async def premises_of(session: AsyncSession, customer_id: UUID, premises_id: UUID) -> PremisesRow | None:
    """Premises, if they are this customer's."""
    row: PremisesRow | None = await _belonging(session, PremisesRow, customer_id, premises_id)
    return row


async def phone_of(session: AsyncSession, customer_id: UUID, phone_id: UUID) -> PhoneRow | None:
    """A telephone, if it is this customer's."""
    row: PhoneRow | None = await _belonging(session, PhoneRow, customer_id, phone_id)
    return row


async def meter_of(session: AsyncSession, customer_id: UUID, meter_id: UUID) -> MeterRow | None:
    """A meter, if it is this customer's."""
    row: MeterRow | None = await _belonging(session, MeterRow, customer_id, meter_id)
    return row


async def contact_person_of(session: AsyncSession, customer_id: UUID, person_id: UUID) -> ContactPersonRow | None:
    """A contact person, if it is this customer's."""
    row: ContactPersonRow | None = await _belonging(session, ContactPersonRow, customer_id, person_id)
    return row


async def _belonging(session: AsyncSession, kind: Any, customer_id: UUID, row_id: UUID) -> Any:
    query = select(kind).where(kind.id == row_id, kind.customer_id == customer_id)
    return (await session.scalars(query)).one_or_none()


async def unset_primary(session: AsyncSession, kind: type[PhoneRow] | type[PremisesRow], customer_id: UUID) -> None:
    """Another row of the customer becomes the primary one."""
    changed = update(kind).where(kind.customer_id == customer_id, kind.is_primary).values(is_primary=False)
    await session.execute(changed)


async def phones_of(session: AsyncSession, customer_id: UUID, phone_id: UUID | None) -> list[PhoneRow]:
    """Telephones in use, a member's too: all of them or one."""
    query = select(PhoneRow).where(PhoneRow.customer_id == customer_id, PhoneRow.state == "active")
    query = query.where(PhoneRow.id == phone_id) if phone_id else query.where(PhoneRow.member_id.is_(None))
    return list(await session.scalars(query.order_by(PhoneRow.is_primary.desc(), PhoneRow.id).limit(50)))


async def addresses_of(session: AsyncSession, customer_id: UUID) -> list[PremisesRow]:
    """Premises that are not withdrawn."""
    query = select(PremisesRow).where(PremisesRow.customer_id == customer_id, PremisesRow.state != "withdrawn")
    return list(await session.scalars(query.order_by(PremisesRow.is_primary.desc(), PremisesRow.id).limit(50)))


async def count_reveals(session: AsyncSession, company: str, actor: str, on: date) -> int:
    """How many fields this person was shown on a day; serialises the person's own requests."""
    await one_at_a_time(session, f"reveal|{actor}")
    query = select(func.count()).where(
        RevealRow.company == company, RevealRow.actor == actor, RevealRow.on_date == on, RevealRow.grant_id.is_(None)
    )
    return int((await session.execute(query)).scalar_one())


async def add_reveal(session: AsyncSession, row: RevealRow) -> bool:
    """Count one; False if its grant was used before."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        return False
    return True
