"""The doors of an inspection's steps: record, reply, refuse, sign, void."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.inspection.inspections import schemas
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.routes.views import shown
from services.inspection.inspections.rules.forms import Form, GoodExample, PointAnswer, SubjectOutcome
from services.inspection.inspections.service import reading, recording, signing, voiding
from services.inspection.inspections.service.work import InspectionCall
from shared.http.etag import changed
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/inspections", tags=["inspections"])

Recorder = Annotated[StepDoor, step_door("inspection.record")]
Replier = Annotated[StepDoor, step_door("inspection.reply")]


@router.post("/{inspection_id}/record", summary="登记检查表，可补报离线填写的")
async def record_inspection(
    request: Request, inspection_id: UUID, body: schemas.InspectionFormFill, door: Recorder, response: Response
) -> schemas.Inspection:
    call = _call(request, door, inspection_id)
    return await _take(call, door, response, lambda: recording.record(call, _form(body)))


@router.post("/{inspection_id}/reply", summary="被检查部门答复并签字")
async def reply_to_inspection(
    request: Request, inspection_id: UUID, body: schemas.InspectionReply, door: Replier, response: Response
) -> schemas.Inspection:
    call = _call(request, door, inspection_id)
    return await _take(call, door, response, lambda: signing.reply(call, words=body.words))


@router.post("/{inspection_id}/refuse-reply", summary="记录被检查部门拒绝签字")
async def refuse_inspection_reply(
    request: Request, inspection_id: UUID, body: schemas.InspectionReason, door: Recorder, response: Response
) -> schemas.Inspection:
    call = _call(request, door, inspection_id)
    return await _take(call, door, response, lambda: signing.refuse_reply(call, reason=body.reason))


@router.post("/{inspection_id}/sign", summary="检查人员签字")
async def sign_inspection(
    request: Request, inspection_id: UUID, door: Recorder, response: Response
) -> schemas.Inspection:
    call = _call(request, door, inspection_id)
    return await _take(call, door, response, lambda: signing.sign(call))


@router.post("/{inspection_id}/void", summary="作废检查")
async def void_inspection(
    request: Request, inspection_id: UUID, body: schemas.InspectionReason, door: Recorder, response: Response
) -> schemas.Inspection:
    call = _call(request, door, inspection_id)
    return await _take(call, door, response, lambda: voiding.void(call, reason=body.reason))


def _form(body: schemas.InspectionFormFill) -> Form:
    lists = {"present_ids", "points", "subjects", "good_examples"}
    return Form(
        **body.model_dump(exclude=lists),
        present_ids=tuple(body.present_ids),
        points=tuple(
            PointAnswer(evidence_ids=tuple(one.evidence_ids), **one.model_dump(exclude={"evidence_ids"}))
            for one in body.points
        ),
        subjects=tuple(SubjectOutcome(**one.model_dump()) for one in body.subjects),
        good_examples=tuple(
            GoodExample(evidence_ids=tuple(one.evidence_ids), **one.model_dump(exclude={"evidence_ids"}))
            for one in body.good_examples
        ),
    )


def _call(request: Request, door: StepDoor, inspection_id: UUID) -> InspectionCall:
    return InspectionCall(
        session=door.session,
        principal=door.principal,
        scope=reading.sight(door.principal, door.permission),
        desk=request.app.state.desk,
        inspection_id=inspection_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: InspectionCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[InspectionRow]]
) -> schemas.Inspection:
    version = door.expected_version + 1
    replay = await door.once.claim(
        door.session, resource_id=call.inspection_id, version=version, status=200, now=door.now
    )
    if replay is None:
        row = await step()
        if row.version != version:  # a form that was recorded before
            await door.once.settle(door.session, version=row.version)
    return changed(response, shown(await reading.whole(door.session, call.inspection_id, call.scope)), replay=replay)
