"""How many members a group has: the fact that tier rules read (`customers.member_count`)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups import repository
from services.customer.groups.models import GroupSizeRow
from services.customer.groups.rules import shown_size, uncounted
from services.customer.policy_groups import CountFrom, Members
from services.customer.registry.models import CustomerRow


async def recount(session: AsyncSession, group: CustomerRow, terms: Members | None) -> bool:
    """Count a locked group anew; answers whether its size differs.

    Whoever set `member_count` otherwise than it was shown has stated it: registration, change or import.
    """
    counted = await repository.count(session, group.id, uncounted(terms))
    size = await repository.size(session, group.id)
    if size is None:
        size = GroupSizeRow(
            group_id=group.id, company=group.company, stated=group.member_count or None, counted=0, shown=0
        )
        session.add(size)
    elif group.member_count != size.shown:
        size.stated = group.member_count
    before = group.member_count
    size.counted = counted
    count_from = CountFrom.LARGER if terms is None else terms.count_from
    size.shown = shown_size(count_from, stated=size.stated, counted=counted)
    group.member_count = size.shown
    return size.shown != before
