"""The doors of what is to be done, over all services."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from gateway.desk import queue, schemas
from gateway.desk.queue_schemas import MergedWorkPage, QueueAsk
from gateway.errands import Errand, ErrandDep
from gateway.runtime import GatewayRuntime, runtime_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.page import cursor_codec
from shared.http.problems import refuse

router = APIRouter(prefix="/v1", tags=["desk"])

Worker = Annotated[Principal, requires("work.read")]


@router.get("/desk/queue", response_model=schemas.Queue, summary="我要办的事，按时限排序")
async def list_desk_queue(
    request: Request,
    errand: ErrandDep,
    principal: Worker,  # noqa: ARG001  # may look
    asked: Annotated[QueueAsk, Query()],
) -> Response:
    merged, next_cursor = await _work(request, errand, asked)
    await queue.add_names(runtime_of(request).clients, errand, merged.items)
    return _answer(merged, next_cursor)


@router.get("/work", response_model=MergedWorkPage, summary="各服务的待办，按时限排序")
async def list_all_work(
    request: Request,
    errand: ErrandDep,
    principal: Worker,  # noqa: ARG001  # may look
    asked: Annotated[QueueAsk, Query()],
) -> Response:
    return _answer(*await _work(request, errand, asked))


async def _work(request: Request, errand: Errand, asked: QueueAsk) -> tuple[queue.Merged, str | None]:
    runtime: GatewayRuntime = runtime_of(request)
    codec = cursor_codec(request)
    names = [client.name for client in runtime.clients.all]
    places = queue.beginning(names, asked.service)
    if asked.cursor is not None:
        try:
            places = queue.unpacked(codec.decode(asked.cursor, bound_to=asked.bound_to), len(names))
        except ValueError as error:
            raise refuse("cursor_invalid") from error
    merged = await queue.merged_work(runtime.clients, errand, places, limit=asked.limit, filters=asked.filters)
    if merged.is_stuck:
        raise refuse("upstream_unavailable", "尚有待办的服务暂时都无法应答", headers={"Retry-After": "1"})
    if merged.places is None:
        return merged, None
    return merged, codec.encode([one for place in merged.places for one in place.packed()], bound_to=asked.bound_to)


def _answer(merged: queue.Merged, next_cursor: str | None) -> Response:
    unavailable: list[dict[str, Any]] = [
        {"service": name, "problem": problem} for name, problem in merged.problems.items()
    ]
    body = {"items": merged.items, "next_cursor": next_cursor, "unavailable": unavailable}
    return Response(orjson.dumps(body), 200, {"Cache-Control": "no-store"}, "application/json")
