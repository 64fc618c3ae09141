"""The doors of the messages and the opt-outs: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.messages import schemas
from services.callback.messages.rules import MessageState
from services.callback.messages.service import queueing, reading, wishes
from services.callback.policy_in_force import Governances, open_governances
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

messages = APIRouter(prefix="/v1/messages", tags=["messages"])
opt_outs = APIRouter(prefix="/v1/message-opt-outs", tags=["messages"])
routers = (messages, opt_outs)

READ, OPT_OUT_READ = "message.read", "opt_out.read"
Reader = Annotated[Principal, requires(READ)]
Sender = Annotated[Principal, requires("message.send")]
OptOutReader = Annotated[Principal, requires(OPT_OUT_READ)]
OptOutWriter = Annotated[Principal, requires("opt_out.write")]
OptOutEnder = Annotated[StepDoor, step_door("opt_out.write")]
Optional = SkipJsonSchema[None]
STAFF = "staff"
"""The source of what a person sends by hand."""


def _governances(request: Request) -> Governances:
    runtime = request.app.state.runtime
    return open_governances(runtime.policy, runtime.calendars)


@messages.get("", summary="短信列表")
async def list_messages(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[MessageState | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    purpose: Annotated[Code | Optional, Query()] = None,
    source: Annotated[Code | Optional, Query()] = None,
    source_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.MessagePage:
    wanted = {
        "state": state.value if state else None,
        "customer_id": customer_id,
        "purpose": purpose,
        "source": source,
        "source_id": source_id,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.Message.model_validate(row) for row in rows]
    return schemas.MessagePage(**page.cut(shown, key=lambda one: (one.id,)))


@messages.post("", status_code=201, summary="发送一条短信")
async def send_message(
    request: Request,
    body: schemas.MessageCreate,
    principal: Sender,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Message:
    message_id = new_id()
    replay = await once.claim(session, resource_id=message_id, now=now)
    if replay is None:
        outgoing = queueing.Outgoing(
            company=principal.company,
            customer_id=body.customer_id,
            template=body.template,
            cause=f"{STAFF}:{message_id}",
            source=STAFF,
            parameters=body.parameters,
            person_id=body.person_id,
            queued_by=principal.staff_id,
            ready_at=body.ready_at,
            message_id=message_id,
        )
        row = await queueing.queue(session, _governances(request), outgoing, now=now)
    else:
        row = (await reading.shown(session, replay.resource_id, principal.scope("message.send"))).row
    shown = schemas.Message.model_validate(row)
    return created(response, f"/v1/messages/{shown.id}", shown, replay=replay)


@messages.get("/{message_id}", summary="查看短信与发送经过")
async def get_message(
    message_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.MessageDetail:
    shown = await reading.shown(session, message_id, principal.scope(READ))
    return set_etag(response, schemas.MessageDetail.of(shown))


@opt_outs.get("", summary="退订与其历史")
async def list_message_opt_outs(
    principal: OptOutReader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.OptOutPage:
    before = page.after[0] if page.after else None
    rows = await reading.opt_outs(session, principal.companies, customer_id, before=before, limit=page.fetch)
    shown = [schemas.OptOut.model_validate(row) for row in rows]
    return schemas.OptOutPage(**page.cut(shown, key=lambda one: (one.id,)))


@opt_outs.post("", status_code=201, summary="登记客户退订")
async def set_message_opt_out(
    request: Request,
    body: schemas.OptOutCreate,
    principal: OptOutWriter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.OptOut:
    opt_out_id = new_id()
    replay = await once.claim(session, resource_id=opt_out_id, now=now)
    if replay is None:
        row = await wishes.refuse(
            session,
            _governances(request),
            principal,
            opt_out_id=opt_out_id,
            customer_id=body.customer_id,
            purpose=body.purpose,
            source=body.source,
            now=now,
        )
    else:
        row = await reading.opt_out(session, replay.resource_id, principal.companies)
    shown = schemas.OptOut.model_validate(row)
    return created(response, f"/v1/message-opt-outs/{shown.id}", shown, replay=replay)


@opt_outs.get("/{opt_out_id}", summary="查看退订")
async def get_message_opt_out(
    opt_out_id: UUID, principal: OptOutReader, session: SessionDep, response: Response
) -> schemas.OptOut:
    row = await reading.opt_out(session, opt_out_id, principal.companies)
    return set_etag(response, schemas.OptOut.model_validate(row))


@opt_outs.post("/{opt_out_id}/end", summary="撤销退订")
async def end_message_opt_out(
    request: Request, opt_out_id: UUID, body: schemas.OptOutEnd, door: OptOutEnder, response: Response
) -> schemas.OptOut:
    replay = await door.claim(opt_out_id)
    if replay is None:
        await wishes.take_back(
            door.session,
            _governances(request),
            door.principal,
            opt_out_id=opt_out_id,
            source=body.source,
            expected_version=door.expected_version,
            now=door.now,
        )
    row = await reading.opt_out(door.session, opt_out_id, door.principal.companies)
    return changed(response, schemas.OptOut.model_validate(row), replay=replay)
