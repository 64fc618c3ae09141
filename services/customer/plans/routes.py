"""Service plans at the door: parse, one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans import schemas
from services.customer.plans.models import ServicePlanRow
from services.customer.plans.rules import PlanState
from services.customer.plans.service import deciding, proposing, reading
from services.customer.plans.service.work import PlanWork
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["tiering"])

Reader = Annotated[Principal, requires("service_plan.read")]
Proposer = Annotated[Principal, requires("service_plan.propose")]
Decider = Annotated[StepDoor, step_door("service_plan.decide")]

Step = Callable[[PlanWork, ServicePlanRow], Awaitable[ServicePlanRow]]


def _work(request: Request, session: AsyncSession, company: str, now: Now) -> PlanWork:
    runtime = request.app.state.runtime
    return PlanWork(session, runtime.policy.policy(company, now), runtime.calendars, now)


@router.post("/service-plans", status_code=201, summary="提出个性化服务方案")
async def create_service_plan(
    request: Request,
    body: schemas.ServicePlanCreate,
    principal: Proposer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ServicePlan:
    plan_id = new_id()
    replay = await once.claim(session, resource_id=plan_id, now=now)
    if replay is None:
        work = _work(request, session, principal.company, now)
        row = await proposing.propose(work, plan_id, body.ask(), principal)
    else:
        row = await reading.read(session, replay.resource_id, principal.companies)
    return created(response, f"/v1/service-plans/{row.id}", schemas.ServicePlan.of(row), replay=replay)


@router.get("/service-plans", summary="个性化服务方案列表")
async def list_service_plans(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    state: Annotated[PlanState | SkipJsonSchema[None], Query()] = None,
) -> schemas.ServicePlanPage:
    before = page.after[0] if page.after else None
    rows = await reading.page(
        session, principal.companies, customer_id=customer_id, state=state, before=before, limit=page.fetch
    )
    shown = [schemas.ServicePlan.of(row) for row in rows]
    return schemas.ServicePlanPage(**page.cut(shown, key=lambda plan: (plan.id,)))


@router.get("/service-plans/{plan_id}", summary="查看个性化服务方案")
async def get_service_plan(
    plan_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.ServicePlan:
    return set_etag(response, schemas.ServicePlan.of(await reading.read(session, plan_id, principal.companies)))


@router.get("/customers/{customer_id}/service-plan", summary="客户现行的个性化服务方案")
async def get_customer_service_plan(
    request: Request, customer_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.ServicePlan:
    zone = request.app.state.runtime.policy.policy(principal.company, now).common.zone
    row = await reading.in_force(session, customer_id, principal.companies, at=now, zone=zone)
    return set_etag(response, schemas.ServicePlan.of(row))


@router.post("/service-plans/{plan_id}/decide", summary="审核个性化服务方案")
async def decide_service_plan(
    request: Request, plan_id: UUID, body: schemas.ServicePlanDecide, door: Decider, response: Response
) -> schemas.ServicePlan:
    async def step(work: PlanWork, row: ServicePlanRow) -> ServicePlanRow:
        decide = deciding.approve if body.decision == "approve" else deciding.reject
        return await decide(work, row, door.principal, reason=body.reason)

    return await _take(request, door, response, plan_id, step)


@router.post("/service-plans/{plan_id}/review", summary="复审个性化服务方案")
async def review_service_plan(
    request: Request, plan_id: UUID, body: schemas.ServicePlanReview, door: Decider, response: Response
) -> schemas.ServicePlan:
    async def step(work: PlanWork, row: ServicePlanRow) -> ServicePlanRow:
        if body.result == "keep":
            return await deciding.keep(work, row, door.principal, note=body.note)
        return await deciding.end(work, row, door.principal, note=body.note, is_review=True)

    return await _take(request, door, response, plan_id, step)


@router.post("/service-plans/{plan_id}/end", summary="终止个性化服务方案")
async def end_service_plan(
    request: Request, plan_id: UUID, body: schemas.ServicePlanEnd, door: Decider, response: Response
) -> schemas.ServicePlan:
    async def step(work: PlanWork, row: ServicePlanRow) -> ServicePlanRow:
        return await deciding.end(work, row, door.principal, note=body.reason, is_review=False)

    return await _take(request, door, response, plan_id, step)


async def _take(request: Request, door: StepDoor, response: Response, plan_id: UUID, step: Step) -> schemas.ServicePlan:
    replay = await door.claim(plan_id)
    if replay is None:
        row = await deciding.take(door.session, plan_id, door.principal, door.expected_version)
        row = await step(_work(request, door.session, row.company, door.now), row)
        await door.session.flush()
    else:
        row = await reading.read(door.session, plan_id, door.principal.companies)
    return changed(response, schemas.ServicePlan.of(row), replay=replay)
