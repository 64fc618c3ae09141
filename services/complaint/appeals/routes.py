"""The doors of the appeals: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.appeals import schemas
from services.complaint.appeals.models import AppealRow
from services.complaint.appeals.rules import AppealState
from services.complaint.appeals.service import deciding, lodging, reading
from services.complaint.appeals.service.work import AppealCall
from services.complaint.policy_findings import Appellant
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/appeals", tags=["appeals"])

OPEN = "appeal.open"
READ = "appeal.read"
DECIDE = "appeal.decide"
Opener = Annotated[Principal, requires(OPEN)]
Reader = Annotated[Principal, requires(READ)]
Decider = Annotated[StepDoor, step_door(DECIDE)]
Withdrawer = Annotated[StepDoor, step_door("appeal.withdraw")]

Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="提出申诉")
async def create_appeal(
    request: Request,
    body: schemas.AppealCreate,
    principal: Opener,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Appeal:
    appeal_id = new_id()
    replay = await once.claim(session, resource_id=appeal_id, now=now)
    if replay is None:
        # a customer's appeal is taken at any desk; staff contest only what they may see
        is_customer = body.appellant is Appellant.CUSTOMER
        scope = principal.scope(OPEN if is_customer else "complaint.read")
        door = StepDoor(principal, OPEN, once, 0, session, now)
        await lodging.lodge(await _call(request, door, scope), appeal_id, body.lodging())
    shown = await reading.shown(session, replay.resource_id if replay else appeal_id, principal.scope(READ))
    return created(response, f"/v1/appeals/{shown.appeal.id}", schemas.Appeal.of(shown), replay=replay)


@router.get("", summary="申诉列表")
async def list_appeals(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    complaint_id: Annotated[UUID | Optional, Query()] = None,
    finding_id: Annotated[UUID | Optional, Query()] = None,
    state: Annotated[AppealState | Optional, Query()] = None,
    appellant: Annotated[Appellant | Optional, Query()] = None,
    appellant_id: Annotated[UUID | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    step: Annotated[Code | Optional, Query()] = None,
    outcome: Annotated[Code | Optional, Query()] = None,
    number: Annotated[str | Optional, Query(max_length=40)] = None,
) -> schemas.AppealPage:
    wanted = {
        "complaint_id": complaint_id,
        "finding_id": finding_id,
        "state": state,
        "appellant": appellant,
        "appellant_id": appellant_id,
        "department": department,
        "step": step,
        "outcome": outcome,
        "number": number,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.Appeal.of(row) for row in rows]
    return schemas.AppealPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{appeal_id}", summary="查看申诉")
async def get_appeal(appeal_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Appeal:
    return set_etag(response, schemas.Appeal.of(await reading.shown(session, appeal_id, principal.scope(READ))))


@router.post("/{appeal_id}/accept", summary="受理申诉")
async def accept_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealAccept, door: Decider, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    return await _take(door, response, appeal_id, lambda: deciding.admit(call, appeal_id, note=body.note))


@router.post("/{appeal_id}/refuse", summary="不予受理申诉")
async def refuse_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealRefuse, door: Decider, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    return await _take(door, response, appeal_id, lambda: deciding.refuse(call, appeal_id, reason=body.reason))


@router.post("/{appeal_id}/decide", summary="复核意见或裁决")
async def decide_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealDecide, door: Decider, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    revision = body.revision.revision() if body.revision else None
    return await _take(
        door,
        response,
        appeal_id,
        lambda: deciding.decide(call, appeal_id, outcome=body.outcome, reason=body.reason, revision=revision),
    )


@router.post("/{appeal_id}/tell", summary="答复申诉人")
async def tell_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealTell, door: Decider, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    return await _take(door, response, appeal_id, lambda: deciding.tell(call, appeal_id, note=body.note))


@router.post("/{appeal_id}/withdraw", summary="撤回申诉")
async def withdraw_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealWithdraw, door: Withdrawer, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    return await _take(door, response, appeal_id, lambda: lodging.withdraw(call, appeal_id, reason=body.reason))


@router.post("/{appeal_id}/escalate", summary="请求规章的下一步")
async def escalate_appeal(
    request: Request, appeal_id: UUID, body: schemas.AppealEscalate, door: Withdrawer, response: Response
) -> schemas.Appeal:
    call = await _call(request, door)
    return await _take(door, response, appeal_id, lambda: lodging.escalate(call, appeal_id, reason=body.reason))


async def _call(request: Request, door: StepDoor, scope: RowScope | None = None) -> AppealCall:
    return AppealCall(
        session=door.session,
        principal=door.principal,
        scope=scope or door.principal.scope(door.permission),
        governances=request.app.state.case_desk.governances,
        staff=await request.app.state.runtime.staff.current(),
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    door: StepDoor, response: Response, appeal_id: UUID, step: Callable[[], Awaitable[AppealRow]]
) -> schemas.Appeal:
    replay = await door.claim(appeal_id)
    if replay is None:
        await step()
    # whoever held the step's post when it was taken still sees what came of it
    shown = await reading.after_step(door.session, appeal_id, door.principal.scope(READ), door.principal.staff_id)
    return changed(response, schemas.Appeal.of(shown), replay=replay)
