"""The doors of the front desk and the hotline."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from gateway.desk import queue, schemas
from gateway.desk.answering import said
from gateway.desk.customer_routes import router as customer_router
from gateway.desk.hotline_routes import router as hotline_router
from gateway.errands import ErrandDep
from gateway.runtime import GatewayRuntime, runtime_of
from shared.access.principal import Principal
from shared.contracts.work import WorkPage
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.page import cursor_codec
from shared.http.problems import refuse

router = APIRouter()
work_router = APIRouter(prefix="/v1", tags=["desk"])

Worker = Annotated[Principal, requires("work.read")]
Optional = SkipJsonSchema[None]
Cursor = Annotated[str | Optional, Query(description="上一页的 next_cursor", max_length=2048)]

_PAGE = 50


@work_router.get("/desk/queue", response_model=schemas.Queue, summary="我要办的事，按时限排序")
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
    return said({"items": merged.items, "next_cursor": next_cursor, "unavailable": unavailable})


class MergedWorkPage(WorkPage):
    """One page over all services."""

    unavailable: list[schemas.UnavailableService]
    """Services that gave nothing now."""


@work_router.get("/work", response_model=MergedWorkPage, summary="各服务的待办，按时限排序")
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
    return said({"items": merged.items, "next_cursor": next_cursor, "unavailable": unavailable})


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


router.include_router(customer_router)
router.include_router(work_router)
router.include_router(hotline_router)
