"""Every SQL statement of the groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups.errors import (
    GreatDayNotFoundError,
    GreatDayTakenError,
    MemberNotFoundError,
    MemberNumberTakenError,
)
from services.customer.groups.models import GroupSizeRow, MemberChangeRow, UnitDayRow
from services.customer.groups.rules import MemberState
from services.customer.registry.models import CustomerRow, MemberRow, PhoneRow


async def add_member(session: AsyncSession, row: MemberRow) -> None:
    """Store a new one.  Raises: MemberNumberTakenError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise MemberNumberTakenError("该集团已有此编号的成员") from error


async def member(session: AsyncSession, group_id: UUID, member_id: UUID, companies: Sequence[str]) -> MemberRow:
    """One member of a group.  Raises: MemberNotFoundError."""
    return await _one(session, _is(group_id, member_id, companies), lock=False)


async def lock_member(session: AsyncSession, group_id: UUID, member_id: UUID, companies: Sequence[str]) -> MemberRow:
    """The same under lock; the group is locked before.  Raises: MemberNotFoundError."""
    return await _one(session, _is(group_id, member_id, companies), lock=True)


async def _one(session: AsyncSession, conditions: Sequence[ColumnElement[bool]], *, lock: bool) -> MemberRow:
    statement = select(MemberRow).where(*conditions)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise MemberNotFoundError("没有这个集团成员")
    return row


def _is(group_id: UUID, member_id: UUID, companies: Sequence[str]) -> list[ColumnElement[bool]]:
    return [MemberRow.id == member_id, MemberRow.group_id == group_id, MemberRow.company.in_(companies)]


async def members_of(session: AsyncSession, group_id: UUID) -> Sequence[MemberRow]:
    """All members of a locked group that are there, under lock, by id."""
    statement = (
        select(MemberRow)
        .where(MemberRow.group_id == group_id, MemberRow.state == MemberState.ACTIVE.value)
        .order_by(MemberRow.id)
    )
    return (await session.scalars(statement.with_for_update())).all()


async def page(
    session: AsyncSession,
    group_id: UUID,
    companies: Sequence[str],
    *,
    is_served: bool | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> Sequence[tuple[MemberRow, PhoneRow | None]]:
    """Members by number, each with one telephone in use."""
    first = (
        select(PhoneRow.id)
        .where(PhoneRow.member_id == MemberRow.id, PhoneRow.state == "active")
        .order_by(PhoneRow.id)
        .limit(1)
        .correlate(MemberRow)
        .scalar_subquery()
    )
    statement = select(MemberRow, PhoneRow).outerjoin(PhoneRow, PhoneRow.id == first)
    statement = statement.where(MemberRow.group_id == group_id, MemberRow.company.in_(companies))
    if is_served is not None:
        statement = statement.where(MemberRow.is_served == is_served, MemberRow.state == MemberState.ACTIVE.value)
    if state is not None:
        statement = statement.where(MemberRow.state == state)
    if after is not None:
        statement = statement.where(MemberRow.number > after)
    found = await session.execute(statement.order_by(MemberRow.number).limit(limit))
    return [(row, phone) for row, phone in found]


async def phone_of(session: AsyncSession, member_id: UUID) -> PhoneRow | None:
    """The member's first telephone in use."""
    statement = select(PhoneRow).where(PhoneRow.member_id == member_id, PhoneRow.state == "active")
    return (await session.scalars(statement.order_by(PhoneRow.id).limit(1))).one_or_none()


async def phones_of(session: AsyncSession, member_id: UUID) -> Sequence[PhoneRow]:
    """All telephones of a member in use."""
    statement = select(PhoneRow).where(PhoneRow.member_id == member_id, PhoneRow.state == "active")
    return (await session.scalars(statement.order_by(PhoneRow.id))).all()


async def memberships(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str]
) -> Sequence[tuple[MemberRow, CustomerRow]]:
    """Groups in which a customer is a member, those left too, newest first."""
    statement = (
        select(MemberRow, CustomerRow)
        .join(CustomerRow, CustomerRow.id == MemberRow.group_id)
        .where(MemberRow.customer_id == customer_id, MemberRow.company.in_(companies))
        .order_by(MemberRow.id.desc())
        .limit(50)
    )
    return [(row, group) for row, group in await session.execute(statement)]


