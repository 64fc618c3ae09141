"""The doors of the hand-over between shifts at the desk."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response

from gateway.desk import shift_schemas as schemas
from gateway.desk import shifts
from gateway.desk.answering import said
from gateway.errands import Errand, ErrandDep
from gateway.runtime import runtime_of
from gateway.upstream import Deadline
from shared.access.principal import Principal
from shared.http.auth import bearer_token, requires
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once

router = APIRouter(prefix="/v1/desk/shift-hand-overs", tags=["desk"])

Leaver = Annotated[Principal, requires("shift_hand_over.write")]
Reader = Annotated[Principal, requires("shift_hand_over.read")]


@router.post("", status_code=201, response_model=schemas.DeskShiftHandOver, summary="交班：留言并附上本人未结事项")
async def create_desk_shift_hand_over(
    request: Request, body: schemas.DeskShiftHandOverCreate, principal: Leaver, once: Once
) -> Response:
    runtime = runtime_of(request)
    errand = Errand(bearer_token(request), Deadline.after(runtime.settings.write_deadline_ms))
    note = body.model_dump(mode="json", exclude_none=True, exclude={"gathers_open_work"})
    answer, told = await shifts.hand_over(
        runtime.clients, errand, principal, note, gathers=body.gathers_open_work, child=once.child
    )
    if answer is not None and not answer.is_good:
        return said(answer.body, answer.status)
    told["as_of"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    if answer is None:
        return said(told, 200)
    headers = {"Location": f"{shifts.PATH}/{told['hand_over']['id']}"}
    if answer.is_replayed:
        headers[REPLAYED] = "true"
    return said(told, 201, headers)


@router.get("", response_model=schemas.DeskShiftHandOvers, summary="当前的交接班")
async def list_desk_shift_hand_overs(request: Request, errand: ErrandDep, principal: Reader) -> Response:
    runtime = runtime_of(request)
    return said(await shifts.current(runtime.clients, runtime.parts, errand, principal))
