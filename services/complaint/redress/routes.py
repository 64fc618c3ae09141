"""The doors of redress: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.redress import schemas
from services.complaint.redress.models import RedressRow
from services.complaint.redress.rules import RedressState
from services.complaint.redress.service import reading, settling
from services.complaint.redress.service.settling import RedressCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/redress", tags=["redress"])

READ = "redress.read"
Reader = Annotated[Principal, requires(READ)]
Submitter = Annotated[StepDoor, step_door("redress.submit")]
Payer = Annotated[StepDoor, step_door("redress.pay")]
Optional = SkipJsonSchema[None]


@router.get("", summary="补偿建议列表")
async def list_redress(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    complaint_id: Annotated[UUID | Optional, Query()] = None,
    state: Annotated[RedressState | Optional, Query()] = None,
) -> schemas.RedressPage:
    rows = await reading.page(
        session,
        principal.scope(READ),
        complaint_id=complaint_id,
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Redress.model_validate(row) for row in rows]
    return schemas.RedressPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{redress_id}", summary="查看补偿建议")
async def get_redress(redress_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Redress:
    row = await reading.read(session, redress_id, principal.scope(READ))
    return set_etag(response, schemas.Redress.model_validate(row))


@router.post("/{redress_id}/submit", summary="提交授权")
async def submit_redress(
    request: Request, redress_id: UUID, body: schemas.RedressSubmit, door: Submitter, response: Response
) -> schemas.Redress:
    call = await _call(request, door, redress_id)
    return await _take(call, door, response, lambda: settling.submit(call, body.request()))


@router.post("/{redress_id}/pay", summary="登记支付")
async def pay_redress(
    request: Request, redress_id: UUID, body: schemas.RedressPay, door: Payer, response: Response
) -> schemas.Redress:
    call = await _call(request, door, redress_id)
    return await _take(
        call,
        door,
        response,
        lambda: settling.pay(call, reference=body.reference, proof_ids=body.proof_ids),
    )


async def _call(request: Request, door: StepDoor, redress_id: UUID) -> RedressCall:
    return RedressCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=request.app.state.case_desk.governances,
        staff=await request.app.state.runtime.staff.current(),
        redress_id=redress_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: RedressCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[RedressRow]]
) -> schemas.Redress:
    replay = await door.claim(call.redress_id)
    if replay is None:
        await step()
    row = await reading.read(door.session, call.redress_id, call.scope)
    return changed(response, schemas.Redress.model_validate(row), replay=replay)
