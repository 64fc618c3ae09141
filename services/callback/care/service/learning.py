"""What care learns of days and members through events; what is owed on a day that is gone is cancelled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.models import GreetingRow
from services.callback.care.repository import days, greetings
from services.callback.care.rules import GreetingState, falls_on
from services.callback.care.service.moving import move
from services.callback.policy_in_force import Governances
from shared.contracts.callback_care import GreetingCancelled
from shared.contracts.relations import CustomerMemberChanged, CustomerOccasion, CustomerOccasionSet

ACTIVE = "active"


async def learn_occasion(
    session: AsyncSession, governances: Governances, company: str, version: int, said: CustomerOccasion, now: datetime
) -> None:
    """Keep the day, or that it is kept no more."""
    kept = (said.is_lunar, said.month, said.day) if isinstance(said, CustomerOccasionSet) else None
    known = {
        "id": said.occasion_id,
        "company": company,
        "version": version,
        "customer_id": said.customer_id,
        "member_id": said.member_id,
        "member_customer_id": said.member_customer_id,
        "occasion": said.occasion,
        "circle": said.circle,
        "month": kept[1] if kept else None,
        "day": kept[2] if kept else None,
        "is_lunar": kept[0] if kept else False,
        "is_ended": kept is None,
    }
    if not await days.keep_occasion(session, known):
        return
    owed = await greetings.planned_of(session, company, occasion_id=said.occasion_id)
    gone = [row for row in owed if kept is None or not falls_on(kept, row.on_date)]
    await _cancel(session, governances, gone, "occasion_gone", now)


async def learn_member(
    session: AsyncSession,
    governances: Governances,
    company: str,
    version: int,
    said: CustomerMemberChanged,
    now: datetime,
) -> None:
    """Keep the member; who left, or is no longer served in the own right, is not greeted."""
    is_active = said.state == ACTIVE
    known = {
        "id": said.member_id,
        "company": company,
        "version": version,
        "group_id": said.group_id,
        "kind": said.kind,
        "circle": said.circle,
        "rank": said.rank,
        "is_served": said.is_served,
        "is_active": is_active,
        "member_customer_id": said.member_customer_id,
    }
    if await days.keep_member(session, known) and not (is_active and said.is_served):
        owed = await greetings.planned_of(session, company, member_id=said.member_id)
        await _cancel(session, governances, owed, "member_left", now)


async def forget(
    session: AsyncSession, governances: Governances, company: str, customer_id: UUID, now: datetime
) -> None:
    """An erased customer is not greeted, and what was learnt is blanked."""
    owed = await greetings.planned_for(session, company, customer_id)
    await _cancel(session, governances, owed, "erased", now)
    for row in await greetings.of_customer(session, company, customer_id):
        row.note = None
    await session.flush()


async def _cancel(
    session: AsyncSession, governances: Governances, rows: Sequence[GreetingRow], reason: str, now: datetime
) -> None:
    for row in rows:
        row.reason = reason
        await move(session, governances, row, GreetingState.CANCELLED, GreetingCancelled, now=now)
