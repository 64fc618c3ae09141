"""The door of the intake: one hot statement."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import desk_of
from services.complaint.cases.rules import Intake
from services.complaint.cases.service import reading
from shared.http.answers import json_answer
from shared.http.hot_door import HOT_EXTRA, HotCall, hot_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Opener = Annotated[HotCall, hot_door("complaint.open")]


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
        case = await reading.read_json(
            call.hot, complaint_id, call.principal.scope("complaint.open"), desk.viewer(call.principal, call.now)
        )
    return json_answer(*case, status=201, location=f"/v1/complaints/{complaint_id}", replay=replay)


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
        praised_staff_ids=tuple(dict.fromkeys(body.praised_staff_ids)),
        grade=body.grade,
        external_reference=body.external_reference,
        external_deadline_at=body.external_deadline_at,
        occurred_at=body.occurred_at,
    )
