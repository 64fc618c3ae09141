"""The doors of the front desk and the hotline."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response

from gateway.desk import customers, hotline, schemas
from gateway.errands import ErrandDep
from gateway.runtime import runtime_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once
from shared.http.problems import MEDIA_TYPE, refuse

router = APIRouter(prefix="/v1", tags=["desk"])

DeskReader = Annotated[Principal, requires("desk.read")]
CallTaker = Annotated[Principal, requires("hotline.call")]

_JSON = "application/json"


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    media_type = MEDIA_TYPE if status >= 400 else _JSON
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, media_type)


@router.get("/desk/lookup", response_model=schemas.Candidates, summary="来电或来访者可能是谁")
async def lookup_customer(
    request: Request,
    errand: ErrandDep,
    principal: DeskReader,  # noqa: ARG001  # may look
    asked: Annotated[schemas.Lookup, Query()],
) -> Response:
    given = {"phone": asked.phone, "q": asked.q, "number": asked.number, "meter": asked.meter}
    query = {name: value for name, value in given.items() if value}
    if len(query) != 1:
        raise refuse("malformed_request", "请给出 phone、q、number、meter 中的一项")
    query["limit"] = str(asked.limit)
    if asked.cursor:
        query["cursor"] = asked.cursor
    answer = await customers.candidates(runtime_of(request).clients, errand, query)
    return _json(answer.body, answer.status)


@router.get("/desk/customers/{customer_id}", response_model=schemas.CustomerView, summary="客户全貌")
async def get_desk_customer(request: Request, customer_id: UUID, errand: ErrandDep, principal: DeskReader) -> Response:
    runtime = runtime_of(request)
    return _json(await customers.view(runtime.clients, runtime.parts, errand, principal, customer_id))


@router.post("/hotline/calls", status_code=201, response_model=schemas.HotlineCall, summary="来电：登记并认人")
async def create_hotline_call(
    request: Request, errand: ErrandDep, body: schemas.HotlineCallCreate, principal: CallTaker, once: Once
) -> Response:
    runtime = runtime_of(request)
    said = body.model_dump(mode="json", exclude_none=True)
    recorded, call = await hotline.take_call(runtime.clients, runtime.parts, errand, principal, said, child=once.child)
    if recorded is not None and 400 <= recorded.status < 500:
        return _json(recorded.body, recorded.status)
    (step,) = call["steps"]
    if step["resource"] is None:
        return _json(call, 200)
    headers = {"Location": step["resource"]}
    if step["status"] == schemas.StepStatus.REPLAYED:
        headers[REPLAYED] = "true"
    return _json(call, 201, headers)
