"""The doors of reports of retaliation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.dossier.routes.calls import Entry, Visit, call_of, entry, visit
from services.complaint.dossier.schemas import retaliation as schemas
from services.complaint.dossier.service import retaliation
from shared.http.etag import REPLAYED, changed, set_etag
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["retaliation"])

DECIDE = "complaint.retaliation_decide"
Reporter = Annotated[Entry, entry("complaint.retaliation")]
Office = Annotated[Visit, visit(DECIDE)]
Decider = Annotated[StepDoor, step_door(DECIDE)]


@router.post("/{complaint_id}/retaliation", status_code=201, summary="举报打击报复")
async def report_retaliation(
    request: Request, complaint_id: UUID, body: schemas.RetaliationReport, door: Reporter, response: Response
) -> schemas.RetaliationReceipt:
    call, report_id = call_of(request, door, complaint_id), new_id()
    replay = await door.once.claim(door.session, resource_id=report_id, now=door.now)
    if replay is None:
        row = await retaliation.report(call, report_id, body.report(), await request.app.state.runtime.staff.current())
    else:
        row, response.headers[REPLAYED] = await retaliation.receipt(call, replay.resource_id), "true"
    return schemas.RetaliationReceipt(id=row.id, reported_at=row.reported_at)


@router.get("/{complaint_id}/retaliation", summary="打击报复举报一览（办公室）")
async def list_retaliation(request: Request, complaint_id: UUID, door: Office) -> schemas.Retaliations:
    rows = await retaliation.shown(call_of(request, door, complaint_id))
    return schemas.Retaliations(items=[schemas.Retaliation.of(row) for row in rows])


@router.get("/{complaint_id}/retaliation/{report_id}", summary="查看打击报复举报（办公室）")
async def get_retaliation(
    request: Request, complaint_id: UUID, report_id: UUID, door: Office, response: Response
) -> schemas.Retaliation:
    row = await retaliation.shown_one(call_of(request, door, complaint_id), report_id)
    return set_etag(response, schemas.Retaliation.of(row))


@router.post("/{complaint_id}/retaliation/{report_id}/decide", summary="对打击报复举报作出结论")
async def decide_retaliation(
    request: Request,
    complaint_id: UUID,
    report_id: UUID,
    body: schemas.RetaliationDecide,
    door: Decider,
    response: Response,
) -> schemas.Retaliation:
    call = call_of(request, door, complaint_id)
    replay = await door.claim(report_id)
    if replay is None:
        staff = await request.app.state.runtime.staff.current()
        row = await retaliation.decide(call, report_id, body.decision(), staff)
    else:
        row = await retaliation.shown_one(call, report_id)
    return changed(response, schemas.Retaliation.of(row), replay=replay)
