"""The doors of the cases: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.cases import schemas
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import ComplaintKind, ComplaintState, Intake
from services.complaint.cases.service import disposition, handling, reading
from services.complaint.cases.service.desk import CaseDesk
from services.complaint.cases.service.steps import Call
from shared.access.principal import Principal
from shared.http.answers import json_answer, json_page
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.hot_door import HOT_EXTRA, HotCall, hot_door
from shared.http.idempotency import Once, OnceOnly
from shared.http.page import Paging
from shared.http.session import HotTxDep, SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Opener = Annotated[HotCall, hot_door("complaint.open")]
Reader = Annotated[Principal, requires("complaint.read")]
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
Regrader = Annotated[StepDoor, step_door("complaint.regrade")]
Transferer = Annotated[StepDoor, step_door("complaint.transfer")]
Linker = Annotated[StepDoor, step_door("complaint.link")]
Contacter = Annotated[Principal, requires("complaint.contact")]
EmergencyWorker = Annotated[StepDoor, step_door("complaint.emergency")]

Optional = SkipJsonSchema[None]


def desk_of(request: Request) -> CaseDesk:
    """The desk that the lifespan put on the application."""
    desk: CaseDesk = request.app.state.case_desk
    return desk


@router.post(
    "",
    status_code=201,
    response_model=schemas.Complaint,
    openapi_extra=HOT_EXTRA,
    summary="受理投诉、建议、意见或表扬",
)
async def create_complaint(request: Request, body: schemas.ComplaintCreate, call: Opener) -> Response:
    complaint_id, replay = new_id(), None
    claim = call.once.arguments(resource_id=complaint_id, now=call.now)
    desk = desk_of(request)
    case = await desk.open(call.hot, complaint_id, intake_of(body), call.principal, claim=claim, now=call.now)
    if case is None:
        replay = await reading.replay_of(call.hot, call.once.once_key)
        complaint_id = replay.resource_id
        case = await reading.read_json(call.hot, complaint_id, call.principal.scope("complaint.open"))
    return json_answer(*case, status=201, location=f"/v1/complaints/{complaint_id}", replay=replay)


@router.get("", response_model=schemas.ComplaintPage, summary="投诉列表")
async def list_complaints(
    principal: Reader,
    hot: HotTxDep,
    page: Paging,
    state: Annotated[ComplaintState | Optional, Query()] = None,
    kind: Annotated[ComplaintKind | Optional, Query()] = None,
    grade: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    category: Annotated[Code | Optional, Query()] = None,
    channel: Annotated[Code | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    number: Annotated[str | Optional, Query(max_length=40)] = None,
    external_reference: Annotated[str | Optional, Query(max_length=200)] = None,
    is_overdue: Annotated[bool | Optional, Query()] = None,
) -> Response:
    wanted = {
        "state": state,
        "kind": kind,
        "grade": grade,
        "tier": tier,
        "category": category,
        "channel": channel,
        "department": department,
        "owner_id": owner_id,
        "customer_id": customer_id,
        "number": number,
        "external_reference": external_reference,
        "is_overdue": is_overdue,
        "before_id": page.after[0] if page.after else None,
    }
    return json_page(page, await reading.page_json(hot, principal.scope("complaint.read"), wanted, limit=page.fetch))


@router.get("/{complaint_id}", response_model=schemas.Complaint, summary="查看投诉及其时限")
async def get_complaint(complaint_id: UUID, principal: Reader, hot: HotTxDep) -> Response:
    return json_answer(*await reading.read_json(hot, complaint_id, principal.scope("complaint.read")))


@router.get("/{complaint_id}/steps", summary="办理过程")
async def list_complaint_steps(complaint_id: UUID, principal: Reader, session: SessionDep) -> schemas.ComplaintSteps:
    steps = await reading.steps(session, complaint_id, principal.scope("complaint.read"))
    return schemas.ComplaintSteps(items=[schemas.ComplaintStep.of(step) for step in steps])


@router.post("/{complaint_id}/acknowledge", response_model=schemas.Complaint, summary="首次答复客户")
async def acknowledge_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAcknowledge, door: Acknowledger
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(
        call, door.once, lambda: handling.acknowledge(call, occurred_at=body.occurred_at, note=body.note)
    )


@router.post("/{complaint_id}/assess", response_model=schemas.Complaint, summary="完成首次调查并形成初步方案")
async def assess_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintAssess, door: Assessor
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.assess(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/plan", response_model=schemas.Complaint, summary="向客户说明解决方案")
async def plan_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintPlan, door: Planner) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(
        call,
        door.once,
        lambda: handling.plan(
            call, occurred_at=body.occurred_at, note=body.note, answered_by_post=body.answered_by_post
        ),
    )


@router.post("/{complaint_id}/agree", response_model=schemas.Complaint, summary="客户同意方案")
async def agree_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintAgree, door: Agreer) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.agree(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/progress", response_model=schemas.Complaint, summary="向客户通报进展")
async def progress_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintProgress, door: Progresser
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.progress(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/pause", response_model=schemas.Complaint, summary="按规章原因暂停计时")
async def pause_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintPause, door: Pauser) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(
        call, door.once, lambda: handling.pause(call, reason=body.reason, until=body.until, note=body.note)
    )


@router.post("/{complaint_id}/resume", response_model=schemas.Complaint, summary="恢复计时")
async def resume_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintResume, door: Resumer
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.resume(call, note=body.note))


@router.post("/{complaint_id}/resolve", response_model=schemas.Complaint, summary="办结")
async def resolve_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintResolve, door: Resolver
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(
        call,
        door.once,
        lambda: handling.resolve(call, occurred_at=body.occurred_at, note=body.note, resolution=body.resolution),
    )


@router.post("/{complaint_id}/close", response_model=schemas.Complaint, summary="结案")
async def close_complaint(request: Request, complaint_id: UUID, body: schemas.ComplaintClose, door: Closer) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.close(call, occurred_at=body.occurred_at, note=body.note))


@router.post("/{complaint_id}/reopen", response_model=schemas.Complaint, summary="重新受理")
async def reopen_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintReopen, door: Reopener
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: handling.reopen(call, reason=body.reason))


@router.post("/{complaint_id}/regrade", response_model=schemas.Complaint, summary="变更定级")
async def regrade_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintRegrade, door: Regrader
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: disposition.regrade(call, grade=body.grade, reason=body.reason))


@router.post("/{complaint_id}/transfer", response_model=schemas.Complaint, summary="移交")
async def transfer_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintTransfer, door: Transferer
) -> Response:
    call = desk_of(request).step(door, complaint_id)
    staff = await request.app.state.runtime.staff.current()
    return await _take(
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
    call = desk_of(request).step(door, complaint_id)
    return await _take(call, door.once, lambda: disposition.link_customer(call, customer_id=body.customer_id))


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
    call = desk_of(request).step(door, complaint_id)
    return await _take(
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


def intake_of(body: schemas.ComplaintCreate) -> Intake:
    """The facts of the form, without the form."""
    complainant = body.complainant or schemas.ComplainantContact()
    return Intake(
        kind=body.kind,
        channel=body.channel,
        category=body.category,
        summary=body.summary,
        description=body.description,
        customer_id=body.customer_id,
        customer_kind=body.customer_kind,
        complainant_name=complainant.name,
        complainant_phone=complainant.phone,
        is_anonymous=body.is_anonymous,
        circumstances=tuple(body.circumstances),
        affected_customers=body.affected_customers,
        attachment_ids=tuple(body.attachment_ids),
        grade=body.grade,
        external_reference=body.external_reference,
        external_deadline_at=body.external_deadline_at,
        occurred_at=body.occurred_at,
    )


async def _take(
    call: Call, once: OnceOnly, step: Callable[[], Awaitable[ComplaintRow]], *, reads: str | None = None
) -> Response:
    replay = await once.claim(
        call.session, resource_id=call.complaint_id, version=call.expected_version + 1, status=200, now=call.now
    )
    scope = call.principal.scope(reads) if reads else call.scope
    if replay is None:
        case = await step()
        await call.session.flush()
        if case.version != call.expected_version + 1:
            await once.settle(call.session, version=case.version)
    return json_answer(*await reading.json_in(call.session, call.complaint_id, scope), replay=replay)
