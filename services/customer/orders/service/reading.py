"""Reading orders: one with its clocks and acts, lists, the queue of dispatch; the customer's contact by grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.errors import NoCustomerError
from services.customer.orders.models import OrderActRow, ServiceOrderRow
from services.customer.orders.repository import listing
from services.customer.orders.repository import orders as repository
from services.customer.orders.rules import posts
from services.customer.orders.rules.states import BEFORE_COMPLETION, Queue, passed_stages
from services.customer.orders.rules.taken import OrderFilter
from services.customer.orders.service import clocks
from services.customer.orders.service.desk import OrderDesk
from services.customer.orders.service.finishing import times_of
from services.customer.orders.service.governing import OrderGoverning
from shared.access.grants import GrantSigner
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.sla.views import ClockView

READ = "order.read"
PHONE_FIELD = "phone"


@dataclass(frozen=True, slots=True)
class Demands:
    """What the promises ask of people and of the work."""

    performed_by: list[str]
    led_by: list[str]
    arranged_by: list[str]
    to_be_done: list[str]
    stages_left: list[str]


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as it is answered."""

    row: ServiceOrderRow
    clocks: list[ClockView]
    demands: Demands


async def get(session: AsyncSession, order_id: UUID, scope: RowScope) -> ServiceOrderRow:
    """One order of the scope.  Raises: OrderNotFoundError."""
    return await repository.get(session, order_id, scope)


async def ensure_readable(session: AsyncSession, principal: Principal, order_id: UUID) -> None:
    """Whether the person may read the order and its clocks.  Raises: OrderNotFoundError."""
    await repository.get(session, order_id, principal.scope(READ))


async def shown(
    session: AsyncSession, desk: OrderDesk, order_id: UUID, scope: RowScope, *, now: datetime
) -> ShownOrder:
    """One order with its clocks and what its promises ask.  Raises: OrderNotFoundError."""
    row = await repository.get(session, order_id, scope)
    governing = await desk.governances.of_order(session, row)
    views = await clocks.book_of(session, governing, now).clocks(clocks.SUBJECT, row.id)
    return ShownOrder(row, list(views), demands_of(row, governing))


def demands_of(row: ServiceOrderRow, governing: OrderGoverning) -> Demands:
    """What is still asked for this order."""
    commitments = governing.commitments(row)
    helpers = governing.chapter.orders.crews.emergency_posts if row.is_emergency_crew else ()
    performed = posts.performing(governing.work(row).performed_by, commitments, substitutes=helpers)
    passed = passed_stages(times_of(row))
    return Demands(
        performed_by=list(dict.fromkeys(post for one in performed for post in one.any_of)),
        led_by=list(posts.attending(commitments)),
        arranged_by=list(posts.arranging(commitments)),
        to_be_done=list(posts.to_be_done(commitments)),
        stages_left=[stage.value for stage in governing.stages(row) if stage not in passed],
    )


async def acts(session: AsyncSession, order_id: UUID, scope: RowScope) -> Sequence[OrderActRow]:
    """What was done to an order.  Raises: OrderNotFoundError."""
    await repository.get(session, order_id, scope)
    return await repository.acts(session, order_id)


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: OrderFilter,
    *,
    queue: Queue | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[ServiceOrderRow]:
    """Orders of the scope: newest first, or in the order in which to dispatch them."""
    if queue is Queue.DISPATCH:
        return await listing.to_dispatch(session, scope, wanted, after=after, limit=limit)
    return await listing.newest(session, scope, wanted, before=after[0] if after else None, limit=limit)


def position(row: ServiceOrderRow, queue: Queue | None) -> tuple[Any, ...]:
    """Where a row stands in its list, for the next page."""
    if queue is None:
        return (row.id,)
    rank = None if row.rank_at is None else row.rank_at.isoformat()
    return (row.is_emergency, rank, row.priority_rank, row.tier_rank, row.id)


async def contact(
    session: AsyncSession,
    signer: GrantSigner,
    order_id: UUID,
    scope: RowScope,
    *,
    reason: str,
    principal: Principal,
    now: datetime,
) -> tuple[str, UUID]:
    """A grant for the customer's telephone, while the order is open; audited.  Raises: NoCustomerError."""
    row = await repository.get(session, order_id, scope)
    if row.customer_id is None or row.state not in {state.value for state in BEFORE_COMPLETION}:
        raise NoCustomerError("工单没有客户，或已完工。")
    await record(
        session,
        company=row.company,
        action="reveal_order_contact",
        at=now,
        resource_type="order",
        resource_id=row.id,
        reason=reason,
    )
    grant = signer.issue(
        company=row.company,
        customer_id=row.customer_id,
        staff_id=principal.staff_id,
        field=PHONE_FIELD,
        purpose=f"order:{row.id}",
    )
    return grant, row.customer_id
