"""What the doors of all steps share: the desk, the call, the key taken before the step."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from services.customer.orders import schemas
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.service import reading
from services.customer.orders.service.desk import OrderDesk
from services.customer.orders.service.steps import OrderCall
from shared.access.scope import RowScope
from shared.http.etag import changed
from shared.http.step_door import StepDoor

StepOf = Callable[[OrderCall], Awaitable[ServiceOrderRow]]


def desk_of(request: Request) -> OrderDesk:
    """The desk of this process."""
    state = request.app.state
    desk: OrderDesk | None = getattr(state, "order_desk", None)
    if desk is None:
        runtime = state.runtime
        desk = state.order_desk = OrderDesk.of(runtime.policy, runtime.calendars, runtime.staff, runtime.grant_signer)
    return desk


async def take(
    request: Request, door: StepDoor, order_id: UUID, response: Response, step: StepOf
) -> schemas.ServiceOrder:
    """Take the step once, and answer it to whoever took it, wherever the order lies after it."""
    desk, scope = desk_of(request), door.principal.scope(door.permission)
    replay = await door.claim(order_id)
    if replay is None:
        call = OrderCall(door.session, desk, door.principal, scope, order_id, door.expected_version, door.now)
        await step(call)
        scope = RowScope.everything(*scope.companies)
    shown = await reading.shown(door.session, desk, order_id, scope, now=door.now)
    return changed(response, schemas.ServiceOrder.of(shown), replay=replay)
