"""The doors of the findings: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.findings import schemas
from services.complaint.findings.models import FindingRow, MeasureRow
from services.complaint.findings.service import confirming, drafting, measures, reading
from services.complaint.findings.service.work import FindingCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["findings"])

DRAFT = "complaint.finding"
READ = "complaint.read"
Reader = Annotated[Principal, requires(READ)]
Drafter = Annotated[Principal, requires(DRAFT)]
CounterReader = Annotated[Principal, requires("complaint.counters")]
Redrafter = Annotated[StepDoor, step_door(DRAFT)]
Confirmer = Annotated[StepDoor, step_door("complaint.finding_confirm")]
Teller = Annotated[StepDoor, step_door("complaint.finding_tell")]
Owner = Annotated[StepDoor, step_door("complaint.measure")]
Verifier = Annotated[StepDoor, step_door("complaint.measure_verify")]

Cycle = Annotated[int | SkipJsonSchema[None], Query(ge=1, description="第几轮办理；不填为最近一轮")]


@router.get("/responsible-persons", summary="员工当年被认定责任的投诉件数")
async def list_responsible_persons(
    principal: CounterReader,
    session: SessionDep,
    page: Paging,
    year: Annotated[int, Query(ge=2000, le=2999)],
    person_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
) -> schemas.ResponsiblePersonPage:
    rows = await reading.counters(
        session,
        principal.scope("complaint.counters"),
        year=year,
        person_id=person_id,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ResponsiblePerson.model_validate(row) for row in rows]
    return schemas.ResponsiblePersonPage(**page.cut(shown, key=lambda one: (one.person_id,)))


@router.post("/{complaint_id}/finding", status_code=201, summary="起草调查认定")
async def create_complaint_finding(
    request: Request,
    complaint_id: UUID,
    body: schemas.FindingDraft,
    principal: Drafter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ComplaintFinding:
    finding_id = new_id()
    replay = await once.claim(session, resource_id=finding_id, now=now)
    if replay is None:
        door = StepDoor(principal, DRAFT, once, 0, session, now)
        await drafting.draft(await _call(request, door, complaint_id), finding_id, body.content())
    shown = await _shown(session, complaint_id, principal, DRAFT, replay.resource_id if replay else finding_id)
    return created(response, f"/v1/complaints/{complaint_id}/finding?cycle={shown.cycle}", shown, replay=replay)


@router.get("/{complaint_id}/finding", summary="查看调查认定")
async def get_complaint_finding(
    complaint_id: UUID, principal: Reader, session: SessionDep, response: Response, cycle: Cycle = None
) -> schemas.ComplaintFinding:
    shown = await reading.shown_one(session, complaint_id, principal.scope(READ), cycle=cycle)
    return set_etag(response, schemas.ComplaintFinding.of(shown))


@router.get("/{complaint_id}/findings", summary="各轮调查认定及其版本")
async def list_complaint_findings(
    complaint_id: UUID, principal: Reader, session: SessionDep
) -> schemas.ComplaintFindings:
    shown = await reading.shown(session, complaint_id, principal.scope(READ))
    return schemas.ComplaintFindings(items=[schemas.ComplaintFinding.of(one) for one in shown])


@router.post("/{complaint_id}/finding/redraft", summary="修改未确认的认定")
async def redraft_complaint_finding(
    request: Request, complaint_id: UUID, body: schemas.FindingRedraft, door: Redrafter, response: Response
) -> schemas.ComplaintFinding:
    call = await _call(request, door, complaint_id)
    return await _take(door, response, complaint_id, None, lambda: drafting.redraft(call, body.content()))


@router.post("/{complaint_id}/finding/confirm", summary="确认认定")
async def confirm_complaint_finding(
    request: Request, complaint_id: UUID, body: schemas.FindingConfirm, door: Confirmer, response: Response
) -> schemas.ComplaintFinding:
    call = await _call(request, door, complaint_id)
    return await _take(
        door, response, complaint_id, body.cycle, lambda: confirming.confirm(call, cycle=body.cycle, note=body.note)
    )


@router.post("/{complaint_id}/finding/return", summary="退回认定")
async def return_complaint_finding(
    request: Request, complaint_id: UUID, body: schemas.FindingReturn, door: Confirmer, response: Response
) -> schemas.ComplaintFinding:
    call = await _call(request, door, complaint_id)
    return await _take(
        door,
        response,
        complaint_id,
        body.cycle,
        lambda: confirming.send_back(call, cycle=body.cycle, reason=body.reason),
    )


@router.post("/{complaint_id}/finding/tell", summary="记录已将认定告知客户")
async def tell_complaint_finding(
    request: Request, complaint_id: UUID, body: schemas.FindingTell, door: Teller, response: Response
) -> schemas.ComplaintFinding:
    call = await _call(request, door, complaint_id)
    return await _take(
        door, response, complaint_id, body.cycle, lambda: confirming.tell(call, cycle=body.cycle, note=body.note)
    )


@router.get("/{complaint_id}/measures/{measure_id}", summary="查看整改措施")
async def get_corrective_measure(
    complaint_id: UUID, measure_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.CorrectiveMeasure:
    found = await reading.measure(session, complaint_id, measure_id, principal.scope(READ))
    return set_etag(response, schemas.CorrectiveMeasure.of(*found))


@router.post("/{complaint_id}/measures/{measure_id}/done", summary="整改完成，附证明")
async def finish_corrective_measure(
    request: Request,
    complaint_id: UUID,
    measure_id: UUID,
    body: schemas.MeasureDone,
    door: Owner,
    response: Response,
) -> schemas.CorrectiveMeasure:
    call = await _call(request, door, complaint_id)
    proofs = tuple(dict.fromkeys(body.proof_ids))
    return await _take_measure(
        door,
        response,
        (complaint_id, measure_id),
        lambda: measures.report_done(call, measure_id, note=body.note, proof_ids=proofs),
    )


@router.post("/{complaint_id}/measures/{measure_id}/verify", summary="整改验收通过")
async def verify_corrective_measure(
    request: Request,
    complaint_id: UUID,
    measure_id: UUID,
    body: schemas.MeasureVerify,
    door: Verifier,
    response: Response,
) -> schemas.CorrectiveMeasure:
    call = await _call(request, door, complaint_id)
    return await _take_measure(
        door, response, (complaint_id, measure_id), lambda: measures.verify(call, measure_id, note=body.note)
    )


@router.post("/{complaint_id}/measures/{measure_id}/reject", summary="整改验收不通过")
async def reject_corrective_measure(
    request: Request,
    complaint_id: UUID,
    measure_id: UUID,
    body: schemas.MeasureReject,
    door: Verifier,
    response: Response,
) -> schemas.CorrectiveMeasure:
    call = await _call(request, door, complaint_id)
    return await _take_measure(
        door, response, (complaint_id, measure_id), lambda: measures.reject(call, measure_id, reason=body.reason)
    )


async def _call(request: Request, door: StepDoor, complaint_id: UUID) -> FindingCall:
    return FindingCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=request.app.state.case_desk.governances,
        staff=await request.app.state.runtime.staff.current(),
        complaint_id=complaint_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _shown(
    session: SessionDep, complaint_id: UUID, principal: Principal, permission: str, finding_id: UUID
) -> schemas.ComplaintFinding:
    found = await reading.shown_by_id(session, complaint_id, principal.scope(permission), finding_id)
    return schemas.ComplaintFinding.of(found)


async def _take(
    door: StepDoor,
    response: Response,
    complaint_id: UUID,
    cycle: int | None,
    step: Callable[[], Awaitable[FindingRow]],
) -> schemas.ComplaintFinding:
    finding_id = await reading.pick(door.session, complaint_id, door.principal.scope(door.permission), cycle=cycle)
    replay = await door.claim(finding_id)
    if replay is None:
        await step()
    shown_id = replay.resource_id if replay else finding_id
    shown = await _shown(door.session, complaint_id, door.principal, door.permission, shown_id)
    return changed(response, shown, replay=replay)


async def _take_measure(
    door: StepDoor,
    response: Response,
    ids: tuple[UUID, UUID],
    step: Callable[[], Awaitable[MeasureRow]],
) -> schemas.CorrectiveMeasure:
    replay = await door.claim(ids[1])
    if replay is None:
        await step()
    found = await reading.measure(door.session, *ids, door.principal.scope(door.permission))
    return changed(response, schemas.CorrectiveMeasure.of(*found), replay=replay)
