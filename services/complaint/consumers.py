"""Events of other services, through the same use cases as HTTP: one function per event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service import standing
from services.complaint.cases.service.governing import Governances
from services.complaint.indicators.service import callbacks
from shared.access.staff import apply_staff_changed
from shared.contracts.callback import CallbackCompleted
from shared.contracts.customer import (
    CustomerMerged,
    CustomerRegistered,
    CustomerState,
    CustomerTierChanged,
    CustomerUpdated,
)
from shared.contracts.incentive import StaffChanged
from shared.events.envelope import Event
from shared.events.inbox import BulkHandler, Handler


def handlers(governances: Governances, now: Callable[[], datetime]) -> Mapping[str, Handler]:
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

    async def on_customer_merged(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerMerged):
            await standing.learn_alias(session, event.company, event.aggregate_version, event.payload)

    return {
        CustomerRegistered.TYPE: on_customer_known,
        CustomerUpdated.TYPE: on_customer_known,
        CustomerTierChanged.TYPE: on_customer_tier_changed,
        CustomerMerged.TYPE: on_customer_merged,
        StaffChanged.TYPE: on_staff_changed,
        CallbackCompleted.TYPE: on_callback_completed,
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
