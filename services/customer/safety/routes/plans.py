"""The doors of the inspection plans."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.safety import schemas
from services.customer.safety.routes.doors import desk_of
from services.customer.safety.rules import PlanState
from services.customer.safety.service import desk as terms
from services.customer.safety.service import planning, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/safety-plans", tags=["safety"])

Reader = Annotated[Principal, requires(terms.READ)]
Planner = Annotated[Principal, requires(terms.PLAN)]
PeriodQuery = Annotated[str, Query(max_length=8, description="2026-11、2026-Q4、2026-W47 或 2026")]


@router.get("", summary="安检计划列表")
async def list_safety_plans(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    period: Annotated[str | SkipJsonSchema[None], Query(max_length=8, description="与该期间重叠的计划")] = None,
    state: Annotated[PlanState | SkipJsonSchema[None], Query()] = None,
    tier: Annotated[str | SkipJsonSchema[None], Query(max_length=40)] = None,
    district: Annotated[str | SkipJsonSchema[None], Query(max_length=200)] = None,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    batch_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    is_led: Annotated[bool | SkipJsonSchema[None], Query(description="领导带队的，或其余")] = None,
) -> schemas.SafetyPlanPage:
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    from_at, until_at = reading.bounds(policy, period) if period else (None, None)
    wanted = reading.PlanFilter(
        from_at, until_at, state.value if state else None, tier, district, customer_id, batch_id, is_led
    )
    after = page.after[0] if page.after else None
    rows = await reading.plans_page(session, principal.companies, wanted, after=after, limit=page.fetch)
    shown = [schemas.SafetyPlan.model_validate(row) for row in rows]
    return schemas.SafetyPlanPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/figures", summary="安检计划完成情况与入户率")
async def read_safety_plan_figures(
    request: Request, principal: Reader, session: SessionDep, now: Now, period: PeriodQuery
) -> schemas.SafetyPlanFigures:
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    from_at, until_at = reading.bounds(policy, period)
    entry = await reading.entry(session, policy, from_at=from_at, until_at=until_at, now=now)
    plans = await reading.fulfilment(session, policy, from_at=from_at, until_at=until_at, now=now)
    return schemas.SafetyPlanFigures(
        period=period,
        entry=[schemas.TierEntry.model_validate(row) for row in entry],
        plans=[schemas.SafetyPlanFigure.model_validate(row) for row in plans],
    )


@router.get("/{plan_id}", summary="查看安检计划")
async def get_safety_plan(
    plan_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.SafetyPlan:
    row = await reading.plan(session, plan_id, principal.companies)
    return set_etag(response, schemas.SafetyPlan.model_validate(row))


@router.post("/generate", status_code=202, summary="立即生成本期安检计划")
async def generate_safety_plans(
    request: Request,
    principal: Planner,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.SafetyPlansQueued:
    job_id = new_id()
    replay = await once.claim(session, resource_id=job_id, version=None, status=202, now=now)
    if replay is not None:
        return schemas.SafetyPlansQueued(job_id=replay.resource_id)
    await planning.queue_generation(await desk_of(request, principal, session, now, terms.PLAN), job_id)
    return schemas.SafetyPlansQueued(job_id=job_id)


@router.post("/open-orders", summary="分批开安检工单")
async def open_safety_orders(
    request: Request,
    body: schemas.SafetyOrdersOpen,
    principal: Planner,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.SafetyOrdersOpened:
    batch_id = new_id()
    replay = await once.claim(session, resource_id=batch_id, version=None, status=200, now=now)
    desk = await desk_of(request, principal, session, now, terms.PLAN)
    if replay is None:
        made = await planning.open_batch(desk, batch_id, district=body.district, tiers=body.tiers, limit=body.limit)
    else:
        made = await planning.batch(desk, replay.resource_id, district=body.district)
    return schemas.SafetyOrdersOpened.model_validate(made)
