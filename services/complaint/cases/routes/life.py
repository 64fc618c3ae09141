"""The doors beside the handling: acceptance, refusal, report, holding replies, answers to outside bodies."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import call_of, take
from services.complaint.cases.service import acceptance, cycles, outside
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Inviter = Annotated[StepDoor, step_door("complaint.invite")]
Accepter = Annotated[StepDoor, step_door("complaint.accept")]
Refuser = Annotated[StepDoor, step_door("complaint.refuse")]
Reporter = Annotated[StepDoor, step_door("complaint.report")]
Holder = Annotated[StepDoor, step_door("complaint.hold")]
Answerer = Annotated[StepDoor, step_door("complaint.answer_external")]


@router.post("/{complaint_id}/invite", response_model=schemas.Complaint, summary="邀请客户验收或告知结果")
async def invite_complaint_acceptance(
    request: Request, complaint_id: UUID, body: schemas.ComplaintInvite, door: Inviter
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: acceptance.invite(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/accept", response_model=schemas.Complaint, summary="客户验收")
async def accept_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAccept, door: Accepter
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: acceptance.accept(call, is_tacit=body.is_tacit, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{complaint_id}/refuse", response_model=schemas.Complaint, summary="客户不接受，重新办理")
async def refuse_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintRefuse, door: Refuser
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: cycles.refuse(call, reason=body.reason, occurred_at=body.occurred_at),
        reads="complaint.open",
    )


@router.post("/{complaint_id}/report", response_model=schemas.Complaint, summary="提交服务报告")
async def report_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintReport, door: Reporter
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: acceptance.report(call, text=body.text, occurred_at=body.occurred_at))


@router.post("/{complaint_id}/holding-reply", response_model=schemas.Complaint, summary="延期答复")
async def hold_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintHoldingReply, door: Holder
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: outside.holding_reply(call, until=body.until, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{complaint_id}/answer-external", response_model=schemas.Complaint, summary="答复外部机构")
async def answer_complaint_external(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAnswerExternal, door: Answerer
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: outside.answer_external(call, answer=body.answer, occurred_at=body.occurred_at, note=body.note),
    )
