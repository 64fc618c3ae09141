"""Events of other services, through the same use cases as HTTP: one function per event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service import standing
from services.complaint.cases.service.called_back import CallbackCases
from services.complaint.cases.service.governing import Governances
from services.complaint.delegation.service.filing import Filings
from services.complaint.indicators.service import callbacks
from shared.access.staff import apply_staff_changed
from shared.contracts.callback import CallbackCompleted
from shared.contracts.callback_quality import SupervisionComplained
from shared.contracts.calls import CallbackDissatisfied
from shared.contracts.customer import (
    CustomerMerged,
    CustomerRegistered,
    CustomerState,
    CustomerTierChanged,
    CustomerUpdated,
)
from shared.contracts.incentive import StaffChanged
from shared.contracts.inspection_supervisors import ObservationComplained
from shared.contracts.orders import OrderOpened
from shared.contracts.relations import CustomerUnmerged
from shared.events.envelope import Event
from shared.events.inbox import BulkHandler, Handler


def handlers(
    governances: Governances, cases: CallbackCases, filings: Filings, now: Callable[[], datetime]
) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock."""

    async def on_customer_tier_changed(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerTierChanged):
            await standing.learn_tier(
                session,
                event.company,
                event.aggregate_version,
                event.payload,
                governances=governances,
                now=now(),
            )

    async def on_callback_dissatisfied(session: AsyncSession, event: Event) -> None:
        """Reopen the case, or take one in; the customer's words stay with the callback."""
        if isinstance(event.payload, CallbackDissatisfied):
            await cases.hear(session, event.company, event.payload, event.matter_id, now=now())

    async def on_order_opened(session: AsyncSession, event: Event) -> None:
        """An order that an authority needed, or that was filed afterwards: the authorisation names it."""
        if isinstance(event.payload, OrderOpened):
            await filings.hear(session, event.company, event.payload, filed_by=_person(event.actor), now=now())

    return {
        CustomerRegistered.TYPE: on_customer_known,
        CustomerUpdated.TYPE: on_customer_known,
        CustomerTierChanged.TYPE: on_customer_tier_changed,
        CustomerMerged.TYPE: on_customer_merged,
        CustomerUnmerged.TYPE: on_customer_unmerged,
        StaffChanged.TYPE: on_staff_changed,
        CallbackCompleted.TYPE: on_callback_completed,
        CallbackDissatisfied.TYPE: on_callback_dissatisfied,
        SupervisionComplained.TYPE: on_callback_dissatisfied,
        ObservationComplained.TYPE: on_callback_dissatisfied,
        OrderOpened.TYPE: on_order_opened,
    }


def bulk_handlers() -> Mapping[str, BulkHandler]:
    """Types that only feed the projection of customers: a base of 30,000 must be known within seconds."""
    return {CustomerRegistered.TYPE: on_customers_known, CustomerUpdated.TYPE: on_customers_known}


async def on_customers_known(session: AsyncSession, events: Sequence[Event]) -> None:
    """Keep what is said of customers."""
    said = [
        standing.Said(event.company, event.aggregate_version, event.payload)
        for event in events
        if isinstance(event.payload, CustomerState)
    ]
    await standing.learn_customers(session, said)


async def on_customer_merged(session: AsyncSession, event: Event) -> None:
    """Two customers were one: the one that ended is known by the other's name."""
    if isinstance(event.payload, CustomerMerged):
        await standing.learn_alias(session, event.company, event.aggregate_version, event.payload)


async def on_customer_unmerged(session: AsyncSession, event: Event) -> None:
    """A merge was undone: each stands for itself again."""
    if isinstance(event.payload, CustomerUnmerged):
        await standing.forget_alias(session, event.company, event.aggregate_version, event.payload)


async def on_customer_known(session: AsyncSession, event: Event) -> None:
    """The same for one."""
    await on_customers_known(session, [event])


async def on_staff_changed(session: AsyncSession, event: Event) -> None:
    """Keep the staff projection: rights, row scope, ladders and four eyes read it."""
    if isinstance(event.payload, StaffChanged):
        await apply_staff_changed(
            session, company=event.company, version=event.aggregate_version, payload=event.payload
        )


async def on_callback_completed(session: AsyncSession, event: Event) -> None:
    """Keep whether the customer was satisfied with the handling."""
    if isinstance(event.payload, CallbackCompleted):
        await callbacks.learn(session, event.company, event.aggregate_version, event.payload)


def _person(actor: str | None) -> UUID | None:
    """The member of staff behind a fact; None for the system's own."""
    try:
        return UUID(actor or "")
    except ValueError:
        return None
