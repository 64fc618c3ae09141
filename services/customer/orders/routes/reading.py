"""The doors of intake and of reading orders."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.orders import schemas
from services.customer.orders.routes.doors import desk_of
from services.customer.orders.rules.states import OrderState, Queue
from services.customer.orders.rules.taken import OrderFilter
from services.customer.orders.service import opening, reading
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/orders", tags=["orders"])

READ = reading.READ
Reader = Annotated[Principal, requires(READ)]
Opener = Annotated[Principal, requires("order.open")]
Contacter = Annotated[Principal, requires("order.contact")]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="受理工单")
async def create_order(
    request: Request,
    body: schemas.OrderCreate,
    principal: Opener,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ServiceOrder:
    desk, order_id = desk_of(request), new_id()
    replay = await once.claim(session, resource_id=order_id, now=now)
    if replay is None:
        taken = body.taken(principal.company, owner_id=principal.staff_id)
        await opening.open_order(session, desk, taken, actor=principal.actor, now=now, order_id=order_id)
    scope = RowScope.everything(principal.company)
    shown = await reading.shown(session, desk, replay.resource_id if replay else order_id, scope, now=now)
    return created(response, f"/v1/orders/{shown.row.id}", schemas.ServiceOrder.of(shown), replay=replay)


@router.get("", summary="工单列表；queue=dispatch 为待派工单，抢修在先，再按时限、级别")
async def list_orders(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    queue: Annotated[Queue | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    premises_id: Annotated[UUID | Optional, Query()] = None,
    state: Annotated[OrderState | Optional, Query()] = None,
    work: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    number: Annotated[str | Optional, Query(max_length=40)] = None,
    origin_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.OrderPage:
    wanted = OrderFilter(customer_id, premises_id, state, work, team, number, origin_id)
    rows = await reading.page(session, principal.scope(READ), wanted, queue=queue, after=page.after, limit=page.fetch)
    cut = page.cut(rows, key=lambda row: reading.position(row, queue))
    entries = [schemas.OrderEntry.model_validate(row) for row in cut["items"]]
    return schemas.OrderPage(items=entries, next_cursor=cut["next_cursor"])


@router.get("/{order_id}", summary="查看工单")
async def get_order(
    request: Request, order_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.ServiceOrder:
    shown = await reading.shown(session, desk_of(request), order_id, principal.scope(READ), now=now)
    return set_etag(response, schemas.ServiceOrder.of(shown))


@router.get("/{order_id}/steps", summary="工单办理过程")
async def list_order_steps(order_id: UUID, principal: Reader, session: SessionDep) -> schemas.OrderActs:
    rows = await reading.acts(session, order_id, principal.scope(READ))
    return schemas.OrderActs(items=[schemas.OrderAct.model_validate(row) for row in rows])


@router.post("/{order_id}/contact", summary="取得客户电话的查看授权")
async def contact_order_customer(
    request: Request,
    order_id: UUID,
    body: schemas.OrderContactReason,
    principal: Contacter,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.OrderContactGrant:
    await once.claim(session, resource_id=order_id, version=None, status=200, now=now)
    grant, customer_id = await reading.contact(
        session,
        request.app.state.runtime.grant_signer,
        order_id,
        principal.scope("order.contact"),
        reason=body.reason,
        principal=principal,
        now=now,
    )
    return schemas.OrderContactGrant(grant=grant, customer_id=customer_id)
