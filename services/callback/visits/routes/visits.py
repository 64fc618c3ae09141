"""The doors of the visits: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.visits.routes.doors import READ, call_of, desk_of, take
from services.callback.visits.rules.states import Origin, VisitState
from services.callback.visits.schemas import bodies, views
from services.callback.visits.service import moving, reading, recording, starting
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/visits", tags=["visits"])

Reader = Annotated[Principal, requires(READ)]
Starter = Annotated[Principal, requires("visit.start")]
Writer = Annotated[StepDoor, step_door("visit.write")]
Decider = Annotated[StepDoor, step_door("visit.decide")]
Assigner = Annotated[StepDoor, step_door("visit.assign")]
Optional = SkipJsonSchema[None]


@router.get("", summary="走访与服务列表，按期排序")
async def list_visits(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[VisitState | Optional, Query()] = None,
    origin: Annotated[Origin | Optional, Query()] = None,
    service: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
    plan_id: Annotated[UUID | Optional, Query()] = None,
    is_gap: Annotated[bool | Optional, Query(description="true：只列无人负责的")] = None,
) -> views.VisitPage:
    wanted = {
        "state": state.value if state else None,
        "origin": origin.value if origin else None,
        "service": service,
        "tier": tier,
        "customer_id": customer_id,
        "owner_id": owner_id,
        "plan_id": plan_id,
    }
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, is_gap=is_gap, after=after, limit=page.fetch)
    shown = [views.Visit.model_validate(row) for row in rows]
    return views.VisitPage(**page.cut(shown, key=lambda one: (one.window_from, one.id)))


@router.post("", status_code=201, summary="说明理由发起一项服务")
async def start_visit(
    request: Request,
    body: bodies.VisitStart,
    principal: Starter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> views.Visit:
    visit_id = new_id()
    replay = await once.claim(session, resource_id=visit_id, now=now)
    if replay is None:
        row = await starting.start(session, desk_of(request), principal, visit_id, body.start(), now=now)
    else:
        row = await reading.read(session, replay.resource_id, principal.scope("visit.start"))
    return created(response, f"/v1/visits/{row.id}", views.Visit.model_validate(row), replay=replay)


@router.get("/{visit_id}", summary="查看走访或服务、凭证与改期")
async def get_visit(visit_id: UUID, principal: Reader, session: SessionDep, response: Response) -> views.VisitDetail:
    shown = await reading.shown(session, visit_id, principal.scope(READ))
    return set_etag(response, views.VisitDetail.of(shown))


@router.get("/{visit_id}/learnt", summary="查看走访所获情况与客户原话")
async def get_visit_learnt(visit_id: UUID, principal: Reader, session: SessionDep, now: Now) -> views.VisitLearnt:
    return views.VisitLearnt.model_validate(await reading.learnt(session, visit_id, principal.scope(READ), now=now))


@router.post("/{visit_id}/record", summary="登记走访或服务")
async def record_visit(
    request: Request, visit_id: UUID, body: bodies.VisitRecord, door: Writer, response: Response
) -> views.Visit:
    call = call_of(request, door, visit_id)
    return await take(call, door, response, lambda: recording.record_visit(call, body.report()))


@router.post("/{visit_id}/reschedule", summary="改期；超出本期的待他人批准")
async def reschedule_visit(
    request: Request, visit_id: UUID, body: bodies.VisitReschedule, door: Writer, response: Response
) -> views.Visit:
    call = call_of(request, door, visit_id)
    return await take(
        call, door, response, lambda: moving.reschedule(call, planned_on=body.planned_on, reason=body.reason)
    )


@router.post("/{visit_id}/decide-move", summary="批准或驳回超出本期的改期")
async def decide_visit_move(
    request: Request, visit_id: UUID, body: bodies.VisitMoveDecision, door: Decider, response: Response
) -> views.Visit:
    call = call_of(request, door, visit_id)
    return await take(call, door, response, lambda: moving.decide_move(call, body.decision()))


@router.post("/{visit_id}/assign", summary="指派负责人")
async def assign_visit(
    request: Request, visit_id: UUID, body: bodies.VisitAssign, door: Assigner, response: Response
) -> views.Visit:
    call = call_of(request, door, visit_id)
    return await take(call, door, response, lambda: moving.assign(call, owner_id=body.owner_id, reason=body.reason))


@router.post("/{visit_id}/cancel", summary="取消，须为规章所列原因")
async def cancel_visit(
    request: Request, visit_id: UUID, body: bodies.VisitCancel, door: Writer, response: Response
) -> views.Visit:
    call = call_of(request, door, visit_id)
    return await take(call, door, response, lambda: moving.cancel(call, reason=body.reason, note=body.note))
