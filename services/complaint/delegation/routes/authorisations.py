"""The doors of the authorisations: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.delegation.models import AuthorisationRow
from services.complaint.delegation.routes.call import asked, call_of
from services.complaint.delegation.rules.states import AuthorisationState
from services.complaint.delegation.schemas import authorisations as schemas
from services.complaint.delegation.service import checking, deciding, reading, requesting, using
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/authorisations", tags=["delegation"])

USE = "authority.use"
READ = "authorisation.read"
User = Annotated[Principal, requires(USE)]
Reader = Annotated[Principal, requires(READ)]
UserDoor = Annotated[StepDoor, step_door(USE)]
Approver = Annotated[StepDoor, step_door("authority.approve")]
Signer = Annotated[StepDoor, step_door("authority.sign")]
Checker = Annotated[StepDoor, step_door("authority.check")]
Reporter = Annotated[StepDoor, step_door("authority.abuse")]

Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="申请或使用授权")
async def create_authorisation(
    request: Request,
    body: schemas.AuthorisationCreate,
    principal: User,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Authorisation:
    authorisation_id = new_id()
    replay = await once.claim(session, resource_id=authorisation_id, now=now)
    if replay is None:
        call = await asked(request, session, principal, USE, now=now)
        await requesting.request(call, authorisation_id, body.asked(), body.use.use() if body.use else None)
    wanted = replay.resource_id if replay else authorisation_id
    shown = await reading.shown(session, wanted, principal.scope(READ), or_acted=principal.staff_id)
    return created(response, f"/v1/authorisations/{wanted}", schemas.Authorisation.of(shown), replay=replay)


@router.get("", summary="授权处理单列表")
async def list_authorisations(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    authority: Annotated[Code | Optional, Query()] = None,
    category: Annotated[Code | Optional, Query()] = None,
    state: Annotated[AuthorisationState | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    complaint_id: Annotated[UUID | Optional, Query()] = None,
    order_id: Annotated[UUID | Optional, Query()] = None,
    requested_by: Annotated[UUID | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    ledger_month: Annotated[str | Optional, Query(max_length=7)] = None,
    is_drawn: Annotated[bool | Optional, Query()] = None,
    number: Annotated[str | Optional, Query(max_length=40)] = None,
) -> schemas.AuthorisationPage:
    wanted = {
        "authority": authority,
        "category": category,
        "state": state,
        "customer_id": customer_id,
        "complaint_id": complaint_id,
        "order_id": order_id,
        "requested_by": requested_by,
        "department": department,
        "ledger_month": ledger_month,
        "is_drawn": is_drawn,
        "number": number,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.Authorisation.of(row) for row in rows]
    return schemas.AuthorisationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{authorisation_id}", summary="查看授权处理单")
async def get_authorisation(
    authorisation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Authorisation:
    shown = await reading.shown(session, authorisation_id, principal.scope(READ), or_acted=principal.staff_id)
    return set_etag(response, schemas.Authorisation.of(shown))


@router.post("/{authorisation_id}/approve", summary="决定或批准")
async def approve_authorisation(
    request: Request, authorisation_id: UUID, body: schemas.AuthorisationApprove, door: Approver, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door,
        response,
        authorisation_id,
        lambda: deciding.approve(call, authorisation_id, step=body.step, note=body.note),
    )


@router.post("/{authorisation_id}/reject", summary="不同意")
async def reject_authorisation(
    request: Request, authorisation_id: UUID, body: schemas.AuthorisationReject, door: Signer, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door,
        response,
        authorisation_id,
        lambda: deciding.reject(call, authorisation_id, step=body.step, reason=body.reason),
    )


@router.post("/{authorisation_id}/sign", summary="确认、签字、补单或办结业务联系单")
async def sign_authorisation(
    request: Request, authorisation_id: UUID, body: schemas.AuthorisationSign, door: Signer, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door,
        response,
        authorisation_id,
        lambda: deciding.sign(call, authorisation_id, step=body.step, note=body.note, order_id=body.order_id),
    )


@router.post("/{authorisation_id}/execute", summary="登记执行")
async def execute_authorisation(
    request: Request, authorisation_id: UUID, body: schemas.AuthorisationUse, door: UserDoor, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(door, response, authorisation_id, lambda: using.execute(call, authorisation_id, body.use()))


@router.post("/{authorisation_id}/withdraw", summary="撤回申请")
async def withdraw_authorisation(
    request: Request, authorisation_id: UUID, body: schemas.AuthorisationWithdraw, door: UserDoor, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door, response, authorisation_id, lambda: deciding.withdraw(call, authorisation_id, reason=body.reason)
    )


@router.post("/{authorisation_id}/report-abuse", summary="上报越权或弄虚作假")
async def report_authority_abuse(
    request: Request, authorisation_id: UUID, body: schemas.AuthorityAbuseReport, door: Reporter, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door, response, authorisation_id, lambda: checking.report_abuse(call, authorisation_id, body.report())
    )


@router.post("/{authorisation_id}/decide-abuse", summary="服务管理委员会决定造成损失的违规")
async def decide_authority_abuse(
    request: Request, authorisation_id: UUID, body: schemas.AuthorityAbuseDecide, door: Reporter, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    return await _take(
        door, response, authorisation_id, lambda: checking.decide_abuse(call, authorisation_id, decision=body.decision)
    )


@router.post("/{authorisation_id}/check-result", summary="登记抽查结果")
async def record_authority_check(
    request: Request, authorisation_id: UUID, body: schemas.AuthorityCheckResult, door: Checker, response: Response
) -> schemas.Authorisation:
    call = await call_of(request, door)
    said = body.model_dump()
    return await _take(door, response, authorisation_id, lambda: checking.check_result(call, authorisation_id, **said))


async def _take(
    door: StepDoor, response: Response, authorisation_id: UUID, step: Callable[[], Awaitable[AuthorisationRow]]
) -> schemas.Authorisation:
    replay = await door.claim(authorisation_id)
    if replay is None:
        await step()
    # whoever held the step's post when it was taken still sees what came of it
    principal = door.principal
    shown = await reading.shown(door.session, authorisation_id, principal.scope(READ), or_acted=principal.staff_id)
    return changed(response, schemas.Authorisation.of(shown), replay=replay)
