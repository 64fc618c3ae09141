"""The doors of the checks: read them, look at their entries, check by hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import call_of, make, take
from services.customer.entry_quality.rules.states import CheckState
from services.customer.entry_quality.schemas import checks as schemas
from services.customer.entry_quality.service import checking, reading
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

PATH = "/v1/entry-checks"
router = APIRouter(prefix=PATH, tags=["entry_quality"])

READ, WRITE = "entry_check.read", "entry_check.write"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires(WRITE)]
Looker = Annotated[StepDoor, step_door(READ)]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="登记办理业务时或对上一环节的核对")
async def create_entry_check(
    request: Request,
    body: schemas.EntryCheckCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.EntryCheck:
    call = await call_of(request, principal, WRITE, session, now)
    check_id = new_id()

    async def show(shown_id: UUID) -> schemas.EntryCheck:
        row = await reading.check(session, shown_id, principal.scope(WRITE))
        return schemas.EntryCheck.model_validate(row)

    shown: schemas.EntryCheck = await make(
        call,
        once,
        response,
        PATH,
        check_id,
        lambda asked: checking.check_by_hand(asked, check_id, body.seen()),
        show,
    )
    return shown


@router.get("", summary="录入检查列表")
async def list_entry_checks(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    check: Annotated[Code | Optional, Query()] = None,
    state: Annotated[CheckState | Optional, Query()] = None,
) -> schemas.EntryCheckPage:
    rows = await reading.check_page(
        session,
        principal.scope(READ),
        check=check,
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.EntryCheck.model_validate(row) for row in rows]
    return schemas.EntryCheckPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{check_id}", summary="查看录入检查")
async def get_entry_check(
    check_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.EntryCheck:
    row = await reading.check(session, check_id, principal.scope(READ))
    return set_etag(response, schemas.EntryCheck.model_validate(row))


@router.get("/{check_id}/lines", summary="检查所列的录入")
async def list_entry_check_lines(
    check_id: UUID, principal: Reader, session: SessionDep, page: Paging
) -> schemas.EntryCheckLinePage:
    rows = await reading.check_lines(
        session,
        check_id,
        principal.scope(READ),
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.EntryCheckLine.model_validate(row) for row in rows]
    return schemas.EntryCheckLinePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/{check_id}/look", summary="核对所列录入；全部核对后完成检查")
async def look_entry_check(
    request: Request, check_id: UUID, body: schemas.EntryCheckLook, door: Looker, response: Response
) -> schemas.EntryCheck:
    async def show() -> schemas.EntryCheck:
        row = await reading.check(door.session, check_id, door.principal.scope(READ))
        return schemas.EntryCheck.model_validate(row)

    return await take(
        request,
        door,
        response,
        check_id,
        lambda call: checking.look(call, check_id, body.seen(), is_done=body.is_done),
        show,
    )
