"""Every statement about service plans."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans.errors import PlanNotFoundError, PlanOverlapError
from services.customer.plans.models import PLAN_NUMBERS, ServicePlanRow
from services.customer.plans.rules import PlanState

_CUSTOMER = text("""
select id, company, party, tier, tier_confirmed_at, account_manager_id from customers
where id = :id and company = any(:companies) and standing in ('active', 'suspended')
""")

_LOST = text("""
select p.id from service_plans p join customers c on c.id = p.customer_id
where p.company = :company and p.state in ('proposed', 'approved')
  and (cast(:customer_id as uuid) is null or p.customer_id = :customer_id)
  and (c.standing not in ('active', 'suspended') or not c.tier = any(:tiers))
order by p.id limit :limit
""")


async def next_number(session: AsyncSession) -> int:
    """The next running number of plans."""
    return int((await session.execute(select(PLAN_NUMBERS.next_value()))).scalar_one())


async def customer(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> RowMapping | None:
    """A served customer as far as a plan asks."""
    bound = {"id": customer_id, "companies": list(companies)}
    return (await session.execute(_CUSTOMER, bound)).mappings().one_or_none()


async def add(session: AsyncSession, row: ServicePlanRow) -> None:
    """Store a plan.  Raises: PlanOverlapError if another one waits for approval."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_service_plans_proposed" not in str(error.orig):
            raise
        raise PlanOverlapError("该客户已有待审核的服务方案") from error


async def get(
    session: AsyncSession, plan_id: UUID, companies: Sequence[str], *, locked: bool = False
) -> ServicePlanRow:
    """One plan.  Raises: PlanNotFoundError."""
    query = select(ServicePlanRow).where(ServicePlanRow.id == plan_id, ServicePlanRow.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        raise PlanNotFoundError("没有这个服务方案")
    return row


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    state: PlanState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[ServicePlanRow]:
    """Plans, newest first."""
    row = ServicePlanRow
    query = select(row).where(row.company.in_(companies)).order_by(row.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(row.customer_id == customer_id)
    if state is not None:
        query = query.where(row.state == state.value)
    if before is not None:
        query = query.where(row.id < before)
    return (await session.execute(query)).scalars().all()


async def in_force(session: AsyncSession, customer_id: UUID, *, on: date) -> ServicePlanRow | None:
    """The approved plan whose dates hold the day."""
    row = ServicePlanRow
    query = select(row).where(
        row.customer_id == customer_id,
        row.state == PlanState.APPROVED.value,
        row.from_on <= on,
        row.until_on >= on,
    )
    return (await session.execute(query.order_by(row.id.desc()).limit(1))).scalar_one_or_none()


async def overlapping(
    session: AsyncSession, customer_id: UUID, *, from_on: date, until_on: date
) -> ServicePlanRow | None:
    """An approved plan of the same customer in the same time."""
    row = ServicePlanRow
    query = select(row).where(
        row.customer_id == customer_id,
        row.state == PlanState.APPROVED.value,
        row.from_on <= until_on,
        row.until_on >= from_on,
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def past(session: AsyncSession, company: str, *, today: date, limit: int) -> Sequence[ServicePlanRow]:
    """Approved plans whose last day is over, locked."""
    row = ServicePlanRow
    query = select(row).where(row.company == company, row.state == PlanState.APPROVED.value, row.until_on < today)
    return (await session.execute(query.order_by(row.until_on, row.id).limit(limit).with_for_update())).scalars().all()


async def due(session: AsyncSession, company: str, *, today: date, limit: int) -> Sequence[ServicePlanRow]:
    """Approved plans that are due for their review, locked."""
    row = ServicePlanRow
    query = select(row).where(row.company == company, row.state == PlanState.APPROVED.value, row.review_due_on <= today)
    locked = query.order_by(row.review_due_on, row.id).limit(limit).with_for_update()
    return (await session.execute(locked)).scalars().all()


async def lost(
    session: AsyncSession, company: str, tiers: Sequence[str], *, customer_id: UUID | None, limit: int
) -> Sequence[UUID]:
    """Plans of customers who are in none of these tiers any more, or are served no more."""
    bound = {"company": company, "tiers": list(tiers), "customer_id": customer_id, "limit": limit}
    return (await session.execute(_LOST, bound)).scalars().all()
