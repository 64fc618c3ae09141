"""Events of other services: one function per event, calling the same use cases as HTTP."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service import keeping, linking, occasions
from services.callback.calls.service.desk import CallDesk
from services.callback.calls.service.drawing import draw
from services.callback.care.service import learning as care
from services.callback.customers import service as customers
from services.callback.entitlements.service import reading as evaluations
from services.callback.messages import service as messages
from services.callback.opinions.service import work as opinions
from services.callback.quality.service import keeping as quality_keeping
from services.callback.supervision.service import reading as supervision
from services.callback.surveys.service import keeping as surveys
from services.callback.visits.service import ending as visits
from services.callback.visits.service import owners as visit_owners
from services.callback.visits.service.desk import VisitDesk
from shared.access.staff import apply_staff_changed
from shared.contracts.complaint import (
    ComplaintAcknowledged,
    ComplaintAgreed,
    ComplaintAssessed,
    ComplaintCallbackJoined,
    ComplaintClosed,
    ComplaintFact,
    ComplaintOpened,
    ComplaintPlanned,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintTransferred,
)
from shared.contracts.customer import (
    CustomerErased,
    CustomerMerged,
    CustomerOrderCompleted,
    CustomerRegistered,
    CustomerState,
    CustomerTierChanged,
    CustomerUpdated,
)
from shared.contracts.dossier import ComplaintMerged, ComplaintUnmerged
from shared.contracts.entry import EntryErrorDismissed, EntryErrorReported, EntryErrorsConfirmed
from shared.contracts.incentive import StaffChanged
from shared.contracts.incentive_proposals import (
    IncentiveConfirmed,
    IncentiveDismissed,
    IncentiveProposalFact,
    IncentiveProposed,
    IncentiveWithdrawn,
)
from shared.contracts.registry import CustomerAccountOpened
from shared.contracts.relations import (
    CustomerMemberChanged,
    CustomerOccasion,
    CustomerOccasionEnded,
    CustomerOccasionSet,
    CustomerServedByChanged,
    CustomerUnmerged,
)
from shared.events.envelope import Event
from shared.events.inbox import BulkHandler, Handler

CASE_STEPS = (
    *(ComplaintAcknowledged, ComplaintAssessed, ComplaintPlanned, ComplaintAgreed, ComplaintResolved),
    *(ComplaintMerged, ComplaintUnmerged),
)
"""Facts by which a case stands otherwise, besides those from which something follows here."""
CONFIRMED = "confirmed"
"""How an error of entry stands that counts."""


def handlers(desk: CallDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock."""
    return {
        CustomerRegistered.TYPE: on_customer_known,
        CustomerUpdated.TYPE: on_customer_known,
        CustomerTierChanged.TYPE: on_customer_tier_changed,
        CustomerMerged.TYPE: on_customer_merged,
        CustomerUnmerged.TYPE: on_customer_unmerged,
        CustomerErased.TYPE: on_customer_erased,
        StaffChanged.TYPE: on_staff_changed,
        **draw_handlers(desk, now),
        **link_handlers(now),
        **care_handlers(desk, now),
        **serving_handlers(desk, now),
    }


