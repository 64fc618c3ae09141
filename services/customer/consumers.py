"""Events of other services, and the own facts that a later step follows from: one function per event."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service.figures import keep_complaint
from services.customer.entry_quality.service import reported
from services.customer.entry_quality.service.quality import Qualities
from services.customer.orders.service import authorising
from services.customer.orders.service.desk import OrderDesk
from services.customer.plans.service import days
from services.customer.plans.service.work import PlanWork
from services.customer.tiering.service import eventing
from shared.access.staff import apply_staff_changed
from shared.contracts.authority import AuthorityOrderNeeded
from shared.contracts.calls import CallbackWrongNumberFound
from shared.contracts.complaint import (
    ComplaintClosed,
    ComplaintCustomerLinked,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
)
from shared.contracts.customer import CustomerTierChanged, CustomerUpdated
from shared.contracts.incentive import StaffChanged
from shared.events.envelope import Event
from shared.events.inbox import BulkHandler, Handler
from shared.runtime.runtime import Runtime

COMPLAINT_FACTS = (
    *(ComplaintOpened.TYPE, ComplaintCustomerLinked.TYPE, ComplaintResolved.TYPE),
    *(ComplaintClosed.TYPE, ComplaintReopened.TYPE),
)
"""What is kept of complaints: that there is one, whose it is, and where it stands."""


def handlers() -> Mapping[str, Handler]:
    """The handlers by event type."""
    return {StaffChanged.TYPE: on_staff_changed, **dict.fromkeys(COMPLAINT_FACTS, on_complaint)}


async def on_staff_changed(session: AsyncSession, event: Event) -> None:
    """Keep the staff projection: rights, row scope, ladders and four eyes read it."""
    if isinstance(event.payload, StaffChanged):
        await apply_staff_changed(
            session, company=event.company, version=event.aggregate_version, payload=event.payload
        )


def order_handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """What opens service orders, bound to this process."""
    desk = OrderDesk.of(runtime.policy, runtime.calendars, runtime.staff)

    async def on_authority_order_needed(session: AsyncSession, event: Event) -> None:
        """The use of an authority needs work: an order with its limit."""
        if isinstance(event.payload, AuthorityOrderNeeded):
            await authorising.on_order_needed(
                session,
                desk,
                event.company,
                event.payload,
                matter_id=event.matter_id,
                actor="system:orders",
                now=runtime.clock.now(),
            )

    return {AuthorityOrderNeeded.TYPE: on_authority_order_needed}


async def on_complaint(session: AsyncSession, event: Event) -> None:
    """A complaint on the same matter undoes `first contact resolved`, and stands in the customer's timeline."""
    await keep_complaint(session, event)


def call_handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """What callbacks came upon, bound to this process."""
    qualities = Qualities(runtime.policy, runtime.calendars)

    async def on_wrong_number(session: AsyncSession, event: Event) -> None:
        """The number in the registry is not the customer's: an error of entry."""
        if isinstance(event.payload, CallbackWrongNumberFound):
            await reported.hear_wrong_number(
                session,
                qualities.in_force(event.company, runtime.clock.now()),
                await runtime.staff.current(),
                event.company,
                event.payload,
                now=runtime.clock.now(),
            )

    return {CallbackWrongNumberFound.TYPE: on_wrong_number}


def own_handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """What follows from the own facts, bound to this process."""

    async def on_tier_changed(session: AsyncSession, event: Event) -> None:
        """A tier without individual plans ends the customer's plan."""
        if isinstance(event.payload, CustomerTierChanged):
            now = runtime.clock.now()
            work = PlanWork(session, runtime.policy.policy(event.company, now), runtime.calendars, now)
            await days.end_lost(work, customer_id=event.payload.customer_id)

    async def on_customer_updated(session: AsyncSession, event: Event) -> None:
        await _judge_changed(runtime, session, [event])

    return {CustomerTierChanged.TYPE: on_tier_changed, CustomerUpdated.TYPE: on_customer_updated}


def own_bulk_handlers(runtime: Runtime) -> Mapping[str, BulkHandler]:
    """Changed customers are judged anew together: an import changes thousands."""

    async def on_customers_updated(session: AsyncSession, events: Sequence[Event]) -> None:
        await _judge_changed(runtime, session, events)

    return {CustomerUpdated.TYPE: on_customers_updated}


async def _judge_changed(runtime: Runtime, session: AsyncSession, events: Sequence[Event]) -> None:
    """Capacity raised, a tag set, a score changed: the rules may say another tier, proposed for review."""
    now = runtime.clock.now()
    changed: dict[tuple[str, UUID | None], list[UUID]] = {}
    for event in events:
        changed.setdefault((event.company, _staff_id(event.actor)), []).append(event.subject)
    for company, changed_by in sorted(changed, key=str):
        await eventing.judge_changed(
            session,
            runtime.policy.policy(company, now),
            runtime.calendars,
            changed[company, changed_by],
            changed_by=changed_by,
            now=now,
        )


def _staff_id(actor: str | None) -> UUID | None:
    try:
        return UUID(actor or "")
    except ValueError:
        return None
