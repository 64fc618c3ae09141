"""The doors of training after errors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import call_of, make
from services.customer.entry_quality.schemas import rights as schemas
from services.customer.entry_quality.service import reading, rights
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

PATH = "/v1/entry-trainings"
router = APIRouter(prefix=PATH, tags=["entry_quality"])

READ, WRITE = "entry_finding.read", "entry_training.write"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires(WRITE)]


@router.post("", status_code=201, summary="登记录入培训")
async def create_entry_training(
    request: Request,
    body: schemas.EntryTrainingCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.EntryTraining:
    call = await call_of(request, principal, WRITE, session, now)
    training_id = new_id()

    async def show(shown_id: UUID) -> schemas.EntryTraining:
        return schemas.EntryTraining.model_validate(await reading.training(session, shown_id))

    shown: schemas.EntryTraining = await make(
        call,
        once,
        response,
        PATH,
        training_id,
        lambda asked: rights.record_training(asked, training_id, body.training()),
        show,
    )
    return shown


@router.get("", summary="录入培训列表")
async def list_entry_trainings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    operator_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
) -> schemas.EntryTrainingPage:
    rows = await reading.training_page(
        session,
        principal.scope(READ),
        operator_id=operator_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.EntryTraining.model_validate(row) for row in rows]
    return schemas.EntryTrainingPage(**page.cut(shown, key=lambda one: (one.id,)))
