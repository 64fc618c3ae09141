"""Contracts and changes of accounts: every statement."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts.errors import ContractNumberTakenError
from services.customer.accounts.models import AccountChangeRow, ContractRow
from services.customer.registry.models import (
    ContactPersonRow,
    MeterRow,
    PhoneRow,
    PremisesRow,
    VulnerablePersonRow,
)


async def add_contract(session: AsyncSession, row: ContractRow) -> None:
    """Insert one.  Raises: ContractNumberTakenError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise ContractNumberTakenError("合同编号已被使用") from error


async def add_change(session: AsyncSession, row: AccountChangeRow) -> None:
    """Insert one."""
    session.add(row)
    await session.flush()


async def contract(
    session: AsyncSession, contract_id: UUID, companies: Sequence[str], *, lock: bool = False
) -> ContractRow | None:
    """One contract."""
    query = select(ContractRow).where(ContractRow.id == contract_id, ContractRow.company.in_(companies))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def contracts(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None = None,
    state: str | None = None,
    due_before: date | None = None,
    after: UUID | None = None,
    limit: int = 200,
) -> list[ContractRow]:
    """Contracts in the order in which they were recorded."""
    query = select(ContractRow).where(ContractRow.company.in_(companies))
    if customer_id is not None:
        query = query.where(ContractRow.customer_id == customer_id)
    if state is not None:
        query = query.where(ContractRow.state == state)
    if due_before is not None:
        query = query.where(ContractRow.due_on < due_before)
    if after is not None:
        query = query.where(ContractRow.id > after)
    return list(await session.scalars(query.order_by(ContractRow.id).limit(limit)))


async def next_due(session: AsyncSession, customer_id: UUID, kinds: Sequence[str]) -> date | None:
    """The earliest day by which works of a signed contract of the kinds are due."""
    query = select(func.min(ContractRow.due_on)).where(
        ContractRow.customer_id == customer_id, ContractRow.state == "signed", ContractRow.kind.in_(kinds)
    )
    day: date | None = (await session.execute(query)).scalar_one()
    return day


async def changes(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[AccountChangeRow]:
    """Openings, transfers and closings, newest first."""
    query = select(AccountChangeRow).where(
        AccountChangeRow.company.in_(companies), AccountChangeRow.customer_id == customer_id
    )
    return list(await session.scalars(query.order_by(AccountChangeRow.id.desc()).limit(200)))


async def change(session: AsyncSession, change_id: UUID, companies: Sequence[str]) -> AccountChangeRow | None:
    """One opening, transfer or closing."""
    query = select(AccountChangeRow).where(AccountChangeRow.id == change_id, AccountChangeRow.company.in_(companies))
    return (await session.scalars(query)).one_or_none()


async def meters_in_use(session: AsyncSession, customer_id: UUID) -> list[MeterRow]:
    """Meters that hang."""
    query = select(MeterRow).where(MeterRow.customer_id == customer_id, MeterRow.state == "in_use")
    return list(await session.scalars(query.order_by(MeterRow.id)))


async def has_premises(session: AsyncSession, customer_id: UUID) -> bool:
    """Whether there is an address that is not withdrawn."""
    query = select(PremisesRow.id).where(PremisesRow.customer_id == customer_id, PremisesRow.state != "withdrawn")
    return (await session.execute(query.limit(1))).first() is not None


async def has_phone(session: AsyncSession, customer_id: UUID) -> bool:
    """Whether there is a telephone of the customer's own."""
    query = select(PhoneRow.id).where(
        PhoneRow.customer_id == customer_id, PhoneRow.state == "active", PhoneRow.member_id.is_(None)
    )
    return (await session.execute(query.limit(1))).first() is not None


async def premises_turn(session: AsyncSession, customer_id: UUID, *, is_stopped: bool) -> None:
    """Gas at the customer's addresses stops, or flows again."""
    before, after = ("in_use", "stopped") if is_stopped else ("stopped", "in_use")
    await session.execute(
        update(PremisesRow)
        .where(PremisesRow.customer_id == customer_id, PremisesRow.state == before)
        .values(state=after, version=PremisesRow.version + 1)
    )


async def withdraw_persons(session: AsyncSession, customer_id: UUID) -> None:
    """The former holder's telephones and contact persons reach nobody any more."""
    await session.execute(
        update(PhoneRow)
        .where(PhoneRow.customer_id == customer_id, PhoneRow.member_id.is_(None), PhoneRow.state == "active")
        .values(state="withdrawn", is_primary=False, version=PhoneRow.version + 1)
    )
    await session.execute(
        update(ContactPersonRow)
        .where(ContactPersonRow.customer_id == customer_id, ContactPersonRow.state == "active")
        .values(state="withdrawn", version=ContactPersonRow.version + 1)
    )


async def phone_by_index(session: AsyncSession, customer_id: UUID, index: str) -> PhoneRow | None:
    """A telephone that the customer has or had, by its blind index."""
    query = select(PhoneRow).where(PhoneRow.customer_id == customer_id, PhoneRow.phone_index == index)
    return (await session.scalars(query)).one_or_none()


async def vulnerable_persons(session: AsyncSession, customer_id: UUID) -> list[VulnerablePersonRow]:
    """Vulnerable persons who are served as such."""
    query = select(VulnerablePersonRow).where(
        VulnerablePersonRow.customer_id == customer_id, VulnerablePersonRow.state == "active"
    )
    return list(await session.scalars(query))
