"""The doors through which an owner works on an improvement."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.inspection.improvement.routes.calls import step_of
from services.inspection.improvement.routes.improvements import Reader, take
from services.inspection.improvement.schemas import improvements as schemas
from services.inspection.improvement.service import doing, reading
from services.inspection.improvement.service.work import READ
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/improvements", tags=["improvements"])

Owner = Annotated[StepDoor, step_door("improvement.work")]


@router.post("/{improvement_id}/begin", summary="开始实施")
async def begin_improvement(
    request: Request, improvement_id: UUID, door: Owner, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(door, improvement_id, response, lambda: doing.begin(call, improvement_id))


@router.get("/{improvement_id}/notes", summary="改进项的进展记录")
async def list_improvement_notes(
    improvement_id: UUID, principal: Reader, session: SessionDep
) -> schemas.ImprovementNotes:
    rows = await reading.notes(session, improvement_id, principal.scope(READ))
    return schemas.ImprovementNotes(items=[schemas.ImprovementNote.model_validate(row) for row in rows])


@router.post("/{improvement_id}/notes", summary="登记进展")
async def note_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementReport, door: Owner, response: Response
) -> schemas.Improvement:
    call, files = step_of(request, door), tuple(body.file_ids)
    return await take(
        door, improvement_id, response, lambda: doing.note(call, improvement_id, words=body.words, file_ids=files)
    )


@router.post("/{improvement_id}/done", summary="报告完成")
async def report_improvement_done(
    request: Request, improvement_id: UUID, body: schemas.ImprovementReport, door: Owner, response: Response
) -> schemas.Improvement:
    call, files = step_of(request, door), tuple(body.file_ids)
    return await take(
        door,
        improvement_id,
        response,
        lambda: doing.report_done(call, improvement_id, words=body.words, file_ids=files),
    )


@router.post("/{improvement_id}/effect", summary="登记人工衡量的效果")
async def measure_improvement(
    request: Request, improvement_id: UUID, body: schemas.ImprovementEffect, door: Owner, response: Response
) -> schemas.Improvement:
    call = step_of(request, door)
    return await take(
        door, improvement_id, response, lambda: doing.measure_by_hand(call, improvement_id, body.measured())
    )
