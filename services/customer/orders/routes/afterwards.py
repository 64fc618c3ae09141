"""The doors of work that was done without an order."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from services.customer.orders import schemas
from services.customer.orders.routes.doors import desk_of
from services.customer.orders.service import authorising, reading
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/orders", tags=["orders"])

Filer = Annotated[Principal, requires("order.file")]


@router.get("/without-order", summary="先做后补、尚未补录工单的授权")
async def list_authority_works(principal: Filer, session: SessionDep, page: Paging) -> schemas.AuthorityWorkPage:
    before = page.after[0] if page.after else None
    rows = await authorising.unfiled(session, (principal.company,), before=before, limit=page.fetch)
    shown = [schemas.AuthorityWork.model_validate(row) for row in rows]
    return schemas.AuthorityWorkPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/filed-afterwards", status_code=201, summary="补录工单")
async def file_order_afterwards(
    request: Request,
    body: schemas.AfterwardsFile,
    principal: Filer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ServiceOrder:
    desk, order_id = desk_of(request), new_id()
    replay = await once.claim(session, resource_id=order_id, version=2, now=now)
    if replay is None:
        await authorising.file_afterwards(session, desk, body.filed(), order_id=order_id, principal=principal, now=now)
    scope = RowScope.everything(principal.company)
    shown = await reading.shown(session, desk, replay.resource_id if replay else order_id, scope, now=now)
    return created(response, f"/v1/orders/{shown.row.id}", schemas.ServiceOrder.of(shown), replay=replay)
