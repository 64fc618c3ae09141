"""The doors of notices (通知单)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.customer.contacts.routes.door import Optional, desk_of, step
from services.customer.contacts.rules import NoticeState
from services.customer.contacts.schemas import desk as schemas
from services.customer.contacts.service import noticing
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/customer-notices", tags=["customer-notices"])

WRITE = "notice_slip.write"
Reader = Annotated[Principal, requires(noticing.READ)]
Writer = Annotated[Principal, requires(WRITE)]
WriterStep = Annotated[StepDoor, step_door(WRITE)]


@router.post("", status_code=201, summary="签发通知单")
async def create_customer_notice(
    request: Request,
    body: schemas.CustomerNoticeCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.CustomerNotice:
    desk = await desk_of(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await noticing.issue(desk, row_id, body.entry())
    else:
        row = await noticing.read(desk, replay.resource_id)
    shown = schemas.CustomerNotice.model_validate(row)
    return created(response, f"/v1/customer-notices/{row.id}", shown, replay=replay)


@router.get("", summary="通知单列表")
async def list_customer_notices(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    state: Annotated[NoticeState | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.CustomerNoticePage:
    rows = await noticing.page(
        await desk_of(request, principal, session, now, noticing.READ),
        state=state.value if state else None,
        customer_id=customer_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.CustomerNotice.model_validate(row) for row in rows]
    return schemas.CustomerNoticePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{notice_id}", summary="查看通知单")
async def get_customer_notice(
    request: Request, notice_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.CustomerNotice:
    desk = await desk_of(request, principal, session, now, noticing.READ)
    return set_etag(response, schemas.CustomerNotice.model_validate(await noticing.read(desk, notice_id)))


@router.post("/{notice_id}/deliver", summary="登记送达")
async def deliver_customer_notice(
    request: Request, notice_id: UUID, body: schemas.CustomerNoticeDeliver, door: WriterStep, response: Response
) -> schemas.CustomerNotice:
    desk, replay = await step(
        request,
        door,
        notice_id,
        lambda d: noticing.deliver(
            d,
            notice_id,
            delivery=body.delivery,
            file_id=body.file_id,
            occurred_at=body.occurred_at,
            expected=door.expected_version,
        ),
    )
    shown = schemas.CustomerNotice.model_validate(await noticing.read(desk, notice_id))
    return changed(response, shown, replay=replay)


@router.post("/{notice_id}/withdraw", summary="撤回通知单")
async def withdraw_customer_notice(
    request: Request, notice_id: UUID, body: schemas.CustomerNoticeWithdraw, door: WriterStep, response: Response
) -> schemas.CustomerNotice:
    desk, replay = await step(
        request,
        door,
        notice_id,
        lambda d: noticing.withdraw(d, notice_id, body.reason, expected=door.expected_version),
    )
    shown = schemas.CustomerNotice.model_validate(await noticing.read(desk, notice_id))
    return changed(response, shown, replay=replay)
