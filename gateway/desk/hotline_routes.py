"""The door of the hotline."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from gateway.desk import hotline
from gateway.desk import hotline_schemas as schemas
from gateway.desk.answering import said
from gateway.desk.steps import StepStatus
from gateway.errands import Errand, ErrandDep
from gateway.runtime import runtime_of
from gateway.upstream import Deadline
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once

router = APIRouter(prefix="/v1", tags=["desk"])

CallTaker = Annotated[Principal, requires("hotline.call")]


@router.post(
    "/hotline/calls",
    status_code=201,
    response_model=schemas.HotlineCall,
    responses={200: {"model": schemas.HotlineCall, "description": "并非每一步都已完成，见 steps 与 resume"}},
    summary="来电：登记、认人，并可同时立案或开单",
)
async def create_hotline_call(
    request: Request, errand: ErrandDep, body: schemas.HotlineCallCreate, principal: CallTaker, once: Once
) -> Response:
    runtime = runtime_of(request)
    writing = Errand(errand.token, Deadline.after(runtime.settings.write_deadline_ms))
    desk = hotline.HotlineDesk(runtime.clients, errand, writing, key=once.key, child=once.child)
    recorded, call = await desk.take(runtime.parts, principal, _call(body))
    if recorded is not None and 400 <= recorded.status < 500:
        return said(recorded.body, recorded.status)
    first = call["steps"][0]
    if not call["is_complete"]:
        return said(call, 200, {"Location": first["resource"]} if first["resource"] else None)
    headers = {"Location": first["resource"]}
    if all(step["status"] == StepStatus.REPLAYED for step in call["steps"]):
        headers[REPLAYED] = "true"
    return said(call, 201, headers)


def _call(body: schemas.HotlineCallCreate) -> hotline.Call:
    record = body.model_dump(mode="json", exclude_none=True)
    follows = {name: record.pop(name, None) for name in ("complaint", "order", "standard_answer_id")}
    return hotline.Call(record, **follows)
