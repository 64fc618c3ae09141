"""The doors of the front desk and the hotline."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from gateway.desk import customers, hotline, queue, schemas
from gateway.errands import ErrandDep
from gateway.runtime import GatewayRuntime, runtime_of
from shared.access.principal import Principal
from shared.contracts.work import WorkPage
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once
from shared.http.page import cursor_codec
from shared.http.problems import MEDIA_TYPE, refuse

router = APIRouter(prefix="/v1", tags=["desk"])

DeskReader = Annotated[Principal, requires("desk.read")]
Worker = Annotated[Principal, requires("work.read")]
CallTaker = Annotated[Principal, requires("hotline.call")]
Optional = SkipJsonSchema[None]
Cursor = Annotated[str | Optional, Query(description="上一页的 next_cursor", max_length=2048)]

_JSON = "application/json"
_PAGE = 50


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


@router.get("/desk/queue", response_model=schemas.Queue, summary="我要办的事，按时限排序")
async def list_desk_queue(
    request: Request,
    errand: ErrandDep,
    principal: Worker,  # noqa: ARG001  # may look
    metric: Annotated[str | Optional, Query(max_length=60)] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = _PAGE,
    cursor: Cursor = None,
) -> Response:
    runtime = runtime_of(request)
    merged, next_cursor = await _work(request, errand, metric, tier, limit, cursor)
    await queue.add_names(runtime.clients, errand, merged.items)
    unavailable = [{"service": name, "problem": problem} for name, problem in merged.problems.items()]
    return _json({"items": merged.items, "next_cursor": next_cursor, "unavailable": unavailable})


class MergedWorkPage(WorkPage):
    """One page over all services."""

    unavailable: list[schemas.UnavailableService]
    """Services that gave nothing now."""


@router.get("/work", response_model=MergedWorkPage, summary="各服务的待办，按时限排序")
async def list_all_work(
    request: Request,
    errand: ErrandDep,
    principal: Worker,  # noqa: ARG001  # may look
    metric: Annotated[str | Optional, Query(max_length=60)] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = _PAGE,
    cursor: Cursor = None,
) -> Response:
    merged, next_cursor = await _work(request, errand, metric, tier, limit, cursor)
    unavailable = [{"service": name, "problem": problem} for name, problem in merged.problems.items()]
    return _json({"items": merged.items, "next_cursor": next_cursor, "unavailable": unavailable})


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


async def _work(
    request: Request, errand: ErrandDep, metric: str | None, tier: str | None, limit: int, cursor: str | None
) -> tuple[queue.Merged, str | None]:
    runtime: GatewayRuntime = runtime_of(request)
    codec = cursor_codec(request)
    filters = {name: value for name, value in (("metric", metric), ("tier", tier)) if value}
    bound_to = f"work?{sorted(filters.items())}"
    values = None if cursor is None else codec.decode(cursor, bound_to=bound_to)
    try:
        places = queue.unpacked(values, len(runtime.clients.all))
    except ValueError as error:
        raise refuse("cursor_invalid") from error
    merged = await queue.merged_work(runtime.clients, errand, places, limit=limit, filters=filters)
    if len(merged.problems) == len(places):
        raise refuse("upstream_unavailable", "各服务暂时都无法应答", headers={"Retry-After": "1"})
    if merged.places is None:
        return merged, None
    return merged, codec.encode([one for place in merged.places for one in place.packed()], bound_to=bound_to)
