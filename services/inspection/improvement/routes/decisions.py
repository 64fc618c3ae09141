"""The doors of what meetings decided."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.gatherings import MeetingDecisionRow
from services.inspection.improvement.routes.calls import step_of, taken
from services.inspection.improvement.rules.states import DecisionState
from services.inspection.improvement.schemas import gatherings as schemas
from services.inspection.improvement.service import following, reading
from services.inspection.improvement.service.work import READ_GATHERING as READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/meeting-decisions", tags=["meeting-decisions"])

Reader = Annotated[Principal, requires(READ)]
Follower = Annotated[StepDoor, step_door("gathering.follow")]
Optional = SkipJsonSchema[None]


@router.get("", summary="例会决定列表")
async def list_meeting_decisions(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    meeting_id: Annotated[UUID | Optional, Query()] = None,
    state: Annotated[DecisionState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.MeetingDecisionPage:
    rows = await reading.page(
        session,
        MeetingDecisionRow,
        principal.scope(READ),
        {"meeting_id": meeting_id, "state": state, "department": department, "owner_id": owner_id},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.MeetingDecision.model_validate(row) for row in rows]
    return schemas.MeetingDecisionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{decision_id}", summary="查看例会决定")
async def get_meeting_decision(
    decision_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.MeetingDecision:
    row = await reading.read(session, MeetingDecisionRow, decision_id, principal.scope(READ))
    return set_etag(response, schemas.MeetingDecision.model_validate(row))


@router.post("/{decision_id}/done", summary="报告决定已落实")
async def report_meeting_decision_done(
    request: Request, decision_id: UUID, body: schemas.MeetingDecisionDone, door: Follower, response: Response
) -> schemas.MeetingDecision:
    call = step_of(request, door)
    return await _take(door, decision_id, response, lambda: following.report_done(call, decision_id, words=body.words))


@router.post("/{decision_id}/improve", summary="转为改进项")
async def improve_meeting_decision(
    request: Request, decision_id: UUID, body: schemas.MeetingDecisionImprove, door: Follower, response: Response
) -> schemas.MeetingDecision:
    call = step_of(request, door)
    return await _take(door, decision_id, response, lambda: following.improve(call, decision_id, title=body.title))


@router.post("/{decision_id}/cancel", summary="取消决定")
async def cancel_meeting_decision(
    request: Request, decision_id: UUID, body: schemas.MeetingDecisionCancel, door: Follower, response: Response
) -> schemas.MeetingDecision:
    call = step_of(request, door)
    return await _take(door, decision_id, response, lambda: following.cancel(call, decision_id, reason=body.reason))


async def _take(
    door: StepDoor, decision_id: UUID, response: Response, step: Callable[[], Awaitable[MeetingDecisionRow]]
) -> schemas.MeetingDecision:
    replay = await taken(door, decision_id, step)
    scope = door.principal.scope(door.permission)
    row = await reading.read(door.session, MeetingDecisionRow, decision_id, scope)
    return changed(response, schemas.MeetingDecision.model_validate(row), replay=replay)
