"""The doors of the interface to supervision centres: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.policy_in_force import open_governances
from services.callback.supervision import schemas
from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import SupervisionState
from services.callback.supervision.service import answering, reading, receiving
from services.callback.supervision.service.desk import SupervisionCall
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.idempotency_store import Replay
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/supervision-opinions", tags=["supervision"])

READ = "supervision.read"
WORDS = "supervision.words"
Receiver = Annotated[Principal, requires("supervision.receive")]
Reader = Annotated[Principal, requires(READ)]
ReplyReader = Annotated[Principal, requires("supervision.reply")]
WordReader = Annotated[Principal, requires(WORDS)]
Drafter = Annotated[StepDoor, step_door("supervision.draft")]
Answerer = Annotated[StepDoor, step_door("supervision.answer")]
Deliverer = Annotated[StepDoor, step_door("supervision.deliver")]
Complainer = Annotated[StepDoor, step_door("supervision.complain")]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="转入外部意见，同一编号只受理一次")
async def receive_supervision_opinion(
    request: Request,
    body: schemas.SupervisionArrival,
    principal: Receiver,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.SupervisionReceipt:
    opinion_id = new_id()
    replay = await once.claim(session, resource_id=opinion_id, now=now)
    if replay is None:
        runtime = request.app.state.runtime
        governances = open_governances(runtime.policy, runtime.calendars)
        reception = receiving.Reception(session, principal, governances, runtime.numbers, now)
        received = await receiving.receive(reception, body.arrival(), opinion_id)
        await once.settle(session, version=received.row.version)
    else:
        received = await receiving.received(session, principal.company, replay.resource_id, body.arrival())
    receipt = schemas.SupervisionReceipt.of(received)
    return created(response, f"/v1/supervision-opinions/{receipt.id}", receipt, replay=replay)


@router.get("", summary="外部意见列表")
async def list_supervision_opinions(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[SupervisionState | Optional, Query()] = None,
    source: Annotated[Code | Optional, Query()] = None,
    reference: Annotated[str | Optional, Query(max_length=80)] = None,
    department: Annotated[Code | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.SupervisionOpinionPage:
    wanted = {
        "state": state.value if state else None,
        "source": source,
        "reference": reference,
        "department": department,
        "customer_id": customer_id,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.SupervisionOpinion.model_validate(row) for row in rows]
    return schemas.SupervisionOpinionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{opinion_id}", summary="查看外部意见")
async def get_supervision_opinion(
    opinion_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.SupervisionOpinion:
    row = await reading.read(session, opinion_id, principal.scope(READ))
    return set_etag(response, schemas.SupervisionOpinion.model_validate(row))


@router.get("/{opinion_id}/reply", summary="监督中心查看对其意见的回复")
async def get_supervision_reply(
    opinion_id: UUID, principal: ReplyReader, session: SessionDep, response: Response
) -> schemas.SupervisionReply:
    row = await reading.read(session, opinion_id, principal.scope("supervision.reply"))
    return set_etag(response, schemas.SupervisionReply.of(row))


@router.get("/{opinion_id}/words", summary="查看外部意见原文")
async def get_supervision_words(
    opinion_id: UUID, principal: WordReader, session: SessionDep, now: Now
) -> schemas.SupervisionWords:
    row = await reading.words(session, opinion_id, principal.scope(WORDS), now=now)
    return schemas.SupervisionWords(id=row.id, words=row.words)


@router.post("/{opinion_id}/assign", summary="改派答复部门")
async def assign_supervision_opinion(
    request: Request, opinion_id: UUID, body: schemas.SupervisionAssignment, door: Answerer, response: Response
) -> schemas.SupervisionOpinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: answering.assign(call, department=body.department))


@router.post("/{opinion_id}/draft", summary="部门答复")
async def draft_supervision_answer(
    request: Request, opinion_id: UUID, body: schemas.SupervisionDraft, door: Drafter, response: Response
) -> schemas.SupervisionOpinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: answering.draft(call, text=body.answer))


@router.post("/{opinion_id}/return", summary="退回部门重新答复")
async def return_supervision_answer(
    request: Request, opinion_id: UUID, body: schemas.SupervisionReturn, door: Answerer, response: Response
) -> schemas.SupervisionOpinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: answering.send_back(call, reason=body.reason))


@router.post("/{opinion_id}/answer", summary="审核并回复监督中心")
async def answer_supervision_opinion(
    request: Request, opinion_id: UUID, body: schemas.SupervisionAnswer, door: Answerer, response: Response
) -> schemas.SupervisionOpinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: answering.answer(call, text=body.answer))


@router.post("/{opinion_id}/deliver", summary="登记监督中心已收到回复")
async def deliver_supervision_answer(
    request: Request, opinion_id: UUID, body: schemas.SupervisionDelivery, door: Deliverer, response: Response
) -> schemas.SupervisionReply:
    call = _call(request, door, opinion_id)
    row, replay = await _step(call, door, lambda: answering.deliver(call, receipt=body.receipt))
    return changed(response, schemas.SupervisionReply.of(row), replay=replay)


@router.post("/{opinion_id}/complain", summary="转为投诉")
async def complain_supervision_opinion(
    request: Request, opinion_id: UUID, body: schemas.SupervisionComplaint, door: Complainer, response: Response
) -> schemas.SupervisionOpinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: answering.complain(call, customer_id=body.customer_id))


def _call(request: Request, door: StepDoor, opinion_id: UUID) -> SupervisionCall:
    runtime = request.app.state.runtime
    return SupervisionCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=open_governances(runtime.policy, runtime.calendars),
        opinion_id=opinion_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: SupervisionCall,
    door: StepDoor,
    response: Response,
    step: Callable[[], Awaitable[SupervisionOpinionRow]],
) -> schemas.SupervisionOpinion:
    row, replay = await _step(call, door, step)
    return changed(response, schemas.SupervisionOpinion.model_validate(row), replay=replay)


async def _step(
    call: SupervisionCall, door: StepDoor, step: Callable[[], Awaitable[SupervisionOpinionRow]]
) -> tuple[SupervisionOpinionRow, Replay | None]:
    replay = await door.claim(call.opinion_id)
    scope = call.scope
    if replay is None:
        await step()
        scope = RowScope.everything(*scope.companies)
    return await reading.read(door.session, call.opinion_id, scope), replay
