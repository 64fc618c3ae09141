"""The great days of a unit or group, kept for the callback service's greetings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups import events, repository
from services.customer.groups.errors import GreatDayNotFoundError, MemberStaleError, OwnCustomerUnfitError
from services.customer.groups.models import UnitDayRow
from services.customer.groups.rules import ensure_day
from services.customer.registry.rules.text import tidy
from services.customer.registry.rules.vocabulary import Party
from services.customer.registry.service import changing
from shared.audit.trail import record
from shared.events import outbox

_STANDING = "active"


async def keep(
    session: AsyncSession,
    customer_id: UUID,
    day_id: UUID,
    *,
    name: str,
    month: int,
    day: int,
    actor_id: UUID,
    companies: Sequence[str],
    now: datetime,
) -> UnitDayRow:
    """Keep a day of a unit or group.

    Raises: CustomerNotFoundError, OwnCustomerUnfitError for an individual, MemberTermsError, GreatDayTakenError.
    """
    customer = await changing.locked(session, customer_id, companies)
    if customer.party == Party.INDIVIDUAL:
        raise OwnCustomerUnfitError.at("/customer_id", "只有单位和集团客户登记重要日子。")
    ensure_day(month, day)
    row = UnitDayRow(
        id=day_id,
        company=customer.company,
        customer_id=customer_id,
        name=tidy(name),
        month=month,
        day=day,
        state=_STANDING,
        created_by=actor_id,
        created_at=now,
        version=1,
    )
    await repository.add_day(session, row)
    await outbox.add(session, events.great_day_set(row, customer, now))
    await _audit(session, row, "great_day.kept", now)
    return row


async def withdraw(
    session: AsyncSession, customer_id: UUID, day_id: UUID, *, expected: int, companies: Sequence[str], now: datetime
) -> UnitDayRow:
    """The day is kept no longer.  Raises: CustomerNotFoundError, GreatDayNotFoundError, MemberStaleError."""
    customer = await changing.locked(session, customer_id, companies)
    row = await repository.lock_day(session, customer_id, day_id, companies)
    if row.version != expected:
        raise MemberStaleError("请重新读取后再修改", params={"current_version": row.version})
    if row.state != _STANDING:
        raise GreatDayNotFoundError("该日已停用")
    row.state = "withdrawn"
    row.version += 1
    await session.flush()
    await outbox.add(session, events.great_day_ended(row, customer, now))
    await _audit(session, row, "great_day.withdrawn", now)
    return row


async def listed(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> Sequence[UnitDayRow]:
    """All days of a unit.  Raises: CustomerNotFoundError."""
    await changing.ensure_known(session, customer_id, companies)
    return await repository.days(session, customer_id, companies)


async def read(session: AsyncSession, customer_id: UUID, day_id: UUID, companies: Sequence[str]) -> UnitDayRow:
    """One day of a unit.  Raises: GreatDayNotFoundError."""
    return await repository.lock_day(session, customer_id, day_id, companies)


async def _audit(session: AsyncSession, row: UnitDayRow, action: str, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action=action,
        at=now,
        resource_type="great_day",
        resource_id=row.id,
        detail={"version": row.version, "customer_id": str(row.customer_id)},
    )
