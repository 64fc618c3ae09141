"""What is known of days and members."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.models import MemberRow, OccasionRow

_KEEP_OCCASION = text("""
insert into care_occasions (id, company, version, customer_id, member_id, member_customer_id, occasion, circle, month,
  day, is_lunar, is_ended)
values (:id, :company, :version, :customer_id, :member_id, :member_customer_id, :occasion, :circle, :month, :day,
  :is_lunar, :is_ended)
on conflict (id) do update
set version = excluded.version, customer_id = excluded.customer_id, member_id = excluded.member_id,
    member_customer_id = excluded.member_customer_id, circle = excluded.circle, month = excluded.month,
    day = excluded.day, is_lunar = excluded.is_lunar, is_ended = excluded.is_ended
where care_occasions.version < excluded.version and care_occasions.company = excluded.company
returning id
""")
_KEEP_MEMBER = text("""
insert into care_members (id, company, version, group_id, kind, circle, rank, is_served, is_active,
  member_customer_id)
values (:id, :company, :version, :group_id, :kind, :circle, :rank, :is_served, :is_active, :member_customer_id)
on conflict (id) do update
set version = excluded.version, group_id = excluded.group_id, kind = excluded.kind, circle = excluded.circle,
    rank = excluded.rank, is_served = excluded.is_served, is_active = excluded.is_active,
    member_customer_id = excluded.member_customer_id
where care_members.version < excluded.version and care_members.company = excluded.company
returning id
""")


async def keep_occasion(session: AsyncSession, known: Mapping[str, Any]) -> bool:
    """Keep what an event says of a day, unless something newer is kept; whether it was kept."""
    return await session.scalar(_KEEP_OCCASION, dict(known)) is not None


async def keep_member(session: AsyncSession, known: Mapping[str, Any]) -> bool:
    """Keep what an event says of a member, unless something newer is kept; whether it was kept."""
    return await session.scalar(_KEEP_MEMBER, dict(known)) is not None


async def occasions(
    session: AsyncSession,
    company: str,
    occasion: str,
    days: Collection[tuple[bool, int, int]],
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[OccasionRow]:
    """Days of a kind that return within these, by id."""
    statement = select(OccasionRow).where(
        OccasionRow.company == company,
        OccasionRow.occasion == occasion,
        ~OccasionRow.is_ended,
        tuple_(OccasionRow.is_lunar, OccasionRow.month, OccasionRow.day).in_(list(days)),
    )
    if after is not None:
        statement = statement.where(OccasionRow.id > after)
    return (await session.scalars(statement.order_by(OccasionRow.id).limit(limit))).all()


async def members(session: AsyncSession, company: str, group_id: UUID, circles: Sequence[str]) -> Sequence[MemberRow]:
    """Members of a group who are served in their own right, of these circles."""
    statement = select(MemberRow).where(
        MemberRow.company == company,
        MemberRow.group_id == group_id,
        MemberRow.is_active,
        MemberRow.is_served,
        MemberRow.circle.in_(circles),
    )
    return (await session.scalars(statement.order_by(MemberRow.id))).all()


async def size(session: AsyncSession, company: str, group_id: UUID) -> int:
    """How many members a group has."""
    statement = select(func.count()).where(
        MemberRow.company == company, MemberRow.group_id == group_id, MemberRow.is_active
    )
    return int((await session.execute(statement)).scalar_one())


async def member(session: AsyncSession, company: str, member_id: UUID) -> MemberRow | None:
    """One member of the company's groups."""
    statement = select(MemberRow).where(MemberRow.company == company, MemberRow.id == member_id)
    return (await session.execute(statement)).scalar_one_or_none()
