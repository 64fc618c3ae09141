"""Reading plans and what they hold within the caller's scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.programme.models import InspectionPlanRow, PlanAdjustmentRow, PlannedInspectionRow
from services.inspection.programme.repository import planned, plans
from services.inspection.programme.service.work import READ
from shared.access.principal import Principal
from shared.access.scope import RowScope


async def plan(session: AsyncSession, plan_id: UUID, scope: RowScope) -> InspectionPlanRow:
    """One plan.  Raises: InspectionPlanNotFoundError."""
    return await plans.get(session, plan_id, scope)


async def adjustments(session: AsyncSession, plan_id: UUID, scope: RowScope) -> Sequence[PlanAdjustmentRow]:
    """How a plan was adjusted, in order.  Raises: InspectionPlanNotFoundError."""
    row = await plans.get(session, plan_id, scope)
    return await plans.adjustments(session, row.id)


async def of_period(session: AsyncSession, company: str, period: str) -> Sequence[InspectionPlanRow]:
    """All plans of a period of a company."""
    return await plans.of_period(session, company, period)


async def plan_page(
    session: AsyncSession, scope: RowScope, *, equal: Mapping[str, object], before: UUID | None, limit: int
) -> Sequence[InspectionPlanRow]:
    """Newest first."""
    return await plans.page(session, scope, equal=equal, before=before, limit=limit)


async def one_planned(session: AsyncSession, planned_id: UUID, scope: RowScope) -> PlannedInspectionRow:
    """One planned inspection.  Raises: PlannedInspectionNotFoundError."""
    return await planned.get(session, planned_id, scope)


async def planned_page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    is_gap: bool | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[PlannedInspectionRow]:
    """Newest first."""
    return await planned.page(
        session, scope, equal=equal, is_gap=is_gap, since=since, until=until, before=before, limit=limit
    )


async def ensure_plan_readable(session: AsyncSession, principal: Principal, plan_id: UUID) -> None:
    """Raises: InspectionPlanNotFoundError."""
    await plans.get(session, plan_id, principal.scope(READ))


async def ensure_planned_readable(session: AsyncSession, principal: Principal, planned_id: UUID) -> None:
    """Raises: PlannedInspectionNotFoundError."""
    await planned.get(session, planned_id, principal.scope(READ))
