"""The doors of the improvements: raised, read, decided on and judged."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.routes.calls import call_of, step_of, taken
from services.inspection.improvement.rules.states import ImprovementSource, ImprovementState
from services.inspection.improvement.schemas import improvements as schemas
from services.inspection.improvement.service import deciding, judging, raising, reading
from services.inspection.improvement.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/improvements", tags=["improvements"])

RAISE = "improvement.raise"
Reader = Annotated[Principal, requires(READ)]
Raiser = Annotated[Principal, requires(RAISE)]
Decider = Annotated[StepDoor, step_door("improvement.decide")]
Judge = Annotated[StepDoor, step_door("improvement.accept")]
Optional = SkipJsonSchema[None]


@router.get("", summary="改进项列表")
async def list_improvements(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[ImprovementState | Optional, Query()] = None,
    source_type: Annotated[ImprovementSource | Optional, Query()] = None,
    source_id: Annotated[UUID | Optional, Query()] = None,
    plan_id: Annotated[UUID | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
    proposer_id: Annotated[UUID | Optional, Query()] = None,
    clause: Annotated[Code | Optional, Query()] = None,
    is_late: Annotated[bool | Optional, Query()] = None,
    since: Annotated[AwareDatetime | Optional, Query(description="期限不早于此")] = None,
    until: Annotated[AwareDatetime | Optional, Query(description="期限早于此")] = None,
) -> schemas.ImprovementPage:
    wanted = {
        "state": state,
        "source_type": source_type,
        "source_id": source_id,
        "plan_id": plan_id,
        "department": department,
        "owner_id": owner_id,
        "proposer_id": proposer_id,
        "clause": clause,
        "is_late": is_late,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(
        session,
        ImprovementRow,
        principal.scope(READ),
        wanted,
        before=before,
        limit=page.fetch,
        span=("due_at", since, until),
    )
    shown = [schemas.Improvement.model_validate(row) for row in rows]
    return schemas.ImprovementPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="提出改进项")
async def propose_improvement(
    request: Request,
    body: schemas.ImprovementCreate,
    principal: Raiser,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Improvement:
    improvement_id, call = new_id(), call_of(request, principal, session, RAISE, now)
    replay = await once.claim(session, resource_id=improvement_id, now=now)
    if replay is None:
        row = await raising.propose(call, improvement_id, body.drafted())
    else:
        row = await reading.read(session, ImprovementRow, replay.resource_id, principal.scope(READ))
    return created(response, f"/v1/improvements/{row.id}", schemas.Improvement.model_validate(row), replay=replay)


@router.get("/{improvement_id}", summary="查看改进项")
async def get_improvement(
    improvement_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Improvement:
    row = await reading.read(session, ImprovementRow, improvement_id, principal.scope(READ))
    return set_etag(response, schemas.Improvement.model_validate(row))


@router.post("/{improvement_id}/plan", summary="立项：确定责任人、期限和衡量指标")
async def plan_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementPlanned, door: Decider, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(door, improvement_id, response, lambda: deciding.plan(call, improvement_id, body.terms()))


@router.post("/{improvement_id}/decline", summary="不予立项")
async def decline_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementReason, door: Decider, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(
        door, improvement_id, response, lambda: deciding.decline(call, improvement_id, reason=body.reason)
    )


@router.post("/{improvement_id}/assign", summary="更换责任人")
async def assign_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementAssign, door: Decider, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(
        door, improvement_id, response, lambda: deciding.assign(call, improvement_id, owner_id=body.owner_id)
    )


@router.post("/{improvement_id}/cancel", summary="取消改进项")
async def cancel_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementReason, door: Decider, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(door, improvement_id, response, lambda: deciding.cancel(call, improvement_id, reason=body.reason))


@router.post("/{improvement_id}/accept", summary="验收改进项")
async def accept_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementAccept, door: Judge, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(door, improvement_id, response, lambda: judging.accept(call, improvement_id, words=body.words))


@router.post("/{improvement_id}/return", summary="退回重做")
async def return_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementReturn, door: Judge, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(
        door,
        improvement_id,
        response,
        lambda: judging.send_back(call, improvement_id, words=body.words, due_on=body.due_on),
    )


async def take(
    door: StepDoor, improvement_id: UUID, response: Response, step: Callable[[], Awaitable[ImprovementRow]]
) -> schemas.Improvement:
    """One step, and the improvement after it."""
    replay = await taken(door, improvement_id, step)
    row = await reading.read(door.session, ImprovementRow, improvement_id, door.principal.scope(READ))
    return changed(response, schemas.Improvement.model_validate(row), replay=replay)
