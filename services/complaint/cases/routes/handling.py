"""The doors of the handling flow: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import call_of, desk_of, take
from services.complaint.cases.rules import Settlement
from services.complaint.cases.service import cycles, handling, settling
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Acknowledger = Annotated[StepDoor, step_door("complaint.acknowledge")]
Assessor = Annotated[StepDoor, step_door("complaint.assess")]
Planner = Annotated[StepDoor, step_door("complaint.plan")]
Agreer = Annotated[StepDoor, step_door("complaint.agree")]
Progresser = Annotated[StepDoor, step_door("complaint.progress")]
Pauser = Annotated[StepDoor, step_door("complaint.pause")]
Resumer = Annotated[StepDoor, step_door("complaint.resume")]
Resolver = Annotated[StepDoor, step_door("complaint.resolve")]
Closer = Annotated[StepDoor, step_door("complaint.close")]
Reopener = Annotated[StepDoor, step_door("complaint.reopen")]


@router.post("/{complaint_id}/acknowledge", response_model=schemas.Complaint, summary="首次答复客户")
async def acknowledge_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAcknowledge, door: Acknowledger
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: handling.acknowledge(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/assess", response_model=schemas.Complaint, summary="完成首次调查并形成初步方案")
async def assess_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAssess, door: Assessor
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: handling.assess(call, occurred_at=body.occurred_at, note=body.note, investigation=body.investigation),
    )


@router.post("/{complaint_id}/plan", response_model=schemas.Complaint, summary="向客户说明解决方案")
async def plan_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintPlan, door: Planner) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: handling.plan(
            call, occurred_at=body.occurred_at, note=body.note, answered_by_post=body.answered_by_post
        ),
    )


@router.post("/{complaint_id}/agree", response_model=schemas.Complaint, summary="客户同意方案")
async def agree_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintAgree, door: Agreer) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: handling.agree(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/progress", response_model=schemas.Complaint, summary="向客户通报进展")
async def progress_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintProgress, door: Progresser
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: handling.progress(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/pause", response_model=schemas.Complaint, summary="按规章原因暂停计时")
async def pause_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintPause, door: Pauser) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call, door.once, lambda: handling.pause(call, reason=body.reason, until=body.until, note=body.note)
    )


@router.post("/{complaint_id}/resume", response_model=schemas.Complaint, summary="恢复计时")
async def resume_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintResume, door: Resumer
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: handling.resume(call, note=body.note))


@router.post("/{complaint_id}/resolve", response_model=schemas.Complaint, summary="办结")
async def resolve_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintResolve, door: Resolver
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: settling.resolve(
            call,
            settlement_of(body),
            occurred_at=body.occurred_at,
            note=body.note,
            is_authorised=desk_of(request).is_authorised,
        ),
    )


@router.post("/{complaint_id}/close", response_model=schemas.Complaint, summary="结案")
async def close_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintClose, door: Closer) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: handling.close(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/reopen", response_model=schemas.Complaint, summary="重新受理")
async def reopen_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintReopen, door: Reopener
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: cycles.reopen(call, reason=body.reason))


def settlement_of(body: schemas.ComplaintResolve) -> Settlement:
    """The facts of the form, without the form."""
    return Settlement(
        resolution=body.resolution,
        answer=body.answer,
        is_constructive=body.is_constructive,
        remedies=tuple(dict.fromkeys(body.remedies)),
        authorisation_id=body.authorisation_id,
        praised_staff_ids=tuple(body.praised_staff_ids),
    )