def draw_handlers(desk: CallDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Facts from which callbacks are drawn."""

    async def on_order_completed(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerOrderCompleted):
            candidate = occasions.of_order(event.payload, event.id, event.matter_id)
            await draw(session, desk, event.company, candidate, now=now())

    async def on_complaint_closed(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, ComplaintClosed):
            await linking.follow(session, event.company, _case(event, event.payload))
            candidate = occasions.of_case(event.payload, event.id, event.matter_id)
            if candidate is not None:
                await draw(session, desk, event.company, candidate, now=now())

    async def on_account_opened(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerAccountOpened):
            candidate = occasions.of_account(event.payload, event.id, event.time, event.matter_id)
            await draw(session, desk, event.company, candidate, now=now())

    return {
        CustomerOrderCompleted.TYPE: on_order_completed,
        CustomerAccountOpened.TYPE: on_account_opened,
        ComplaintClosed.TYPE: on_complaint_closed,
    }


def link_handlers(now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Facts of others that may follow from a callback."""

    async def on_complaint_begun(session: AsyncSession, event: Event) -> None:
        """A case that a callback caused names it as its cause: the link back."""
        if isinstance(event.payload, ComplaintFact):
            target = _case(event, event.payload)
            if not await linking.link(session, event.company, event.causation_id, target, now=now()):
                await linking.follow(session, event.company, target)
            await supervision.link(session, event.company, event.causation_id, event.payload)

    async def on_entry_error_reported(session: AsyncSession, event: Event) -> None:
        """A wrong number became an error of entry."""
        if isinstance(event.payload, EntryErrorReported):
            target = _finding(event, event.payload.finding_id, event.payload.state)
            await linking.link(session, event.company, event.causation_id, target, now=now())

    async def on_incentive_proposed(session: AsyncSession, event: Event) -> None:
        """A praise became a proposal of a reward; who may read the customer's words stays as it was."""
        if isinstance(event.payload, IncentiveProposed):
            target = _proposal(event, event.payload)
            await linking.link(session, event.company, event.causation_id, target, now=now(), keeps_first=True)
            await linking.follow(session, event.company, target)

    return {
        IncentiveProposed.TYPE: on_incentive_proposed,
        **{kind.TYPE: on_incentive_decided for kind in (IncentiveConfirmed, IncentiveDismissed, IncentiveWithdrawn)},
        EntryErrorReported.TYPE: on_entry_error_reported,
        EntryErrorsConfirmed.TYPE: on_entry_error_decided,
        EntryErrorDismissed.TYPE: on_entry_error_decided,
        ComplaintOpened.TYPE: on_complaint_begun,
        ComplaintReopened.TYPE: on_complaint_begun,
        ComplaintTransferred.TYPE: on_complaint_begun,
        ComplaintCallbackJoined.TYPE: on_complaint_begun,
        **{kind.TYPE: on_complaint_stepped for kind in CASE_STEPS},
    }


def serving_handlers(desk: CallDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Facts of who serves whom: what is planned follows."""
    visit_desk = VisitDesk(desk.governances, desk.numbers, desk.staff)

    async def on_served_by_changed(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerServedByChanged):
            await customers.learn_served_by(session, event.company, event.aggregate_version, event.payload)
            await visit_owners.follow(session, visit_desk, event.company, event.payload.customer_id, now=now())

    return {CustomerServedByChanged.TYPE: on_served_by_changed}


def care_handlers(desk: CallDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Days and members of groups, for whom somebody greets."""

    async def on_occasion_said(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerOccasion):
            version, said = event.aggregate_version, event.payload
            await care.learn_occasion(session, desk.governances, event.company, version, said, now())

    async def on_member_changed(session: AsyncSession, event: Event) -> None:
        if isinstance(event.payload, CustomerMemberChanged):
            version, said = event.aggregate_version, event.payload
            await care.learn_member(session, desk.governances, event.company, version, said, now())

    async def on_erased(session: AsyncSession, event: Event) -> None:
        await on_customer_erased(session, event)
        if isinstance(event.payload, CustomerErased):
            await care.forget(session, desk.governances, event.company, event.payload.customer_id, now())

    return {
        CustomerOccasionSet.TYPE: on_occasion_said,
        CustomerOccasionEnded.TYPE: on_occasion_said,
        CustomerMemberChanged.TYPE: on_member_changed,
        CustomerErased.TYPE: on_erased,
    }


async def on_complaint_stepped(session: AsyncSession, event: Event) -> None:
    """A case that a callback caused stands otherwise."""
    if isinstance(event.payload, ComplaintFact):
        await linking.follow(session, event.company, _case(event, event.payload))


async def on_entry_error_decided(session: AsyncSession, event: Event) -> None:
    """An error that a callback came upon counts, or was none."""
    if isinstance(event.payload, EntryErrorsConfirmed):
        for finding_id in event.payload.finding_ids:
            await linking.follow(session, event.company, _finding(event, finding_id, CONFIRMED))
    if isinstance(event.payload, EntryErrorDismissed):
        target = _finding(event, event.payload.finding_id, event.payload.state)
        await linking.follow(session, event.company, target)


async def on_incentive_decided(session: AsyncSession, event: Event) -> None:
    """A proposal that followed from a praise was decided."""
    if isinstance(event.payload, IncentiveProposalFact):
        await linking.follow(session, event.company, _proposal(event, event.payload))


def bulk_handlers() -> Mapping[str, BulkHandler]:
    """Types that only feed the projection of customers: a base of 30,000 must be known within seconds."""
    return {CustomerRegistered.TYPE: on_customers_known, CustomerUpdated.TYPE: on_customers_known}


async def on_customers_known(session: AsyncSession, events: Sequence[Event]) -> None:
    """Keep what is said of customers."""
    said = [
        customers.Said(event.company, event.aggregate_version, event.payload)
        for event in events
        if isinstance(event.payload, CustomerState)
    ]
    await customers.learn(session, said)


async def on_customer_known(session: AsyncSession, event: Event) -> None:
    """The same for one."""
    await on_customers_known(session, [event])


async def on_customer_tier_changed(session: AsyncSession, event: Event) -> None:
    """Keep the tier in force: the draw and the ledger read it."""
    if isinstance(event.payload, CustomerTierChanged):
        await customers.learn_tier(session, event.company, event.aggregate_version, event.payload)


async def on_customer_merged(session: AsyncSession, event: Event) -> None:
    """Keep the alias."""
    if isinstance(event.payload, CustomerMerged):
        await customers.learn_alias(session, event.company, event.aggregate_version, event.payload)


async def on_customer_unmerged(session: AsyncSession, event: Event) -> None:
    """Drop the alias."""
    if isinstance(event.payload, CustomerUnmerged):
        await customers.forget_alias(session, event.company, event.aggregate_version, event.payload)


async def on_customer_erased(session: AsyncSession, event: Event) -> None:
    """Blank what the customer said."""
    if isinstance(event.payload, CustomerErased):
        await customers.learn_erased(session, event.company, event.payload)
        await keeping.forget(session, event.company, event.payload.customer_id)
        await opinions.forget(session, event.company, event.payload.customer_id)
        await quality_keeping.forget(session, event.company, event.payload.customer_id)
        await supervision.forget(session, event.company, event.payload.customer_id)
        await visits.forget(session, event.company, event.payload.customer_id)
        await evaluations.forget(session, event.company, event.payload.customer_id)
        await surveys.forget(session, event.company, event.payload.customer_id, now=event.payload.erased_at)
        await messages.forget(session, event.company, event.payload.customer_id, now=event.payload.erased_at)


async def on_staff_changed(session: AsyncSession, event: Event) -> None:
    """Keep the staff projection: rights, row scope, ladders and four eyes read it."""
    if isinstance(event.payload, StaffChanged):
        await apply_staff_changed(
            session, company=event.company, version=event.aggregate_version, payload=event.payload
        )


def _case(event: Event, said: ComplaintFact) -> linking.Target:
    version = event.aggregate_version
    return linking.Target("complaint", said.complaint_id, said.number, said.routing, said.state, version)


def _finding(event: Event, finding_id: UUID, state: str | None) -> linking.Target:
    return linking.Target("entry_finding", finding_id, None, event.payload.routing, state, event.aggregate_version)


def _proposal(event: Event, said: IncentiveProposalFact) -> linking.Target:
    version = event.aggregate_version
    return linking.Target("incentive_proposal", said.proposal_id, said.number, None, said.state, version)
