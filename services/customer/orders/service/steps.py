"""Every step of an order after its intake: guard, state, clocks, act, audit, fact – in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders import events
from services.customer.orders.errors import PostMissingError, StaffUnknownError
from services.customer.orders.models import OrderActRow, ServiceOrderRow
from services.customer.orders.repository import orders as repository
from services.customer.orders.rules.posts import Demand, HoldersOf
from services.customer.orders.rules.states import STOPS, Moment, OrderAct, OrderState, check, moment_of
from services.customer.orders.service import clocks
from services.customer.orders.service.desk import OrderDesk, holders_of
from services.customer.orders.service.governing import OrderGoverning
from services.customer.policy_orders import OrderStart
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.orders import OrderFact, OrderUpdated
from shared.errors import StaleError
from shared.events import outbox
from shared.events.fact import Fact
from shared.ids import new_id
from shared.sla.book import ClockBook


@dataclass(frozen=True, slots=True)
class OrderCall:
    """Who works on which order, from which version on, with which rights."""

    session: AsyncSession
    desk: OrderDesk
    principal: Principal
    scope: RowScope
    order_id: UUID
    expected_version: int
    now: datetime


class OrderStep:
    """One step under way: the locked order, the revision that governs it, the moment that is judged, the staff."""

    def __init__(
        self,
        call: OrderCall,
        row: ServiceOrderRow,
        act: OrderAct,
        governing: OrderGoverning,
        moment: Moment,
        staff: StaffBook,
    ) -> None:
        self.call = call
        self.row = row
        self.act = act
        self.governing = governing
        self.moment = moment
        self.staff = staff
        self.from_state = row.state
        self.book: ClockBook = clocks.book_of(call.session, governing, call.now)

    @classmethod
    async def take(cls, call: OrderCall, act: OrderAct, *, occurred_at: datetime | None = None) -> "OrderStep":
        """Lock the order and guard the step: scope, version, state, time.

        Raises: OrderNotFoundError, StaleError, OrderStepNotAllowedError, OccurredInFutureError,
        OccurredBeforeOrderError.
        """
        row = await repository.get(call.session, call.order_id, call.scope, lock=True)
        if row.version != call.expected_version:
            raise StaleError("工单已被他人修改，请重新读取后再操作。", params={"version": row.version})
        governing = await call.desk.governances.of_order(call.session, row)
        moment = moment_of(
            occurred_at,
            now=call.now,
            since=row.requested_at,
            window_minutes=governing.chapter.orders.occurred_within_minutes,
        )
        step = cls(call, row, act, governing, moment, await call.desk.staff.current())
        row.state = check(act, OrderState(row.state)).value
        return step

    @property
    def actor(self) -> str:
        """Who acts."""
        return self.call.principal.actor

    @property
    def holders(self) -> HoldersOf:
        """Who acts in a post today."""
        return holders_of(self.staff, self.row.company, self.call.now)

    def ensure_staff(self, pointer: str, staff_ids: Sequence[UUID]) -> None:
        """Everybody named works here.  Raises: StaffUnknownError."""
        for staff_id in staff_ids:
            member = self.staff.get(staff_id)
            if member is None or not member.is_active or member.company != self.row.company:
                raise StaffUnknownError.at_pointer(pointer)

    def ensure_posts(self, demands: Sequence[Demand], present: Sequence[UUID], *, pointer: str) -> None:
        """Everybody who must be there is.  Raises: PostMissingError naming the missing posts."""
        missing = [post for demand in demands for post in demand.missing(present, self.holders)]
        if missing:
            posts = list(dict.fromkeys(missing))
            raise PostMissingError.of(pointer, posts, self.governing.post_names(posts))

    async def answer(self) -> None:
        """Stop what this act answers, judged by when it happened (sla.md 10)."""
        for metric in STOPS.get(self.act, ()):
            await self.stop(metric.value)

    async def stop(self, metric: str) -> None:
        """Stop one metric's clocks; nothing where none is open."""
        at = self.moment.judged_at
        await self.book.stop(clocks.subject_of(self.row), metric, occurred_at=at, actor=self.actor)

    async def run_from(self, start: OrderStart) -> None:
        """Start the promises that run from this moment."""
        await clocks.run_from(self.book, self.row, self.governing, start, self.moment.judged_at)

    async def finish(
        self,
        kind: type[OrderFact] = OrderUpdated,
        *,
        note: str | None = None,
        said: dict[str, Any] | None = None,
        fact: Callable[[], Fact] | None = None,
        **told: Any,
    ) -> ServiceOrderRow:
        """Write the act and the audit row, rank the order anew, publish the fact; answers the order."""
        call, row = self.call, self.row
        await clocks.settle_rank(self.book, row, self.governing)
        row.version, row.updated_at = row.version + 1, call.now
        call.session.add(
            OrderActRow(
                id=new_id(),
                company=row.company,
                order_id=row.id,
                act=self.act.value,
                at=self.moment.occurred_at,
                recorded_at=call.now,
                actor=self.actor,
                from_state=self.from_state,
                to_state=row.state,
                reason=note,
                said=said or {},
            )
        )
        await call.session.flush()
        await record(
            call.session,
            company=row.company,
            action=f"{self.act.value}_order",
            at=call.now,
            resource_type="order",
            resource_id=row.id,
            detail={"version": row.version, "state": row.state, **(said or {})},
        )
        if kind is OrderUpdated:
            told = {"act": self.act.value}
        at = self.moment.occurred_at
        await outbox.add(call.session, fact() if fact else events.of_order(row, kind, call.now, at=at, **told))
        return row
