"""Reading members: lists, one with the derived kind beside the one in force, history, the groups of a person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups import repository
from services.customer.groups.models import MemberChangeRow
from services.customer.registry.models import CustomerRow, MemberRow, PhoneRow
from services.customer.registry.service import registering


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
    """Members of a group by number.  Raises: CustomerNotFoundError."""
    rows = await repository.page(
        session, group_id, companies, is_served=is_served, state=state, after=after, limit=limit
    )
    if not rows:
        await registering.read(session, group_id, companies)
    return rows


async def one(
    session: AsyncSession, group_id: UUID, member_id: UUID, companies: Sequence[str]
) -> tuple[MemberRow, PhoneRow | None]:
    """One member with a telephone.  Raises: MemberNotFoundError."""
    row = await repository.member(session, group_id, member_id, companies)
    return row, await repository.phone_of(session, member_id)


async def history(
    session: AsyncSession,
    group_id: UUID,
    member_id: UUID,
    companies: Sequence[str],
    *,
    before: UUID | None,
    limit: int,
) -> Sequence[MemberChangeRow]:
    """What happened to a member, newest first.  Raises: MemberNotFoundError."""
    await repository.member(session, group_id, member_id, companies)
    return await repository.history(session, member_id, companies, before=before, limit=limit)


async def memberships(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str]
) -> Sequence[tuple[MemberRow, CustomerRow]]:
    """The groups of which a customer is a member.  Raises: CustomerNotFoundError."""
    rows = await repository.memberships(session, customer_id, companies)
    if not rows:
        await registering.read(session, customer_id, companies)
    return rows
