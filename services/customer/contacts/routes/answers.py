"""The doors of standard answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.customer.contacts.routes.door import Optional, desk_of, step
from services.customer.contacts.rules import AnswerState
from services.customer.contacts.schemas import desk as schemas
from services.customer.contacts.service import answering
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/standard-answers", tags=["standard-answers"])

READ, WRITE = "standard_answer.read", "standard_answer.write"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires(WRITE)]
User = Annotated[Principal, requires("contact.write")]
ApproverStep = Annotated[StepDoor, step_door("standard_answer.approve")]


@router.post("", status_code=201, summary="起草标准答复")
async def create_standard_answer(
    request: Request,
    body: schemas.StandardAnswerCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.StandardAnswer:
    desk = await desk_of(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await answering.draft(desk, row_id, body.code, body.content())
    else:
        row = await answering.read(desk, replay.resource_id)
    return created(response, f"/v1/standard-answers/{row.id}", schemas.StandardAnswer.of(row), replay=replay)


@router.get("", summary="检索标准答复")
async def list_standard_answers(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    q: Annotated[str | Optional, Query(max_length=100, description="问题或答复中的字句")] = None,
    topic: Annotated[str | Optional, Query(max_length=40)] = None,
    state: Annotated[AnswerState | Optional, Query()] = None,
    is_in_force: Annotated[bool, Query(description="只看今日可用的")] = False,
) -> schemas.StandardAnswerPage:
    rows = await answering.page(
        await desk_of(request, principal, session, now, READ),
        q=q,
        topic=topic,
        state=state.value if state else None,
        is_in_force=is_in_force,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.StandardAnswer.of(row) for row in rows]
    return schemas.StandardAnswerPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{answer_id}", summary="查看标准答复")
async def get_standard_answer(
    request: Request, answer_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.StandardAnswer:
    desk = await desk_of(request, principal, session, now, READ)
    return set_etag(response, schemas.StandardAnswer.of(await answering.read(desk, answer_id)))


@router.patch("/{answer_id}", summary="修改草稿")
async def update_standard_answer(
    request: Request,
    answer_id: UUID,
    body: schemas.StandardAnswerUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.StandardAnswer:
    desk = await desk_of(request, principal, session, now, WRITE)
    row = await answering.redraft(desk, answer_id, body.content(), expected=if_match)
    return changed(response, schemas.StandardAnswer.of(row))


@router.post("/{answer_id}/approve", summary="批准标准答复")
async def approve_standard_answer(
    request: Request, answer_id: UUID, _: schemas.StandardAnswerApprove, door: ApproverStep, response: Response
) -> schemas.StandardAnswer:
    desk, replay = await step(
        request, door, answer_id, lambda d: answering.approve(d, answer_id, expected=door.expected_version)
    )
    row = await answering.read(desk, answer_id)
    return changed(response, schemas.StandardAnswer.of(row), replay=replay)


@router.post("/{answer_id}/retire", summary="停用标准答复")
async def retire_standard_answer(
    request: Request, answer_id: UUID, _: schemas.StandardAnswerRetire, door: ApproverStep, response: Response
) -> schemas.StandardAnswer:
    desk, replay = await step(
        request, door, answer_id, lambda d: answering.retire(d, answer_id, expected=door.expected_version)
    )
    row = await answering.read(desk, answer_id)
    return changed(response, schemas.StandardAnswer.of(row), replay=replay)


@router.post("/{answer_id}/use", summary="登记所用的标准答复")
async def use_standard_answer(
    request: Request,
    answer_id: UUID,
    body: schemas.StandardAnswerUse,
    principal: User,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.StandardAnswer:
    desk = await desk_of(request, principal, session, now, "contact.write")
    replay = await once.claim(session, resource_id=answer_id, version=None, status=200, now=now)
    if replay is None:
        await answering.use(desk, answer_id, body.contact_id)
    row = await answering.read(desk, answer_id)
    return changed(response, schemas.StandardAnswer.of(row), replay=replay)
