"""The doors of the keeper's tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import take
from services.customer.entry_quality.rules.states import TaskState
from services.customer.entry_quality.schemas import rights as schemas
from services.customer.entry_quality.service import reading, tasks
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/entry-tasks", tags=["entry_quality"])

READ = "entry_task.read"
Reader = Annotated[Principal, requires(READ)]
Keeper = Annotated[StepDoor, step_door("entry_task.enter")]
Optional = SkipJsonSchema[None]


@router.get("", summary="主数据维护任务列表")
async def list_entry_tasks(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[TaskState | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.EntryTaskPage:
    rows = await reading.task_page(
        session,
        principal.scope(READ),
        state=state,
        customer_id=customer_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.EntryTask.model_validate(row) for row in rows]
    return schemas.EntryTaskPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{task_id}", summary="查看主数据维护任务")
async def get_entry_task(
    task_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.EntryTask:
    row = await reading.task(session, task_id, principal.scope(READ))
    return set_etag(response, schemas.EntryTask.model_validate(row))


@router.post("/{task_id}/enter", summary="主数据已维护")
async def enter_entry_task(
    request: Request, task_id: UUID, body: schemas.EntryTaskEnter, door: Keeper, response: Response
) -> schemas.EntryTask:
    async def show() -> schemas.EntryTask:
        row = await reading.task(door.session, task_id, door.principal.scope(door.permission))
        return schemas.EntryTask.model_validate(row)

    return await take(
        request,
        door,
        response,
        task_id,
        lambda call: tasks.enter(call, task_id, entered_at=body.entered_at, note=body.note),
        show,
    )
