"""The doors of the planning and of its figure."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.visits.routes.doors import desk_of
from services.callback.visits.schemas import bodies, views
from services.callback.visits.service import plans
from services.callback.visits.service.fulfilment import plan_fulfilment
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id
from shared.sla.periods import parse_period

router = APIRouter(prefix="/v1/visit-plans", tags=["visits"])

Reader = Annotated[Principal, requires("visit.figures")]
Planner = Annotated[Principal, requires("visit.plan")]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="按规章频次生成年或月的走访与服务计划")
async def create_visit_plan(
    request: Request,
    body: bodies.VisitPlanCreate,
    principal: Planner,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> views.VisitPlan:
    plan_id = new_id()
    replay = await once.claim(session, resource_id=plan_id, now=now)
    if replay is None:
        row = await plans.request(session, desk_of(request), principal, plan_id, period=body.period, now=now)
    else:
        row = await plans.read(session, replay.resource_id, principal.companies)
    return created(response, f"/v1/visit-plans/{row.id}", views.VisitPlan.model_validate(row), replay=replay)


@router.get("", summary="计划生成记录")
async def list_visit_plans(principal: Reader, session: SessionDep, page: Paging) -> views.VisitPlanPage:
    before = page.after[0] if page.after else None
    rows = await plans.page(session, principal.companies, before=before, limit=page.fetch)
    shown = [views.VisitPlan.model_validate(row) for row in rows]
    return views.VisitPlanPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/fulfilment", summary="走访计划完成情况，按级别与岗位")
async def get_visit_fulfilment(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    period: Annotated[str, Query(max_length=10, examples=["2026-11"])],
    company: Annotated[Code | Optional, Query()] = None,
) -> views.VisitFulfilments:
    asked = company if company in principal.companies else principal.company
    chosen = parse_period(period, desk_of(request).governances.in_force(asked, now).zone)
    found = await plan_fulfilment(session, [asked], chosen)
    items = [views.VisitFulfilment.model_validate(one) for one in found]
    return views.VisitFulfilments(period=period, from_at=chosen.from_at, until_at=chosen.until_at, items=items)


@router.get("/{plan_id}", summary="查看计划生成进度")
async def get_visit_plan(plan_id: UUID, principal: Reader, session: SessionDep) -> views.VisitPlan:
    return views.VisitPlan.model_validate(await plans.read(session, plan_id, principal.companies))
