"""A person starts a service with a reason: as competition or the customer needs, or a trial with its end."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.customers.models import CustomerRow
from services.callback.policy_entitlements import STARTED, Audience, Carrier, Pace, Service, Terms
from services.callback.policy_in_force import Governing
from services.callback.visits import events
from services.callback.visits.errors import (
    CustomerUnknownError,
    MemberUnknownError,
    ServiceNotEntitledError,
    ServicePlannedError,
    ServiceStartedAlreadyError,
    TrialEndError,
)
from services.callback.visits.models import VisitRow
from services.callback.visits.repository import planning, visits
from services.callback.visits.rules.states import Origin, VisitState
from services.callback.visits.rules.windows import end_of, later
from services.callback.visits.service import owners
from services.callback.visits.service.desk import PREFIX, SEQUENCE, VisitDesk, audit, promise_for, subject_of
from services.callback.visits.service.planning import is_of_audience
from shared.access.principal import Principal
from shared.contracts.callback_visits import ServiceStarted
from shared.events import outbox
from shared.ids import human_number
from shared.sla.book import ClockBook


@dataclass(frozen=True, slots=True)
class Start:
    """Which service, for whom, why; a trial may end before the pack's months are over."""

    customer_id: UUID
    service: str
    reason: str
    member_id: UUID | None = None
    planned_on: date | None = None
    ends_on: date | None = None


async def start(
    session: AsyncSession, desk: VisitDesk, principal: Principal, visit_id: UUID, asked: Start, *, now: datetime
) -> VisitRow:
    """Start it; counted untargeted, a trial with a clock to its end.

    Raises: CustomerUnknownError, ServiceNotEntitledError, ServicePlannedError, MemberUnknownError, TrialEndError,
    ServiceStartedAlreadyError.
    """
    governing = desk.governances.in_force(principal.company, now)
    customer = await customers.known(session, asked.customer_id, principal.company)
    if customer is None or customer.standing != "active" or customer.erased_at is not None:
        raise CustomerUnknownError.at_pointer("/customer_id")
    tier = customer.tier or governing.policy.common.default_tier
    service, terms = _entitled(governing, customer, tier, asked.service)
    await _check_member(session, customer, service, asked.member_id)
    ends_on = _ends_on(governing, terms, asked.ends_on, now)
    subject_id = asked.member_id or customer.id
    if await visits.under_way(session, principal.company, asked.service, subject_id):
        raise ServiceStartedAlreadyError("该客户的这项服务正在进行，请先办结。")
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await desk.numbers.take(SEQUENCE))
    row = VisitRow(
        id=visit_id,
        company=principal.company,
        number=number,
        service=asked.service,
        origin=Origin.STARTED.value,
        pace=terms.pace.value,
        tier=tier,
        customer_id=customer.id,
        member_id=asked.member_id,
        subject_id=subject_id,
        window_from=now,
        due_at=end_of(ends_on, governing.zone) if ends_on else None,
        planned_on=asked.planned_on or ends_on,
        state=VisitState.PLANNED.value,
        is_assigned=False,
        moves=0,
        reason=asked.reason,
        planned_at=now,
        opened_at=now,
        started_by=principal.staff_id,
        matter_id=visit_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )
    await _place(session, desk, governing, row, customer, service, now)
    await visits.add(session, row)
    book = ClockBook(session, calendars=governing.calendars, now=now)
    await book.start(subject_of(row), governing.stamp(tier), [promise_for(governing, row)], started_at=now)
    await audit(session, row, "start", now, service=row.service)
    said = events.said(row, ServiceStarted, now, started_by=principal.staff_id, pace=row.pace)
    await outbox.add(session, said)
    return row


def _entitled(governing: Governing, customer: CustomerRow, tier: str, code: str) -> tuple[Service, Terms]:
    service = governing.chapter.entitlements.services.get(code)
    terms = service.terms(tier) if service and service.suits(customer.party) else None
    if service is None or terms is None or service.carried_by is not Carrier.VISITS or terms.pace is Pace.STANDING:
        raise ServiceNotEntitledError.at_pointer("/service")
    if terms.pace not in STARTED:
        raise ServicePlannedError.at_pointer("/service")
    return service, terms


async def _check_member(session: AsyncSession, customer: CustomerRow, service: Service, member_id: UUID | None) -> None:
    if member_id is None:
        if service.is_for_each_member:
            raise MemberUnknownError.at_pointer("/member_id")
        return
    if set(service.audience) <= {Audience.CUSTOMER}:
        raise MemberUnknownError.at_pointer("/member_id")
    found = [one for one in await planning.members(session, customer.company, [customer.id]) if one.id == member_id]
    if not found or not is_of_audience(service, found[0]):
        raise MemberUnknownError.at_pointer("/member_id")


def _ends_on(governing: Governing, terms: Terms, asked: date | None, now: datetime) -> date | None:
    today, months = now.astimezone(governing.zone).date(), terms.months or 0
    if terms.pace is not Pace.TRIAL:
        if asked is not None:
            raise TrialEndError.at_pointer("/ends_on", months=months)
        return None
    latest = later(today, months)
    ends_on = asked or latest
    if not today < ends_on <= latest:
        raise TrialEndError.at_pointer("/ends_on", months=months)
    return ends_on


async def _place(
    session: AsyncSession,
    desk: VisitDesk,
    governing: Governing,
    row: VisitRow,
    customer: CustomerRow,
    service: Service,
    now: datetime,
) -> None:
    if service.provider is None:
        raise ServiceNotEntitledError.at_pointer("/service")
    there = await owners.people(session, desk, governing, [customer.id], now)
    found = there.find(service.provider, customer.id, customer.account_manager_id)
    owners.place(row, found, service.provider, governing, there.team_of(found.owner_id))
