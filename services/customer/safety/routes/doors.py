"""What the doors share: the desk of the caller."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service.work import Desk
from services.customer.orders.service.desk import OrderDesk
from services.customer.safety.service.desk import SafetyDesk
from shared.access.principal import Principal


async def desk_of(
    request: Request, principal: Principal, session: AsyncSession, now: datetime, permission: str
) -> SafetyDesk:
    """Whoever acts, in this transaction, under the pack in force."""
    runtime = request.app.state.runtime
    base = Desk(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        policy=runtime.policy.policy(principal.company, now),
        calendars=runtime.calendars,
        staff=await runtime.staff.current(),
        now=now,
    )
    orders = OrderDesk.of(runtime.policy, runtime.calendars, runtime.staff, runtime.grant_signer)
    return SafetyDesk(base, orders)
