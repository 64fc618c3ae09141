"""The doors of look-ups without need and other misuse of data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import Step, call_of, make, take
from services.customer.entry_quality.rules.states import MisuseState
from services.customer.entry_quality.schemas import rights as schemas
from services.customer.entry_quality.service import lookups, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

PATH = "/v1/needless-lookups"
router = APIRouter(prefix=PATH, tags=["entry_quality"])

READ, REPORT = "data_misuse.read", "data_misuse.report"
Reader = Annotated[Principal, requires(READ)]
Reporter = Annotated[Principal, requires(REPORT)]
Explainer = Annotated[StepDoor, step_door("data_misuse.explain")]
Judge = Annotated[StepDoor, step_door("data_misuse.decide")]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="上报泄露、伪造资料或无需要的查询")
async def create_needless_lookup(
    request: Request,
    body: schemas.DataMisuseReport,
    principal: Reporter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.NeedlessLookup:
    call = await call_of(request, principal, REPORT, session, now)
    misuse_id = new_id()

    async def show(shown_id: UUID) -> schemas.NeedlessLookup:
        row = await reading.misuse(session, shown_id, principal.scope(REPORT))
        return schemas.NeedlessLookup.model_validate(row)

    shown: schemas.NeedlessLookup = await make(
        call,
        once,
        response,
        PATH,
        misuse_id,
        lambda asked: lookups.report(
            asked,
            misuse_id,
            kind=body.kind,
            actor_id=body.person_id,
            facts=body.facts,
            occurred_at=body.happened_at,
            customer_id=body.customer_id,
        ),
        show,
    )
    return shown


@router.get("", summary="与工作不符的查询与资料使用")
async def list_needless_lookups(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    kind: Annotated[Code | Optional, Query()] = None,
    state: Annotated[MisuseState | Optional, Query()] = None,
    actor_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.NeedlessLookupPage:
    rows = await reading.misuse_page(
        session,
        principal.scope(READ),
        kind=kind,
        state=state,
        actor_id=actor_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.NeedlessLookup.model_validate(row) for row in rows]
    return schemas.NeedlessLookupPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{misuse_id}", summary="查看与工作不符的查询")
async def get_needless_lookup(
    misuse_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.NeedlessLookup:
    row = await reading.misuse(session, misuse_id, principal.scope(READ))
    return set_etag(response, schemas.NeedlessLookup.model_validate(row))


@router.post("/{misuse_id}/explain", summary="查询人说明")
async def explain_needless_lookup(
    request: Request, misuse_id: UUID, body: schemas.NeedlessLookupExplain, door: Explainer, response: Response
) -> schemas.NeedlessLookup:
    return await _take(
        request,
        door,
        response,
        misuse_id,
        lambda call: lookups.explain(call, misuse_id, explanation=body.explanation),
    )


@router.post("/{misuse_id}/accept", summary="认可说明")
async def accept_needless_lookup(
    request: Request, misuse_id: UUID, body: schemas.NeedlessLookupAccept, door: Judge, response: Response
) -> schemas.NeedlessLookup:
    return await _take(
        request, door, response, misuse_id, lambda call: lookups.accept(call, misuse_id, reason=body.reason)
    )


@router.post("/{misuse_id}/confirm", summary="认定为违规使用客户资料")
async def confirm_needless_lookup(
    request: Request, misuse_id: UUID, body: schemas.NeedlessLookupConfirm, door: Judge, response: Response
) -> schemas.NeedlessLookup:
    return await _take(
        request,
        door,
        response,
        misuse_id,
        lambda call: lookups.confirm(call, misuse_id, kind=body.kind, reason=body.reason),
    )


async def _take(
    request: Request, door: StepDoor, response: Response, misuse_id: UUID, step: Step
) -> schemas.NeedlessLookup:
    async def show() -> schemas.NeedlessLookup:
        row = await reading.misuse(door.session, misuse_id, door.principal.scope(door.permission))
        return schemas.NeedlessLookup.model_validate(row)

    return await take(request, door, response, misuse_id, step, show)
