"""The doors of the consultations: ask, list, look up, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import desk_of
from services.complaint.cases.service import consulting, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["complaints"])

Asker = Annotated[Principal, requires("complaint.consult")]
Reader = Annotated[Principal, requires("complaint.read")]
Answerer = Annotated[StepDoor, step_door("complaint.consultation_answer")]


@router.post("/complaints/{complaint_id}/consultations", status_code=201, summary="发起会商或专家会诊")
async def create_consultation(
    request: Request,
    complaint_id: UUID,
    body: schemas.ConsultationCreate,
    principal: Asker,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Consultation:
    consultation_id = new_id()
    replay = await once.claim(session, resource_id=consultation_id, now=now)
    if replay is None:
        call = desk_of(request).call(session, principal, "complaint.consult", complaint_id, 0, now)
        row = await consulting.consult(
            call,
            consultation_id,
            coordination=body.coordination,
            posts=body.posts,
            departments=body.departments,
            question=body.question,
        )
    else:
        row = await reading.consultation(session, replay.resource_id, principal.scope("complaint.read"))
    shown = schemas.Consultation.model_validate(row)
    return created(response, f"/v1/consultations/{row.id}", shown, replay=replay)


@router.get("/complaints/{complaint_id}/consultations", summary="案件的会商")
async def list_consultations(complaint_id: UUID, principal: Reader, session: SessionDep) -> schemas.Consultations:
    rows = await reading.consultations(session, complaint_id, principal.scope("complaint.read"))
    return schemas.Consultations(items=[schemas.Consultation.model_validate(row) for row in rows])


@router.get("/consultations/{consultation_id}", summary="查看会商")
async def get_consultation(
    consultation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Consultation:
    row = await reading.consultation(session, consultation_id, principal.scope("complaint.read"))
    return set_etag(response, schemas.Consultation.model_validate(row))


@router.post("/complaints/{complaint_id}/consultations/{consultation_id}/answer", summary="答复会商")
async def answer_consultation(
    request: Request,
    complaint_id: UUID,
    consultation_id: UUID,
    body: schemas.ConsultationAnswer,
    door: Answerer,
    response: Response,
) -> schemas.Consultation:
    call = desk_of(request).step(door, complaint_id)
    replay = await door.claim(consultation_id)
    if replay is None:
        row = await consulting.answer(call, consultation_id, text=body.answer, occurred_at=body.occurred_at)
    else:
        row = await reading.consultation(door.session, consultation_id, call.scope)
    return changed(response, schemas.Consultation.model_validate(row), replay=replay)
