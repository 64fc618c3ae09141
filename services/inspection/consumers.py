"""Events of other services: one function per event, calling the same use cases as HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.facts.service import learning
from services.inspection.improvement.service import learning as improvement_learning
from services.inspection.inspections.service.entry_checks import record_entry_errors
from services.inspection.notices.service import following as notices_following
from services.inspection.notices.service.drafting import draft
from shared.access.staff import apply_staff_changed
from shared.contracts.callback import CallbackCompleted
from shared.contracts.callback_surveys import SurveyClosed
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
from shared.contracts.finding import FindingFact
from shared.contracts.incentive import StaffChanged
from shared.contracts.inspection_findings import (
    InspectionFindingConfirmed,
    InspectionFindingOverturned,
    InspectionFindingRevised,
)
from shared.contracts.sla import ClockBreached, ClockBreachRetracted, ClockRecalendared
from shared.events.envelope import Event
from shared.events.inbox import Handler

OWN = "/inspection"
"""The source of the own facts, which the service hears too (docs/adr/0019)."""


def handlers(desk: InspectionDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock: one group a feature."""

    async def on_entry_errors(session: AsyncSession, event: Event) -> None:
        """Confirmed errors of entry: a fact to count, and a finding of a data-entry inspection."""
        if isinstance(event.payload, EntryErrorsConfirmed):
            await learning.learn_entry(session, event, event.payload)
            await record_entry_errors(session, desk, event, event.payload, now=now())

    return {
        StaffChanged.TYPE: on_staff_changed,
        **FACTS,
        EntryErrorsConfirmed.TYPE: on_entry_errors,
        **_findings(desk, now),
        **_clocks(desk, now),
        **_improvement(desk, now),
    }


def _findings(desk: InspectionDesk, now: Callable[[], datetime]) -> dict[str, Handler]:
    """What own facts about findings do to rectification notices (docs/adr/0019)."""

    async def on_finding_confirmed(session: AsyncSession, event: Event) -> None:
        """A finding that is mended by notice: its notice is drafted."""
        if isinstance(event.payload, InspectionFindingConfirmed):
            await draft(session, desk, event.company, event.payload.finding_id, now=now())
            await improvement_learning.learn_finding(session, desk, event, event.payload, now=now())

    async def on_finding_overturned(session: AsyncSession, event: Event) -> None:
        """A finding fell: it leaves its notices."""
        if isinstance(event.payload, InspectionFindingOverturned):
            await notices_following.finding_fell(session, desk, event.company, event.payload.finding_id, now=now())
            await improvement_learning.learn_finding(session, desk, event, event.payload, now=now())

    async def on_finding_revised(session: AsyncSession, event: Event) -> None:
        """A finding weighs less: so may its notices."""
        if isinstance(event.payload, InspectionFindingRevised):
            await notices_following.finding_revised(session, desk, event.company, event.payload.finding_id, now=now())

    return {
        InspectionFindingConfirmed.TYPE: on_finding_confirmed,
        InspectionFindingOverturned.TYPE: on_finding_overturned,
        InspectionFindingRevised.TYPE: on_finding_revised,
    }


def _clocks(desk: InspectionDesk, now: Callable[[], datetime]) -> dict[str, Handler]:
    """What clocks do to facts and rectification notices."""

    async def on_clock_breached(session: AsyncSession, event: Event) -> None:
        """A broken promise: of the own ones, a missed deadline of a notice."""
        await on_breached(session, event)
        if isinstance(event.payload, ClockBreached) and event.source == OWN:
            await notices_following.clock_broke(session, desk, event.company, event.payload, now=now())

    async def on_recalendared(session: AsyncSession, event: Event) -> None:
        """The calendar changed under an own clock."""
        if isinstance(event.payload, ClockRecalendared) and event.source == OWN:
            await notices_following.clock_counted_anew(session, desk, event.company, event.payload, now=now())

    return {ClockBreached.TYPE: on_clock_breached, ClockRecalendared.TYPE: on_recalendared}


def _improvement(desk: InspectionDesk, now: Callable[[], datetime]) -> dict[str, Handler]:
    """What findings on complaints and closed surveys suggest."""

    async def on_complaint_finding(session: AsyncSession, event: Event) -> None:
        """A finding on a complaint counts, or counts no more."""
        if isinstance(event.payload, FindingFact):
            await improvement_learning.learn_complaint(session, desk, event, event.payload, now=now())

    async def on_survey_closed(session: AsyncSession, event: Event) -> None:
        """A survey's results are frozen."""
        if isinstance(event.payload, SurveyClosed):
            await improvement_learning.learn_survey(session, desk, event, event.payload, now=now())

    heard = {kind.TYPE: on_complaint_finding for kind in improvement_learning.COMPLAINT_FINDINGS}
    return {**heard, SurveyClosed.TYPE: on_survey_closed}


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
    """A broken promise to a customer; those of the inspections themselves are no work that is inspected."""
    if isinstance(event.payload, ClockBreached) and event.source != OWN:
        await learning.learn_breach(session, event, event.payload)


async def on_breach_retracted(session: AsyncSession, event: Event) -> None:
    """A breach that was none."""
    if isinstance(event.payload, ClockBreachRetracted) and event.source != OWN:
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
