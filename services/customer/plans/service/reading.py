"""Plans as they are shown."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans import repository
from services.customer.plans.errors import PlanNotFoundError
from services.customer.plans.models import ServicePlanRow
from services.customer.plans.rules import PlanState
from shared.access.principal import Principal


async def read(session: AsyncSession, plan_id: UUID, companies: Sequence[str]) -> ServicePlanRow:
    """One plan.  Raises: PlanNotFoundError."""
    return await repository.get(session, plan_id, companies)


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    state: PlanState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[ServicePlanRow]:
    """Newest first."""
    return await repository.page(session, companies, customer_id=customer_id, state=state, before=before, limit=limit)


async def in_force(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, at: datetime, zone: str
) -> ServicePlanRow:
    """The customer's plan that counts now.  Raises: PlanNotFoundError."""
    row = await repository.in_force(session, customer_id, on=at.astimezone(ZoneInfo(zone)).date())
    if row is None or row.company not in companies:
        raise PlanNotFoundError("该客户没有生效的服务方案")
    return row


async def ensure_readable(session: AsyncSession, principal: Principal, plan_id: UUID) -> None:
    """Raises: PlanNotFoundError."""
    await repository.get(session, plan_id, principal.companies)
