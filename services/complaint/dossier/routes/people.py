"""The doors of further complainants."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.cases.models import ComplaintRow
from services.complaint.dossier.routes.calls import Entry, Visit, call_of, desk_of, entry, visit
from services.complaint.dossier.schemas import people as schemas
from services.complaint.dossier.service import complainants
from services.complaint.dossier.service.access import case_of
from shared.http.etag import REPLAYED, etag_of
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["complainants"])

Reader = Annotated[Visit, visit("complaint.read")]
Adder = Annotated[StepDoor, step_door("complaint.complainant")]
Contacter = Annotated[Entry, entry("complaint.contact")]


@router.get("/{complaint_id}/complainants", summary="投诉人一览")
async def list_complainants(request: Request, complaint_id: UUID, door: Reader) -> schemas.Complainants:
    found, is_withheld = await complainants.shown(call_of(request, door, complaint_id))
    return schemas.Complainants(items=[schemas.Complainant.of(one) for one in found], is_withheld=is_withheld)


@router.post("/{complaint_id}/complainants", status_code=201, summary="登记其他投诉人")
async def add_complainant(
    request: Request, complaint_id: UUID, body: schemas.ComplainantAdd, door: Adder, response: Response
) -> schemas.ComplainantResult:
    call, complainant_id = call_of(request, door, complaint_id), new_id()
    replay = await door.once.claim(
        door.session, resource_id=complainant_id, version=door.expected_version + 1, now=door.now
    )
    if replay is None:
        case = await complainants.add(call, complainant_id, body.identity(), desk_of(request).sealing)
        await door.once.settle(door.session, version=case.version)
    else:
        case = await case_of(call)
        complainant_id, response.headers[REPLAYED] = replay.resource_id, "true"
    response.headers["Location"] = f"/v1/complaints/{complaint_id}/complainants"
    return await _result(response, case, await complainants.shown_one(call, complainant_id))


@router.post("/{complaint_id}/complainants/{complainant_id}/withdraw", summary="投诉人撤回")
async def withdraw_complainant(
    request: Request,
    complaint_id: UUID,
    complainant_id: UUID,
    body: schemas.ComplainantWithdraw,
    door: Adder,
    response: Response,
) -> schemas.ComplainantResult:
    call = call_of(request, door, complaint_id)
    replay = await door.claim(complainant_id)
    if replay is None:
        case = await complainants.withdraw(call, complainant_id, reason=body.reason)
        await door.once.settle(door.session, version=case.version)
    else:
        case, response.headers[REPLAYED] = await case_of(call), "true"
    return await _result(response, case, await complainants.shown_one(call, complainant_id))


@router.post("/{complaint_id}/complainants/{complainant_id}/contact", summary="取得其他投诉人联系方式或授权")
async def contact_further_complainant(
    request: Request,
    complaint_id: UUID,
    complainant_id: UUID,
    body: schemas.ComplainantContactReason,
    door: Contacter,
) -> schemas.ComplainantContactGrant:
    desk, call = desk_of(request), call_of(request, door, complaint_id)
    await door.once.claim(door.session, resource_id=complainant_id, version=None, status=200, now=door.now)
    found = await complainants.contact(
        call, complainant_id, reason=body.reason, sealing=desk.sealing, signer=desk.signer
    )
    return schemas.ComplainantContactGrant(
        name=found.name, phone=found.phone, grant=found.grant, customer_id=found.customer_id
    )


async def _result(response: Response, case: ComplaintRow, shown: complainants.Shown) -> schemas.ComplainantResult:
    response.headers["ETag"] = etag_of(case.version)
    return schemas.ComplainantResult(
        **schemas.Complainant.of(shown).model_dump(),
        complaint_version=case.version,
        affected_customers=case.affected_customers,
        grade=case.grade,
    )
