"""The doors of who holds a case and how grave it is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import call_of, desk_of, take
from services.complaint.cases.service import disposition
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Regrader = Annotated[StepDoor, step_door("complaint.regrade")]
Transferer = Annotated[StepDoor, step_door("complaint.transfer")]
Linker = Annotated[StepDoor, step_door("complaint.link")]
Contacter = Annotated[Principal, requires("complaint.contact")]
EmergencyWorker = Annotated[StepDoor, step_door("complaint.emergency")]


@router.post("/{complaint_id}/regrade", response_model=schemas.Complaint, summary="变更定级")
async def regrade_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintRegrade, door: Regrader
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: disposition.regrade(call, grade=body.grade, reason=body.reason))


@router.post("/{complaint_id}/transfer", response_model=schemas.Complaint, summary="移交")
async def transfer_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintTransfer, door: Transferer
) -> Response:
    call = call_of(request, door, complaint_id)
    staff = await request.app.state.runtime.staff.current()
    return await take(
        call,
        door.once,
        lambda: disposition.transfer(
            call, owner_id=body.owner_id, department=body.department, reason=body.reason, staff=staff
        ),
        reads="complaint.open",
    )


@router.post("/{complaint_id}/link-customer", response_model=schemas.Complaint, summary="关联客户")
async def link_complaint_customer(
    request: Request, complaint_id: UUID, body: schemas.ComplaintLinkCustomer, door: Linker
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(call, door.once, lambda: disposition.link_customer(call, customer_id=body.customer_id))


@router.post(
    "/{complaint_id}/emergency-steps/{code}/done", response_model=schemas.Complaint, summary="完成应急预案步骤"
)
async def finish_emergency_step(
    request: Request,
    complaint_id: UUID,
    code: Code,
    body: schemas.EmergencyStepDone,
    door: EmergencyWorker,
) -> Response:
    call = call_of(request, door, complaint_id)
    return await take(
        call,
        door.once,
        lambda: disposition.tick_emergency_step(call, code=code, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{complaint_id}/contact", summary="取得投诉人联系方式或授权")
async def contact_complainant(
    request: Request,
    complaint_id: UUID,
    body: schemas.ContactReason,
    principal: Contacter,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.ContactGrant:
    desk = desk_of(request)
    await once.claim(session, resource_id=complaint_id, version=None, status=200, now=now)
    call = desk.call(session, principal, "complaint.contact", complaint_id, 0, now)
    found = await disposition.contact(call, reason=body.reason, sealing=desk.sealing, signer=desk.signer)
    return schemas.ContactGrant(name=found.name, phone=found.phone, grant=found.grant, customer_id=found.customer_id)