async def own_customer_taken(session: AsyncSession, group_id: UUID, customer_id: UUID) -> bool:
    """Whether another member of the group has this record as their own."""
    statement = select(MemberRow.id).where(MemberRow.group_id == group_id, MemberRow.customer_id == customer_id)
    return (await session.scalars(statement.limit(1))).first() is not None


async def history(
    session: AsyncSession, member_id: UUID, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[MemberChangeRow]:
    """What happened to a member, newest first."""
    statement = select(MemberChangeRow).where(
        MemberChangeRow.member_id == member_id, MemberChangeRow.company.in_(companies)
    )
    if before is not None:
        statement = statement.where(MemberChangeRow.id < before)
    return (await session.scalars(statement.order_by(MemberChangeRow.id.desc()).limit(limit))).all()


async def count(session: AsyncSession, group_id: UUID, uncounted: Sequence[str]) -> int:
    """Members that are there and count."""
    statement = select(func.count()).where(
        MemberRow.group_id == group_id,
        MemberRow.state == MemberState.ACTIVE.value,
        MemberRow.kind.not_in(list(uncounted)),
    )
    return int((await session.execute(statement)).scalar_one())


async def size(session: AsyncSession, group_id: UUID) -> GroupSizeRow | None:
    """How the group's size came about; the group is locked."""
    return await session.get(GroupSizeRow, group_id)


_UNSETTLED = text("""
select m.id, m.group_id from group_members m join customers g on g.id = m.group_id and g.standing <> 'merged'
where m.company = :company and not m.is_settled order by m.id limit :limit
""")

_LAST_ACTS = text("""
select distinct on (member_id) member_id, act from member_changes
where company = :company and member_id = any(:ids) and act in ('joined', 'left', 'rejoined')
order by member_id, id desc
""")


async def unsettled(session: AsyncSession, company: str, limit: int) -> Sequence[Any]:
    """Members that an import brought or changed, oldest first."""
    return (await session.execute(_UNSETTLED, {"company": company, "limit": limit})).all()


async def locked_members(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[MemberRow]:
    """These members, under lock, by id."""
    statement = select(MemberRow).where(MemberRow.id.in_(ids)).order_by(MemberRow.id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def last_acts(session: AsyncSession, company: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Whether each of them joined or left last."""
    rows = (await session.execute(_LAST_ACTS, {"company": company, "ids": list(ids)})).all()
    return {row.member_id: row.act for row in rows}


async def add_day(session: AsyncSession, row: UnitDayRow) -> None:
    """Store a great day.  Raises: GreatDayTakenError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise GreatDayTakenError("该日已登记") from error


async def days(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> Sequence[UnitDayRow]:
    """The great days of a unit, by their place in the year; withdrawn ones last."""
    statement = select(UnitDayRow).where(UnitDayRow.customer_id == customer_id, UnitDayRow.company.in_(companies))
    return (await session.scalars(statement.order_by(UnitDayRow.state, UnitDayRow.month, UnitDayRow.day))).all()


async def lock_day(session: AsyncSession, customer_id: UUID, day_id: UUID, companies: Sequence[str]) -> UnitDayRow:
    """One great day, locked.  Raises: GreatDayNotFoundError."""
    statement = select(UnitDayRow).where(
        UnitDayRow.id == day_id, UnitDayRow.customer_id == customer_id, UnitDayRow.company.in_(companies)
    )
    row = (await session.scalars(statement.with_for_update())).one_or_none()
    if row is None:
        raise GreatDayNotFoundError("没有登记这一天")
    return row
