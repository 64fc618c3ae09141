"""Events of other services: one function per event, calling the same use cases as HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.facts.service import learning
from services.inspection.findings.service.entry_errors import raise_entry_errors
from shared.access.staff import apply_staff_changed
from shared.contracts.callback import CallbackCompleted
from shared.contracts.complaint import (
    ComplaintClosed,
    ComplaintFact,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRetiered,
    ComplaintTransferred,
)
from shared.contracts.customer import CustomerOrderCompleted
from shared.contracts.entry import EntryErrorsConfirmed
from shared.contracts.incentive import StaffChanged
from shared.contracts.sla import ClockBreached, ClockBreachRetracted
from shared.events.envelope import Event
from shared.events.inbox import Handler


def handlers(desk: InspectionDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock: one group a feature."""

    async def on_entry_errors(session: AsyncSession, event: Event) -> None:
        """Confirmed errors of entry: a fact to count, and a finding of a data-entry inspection."""
        if isinstance(event.payload, EntryErrorsConfirmed):
            await learning.learn_entry(session, event, event.payload)
            await raise_entry_errors(session, desk, event, event.payload, now=now())

    return {StaffChanged.TYPE: on_staff_changed, **FACTS, EntryErrorsConfirmed.TYPE: on_entry_errors}


async def on_staff_changed(session: AsyncSession, event: Event) -> None:
    """Keep the staff projection: rights, row scope, ladders and four eyes read it."""
    if isinstance(event.payload, StaffChanged):
        await apply_staff_changed(
            session, company=event.company, version=event.aggregate_version, payload=event.payload
        )


async def on_case(session: AsyncSession, event: Event) -> None:
    """A case as inspections sample it."""
    if isinstance(event.payload, ComplaintFact):
        await learning.learn_case(session, event, event.payload)


async def on_order_completed(session: AsyncSession, event: Event) -> None:
    """A service order as inspections sample it."""
    if isinstance(event.payload, CustomerOrderCompleted):
        await learning.learn_order(session, event, event.payload)


async def on_callback_completed(session: AsyncSession, event: Event) -> None:
    """A call, and what the customer said of the work."""
    if isinstance(event.payload, CallbackCompleted):
        await learning.learn_call(session, event, event.payload)


async def on_breached(session: AsyncSession, event: Event) -> None:
    """A broken promise."""
    if isinstance(event.payload, ClockBreached):
        await learning.learn_breach(session, event, event.payload)


async def on_breach_retracted(session: AsyncSession, event: Event) -> None:
    """A breach that was none."""
    if isinstance(event.payload, ClockBreachRetracted):
        await learning.learn_retraction(session, event, event.payload)


CASE_FACTS = (
    ComplaintOpened,
    ComplaintTransferred,
    ComplaintRetiered,
    ComplaintResolved,
    ComplaintClosed,
    ComplaintReopened,
)
FACTS: Mapping[str, Handler] = {
    **{kind.TYPE: on_case for kind in CASE_FACTS},
    CustomerOrderCompleted.TYPE: on_order_completed,
    CallbackCompleted.TYPE: on_callback_completed,
    ClockBreached.TYPE: on_breached,
    ClockBreachRetracted.TYPE: on_breach_retracted,
}
"""What inspections sample and summaries count."""
