"""Taking an order in: checked against the pack, its clocks started, told; the same for HTTP, consumers and jobs."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders import events
from services.customer.orders.errors import (
    AppointmentError,
    ChannelReferenceError,
    CustomerRequiredError,
    CustomerUnknownError,
    MomentInvalidError,
    NotOfCustomerError,
    OccurredInFutureError,
    OrderCodeUnknownError,
)
from services.customer.orders.models import OrderActRow, ServiceOrderRow
from services.customer.orders.repository import orders as repository
from services.customer.orders.rules.details import details_of
from services.customer.orders.rules.states import OrderAct, OrderState
from services.customer.orders.rules.taken import OrderTaken
from services.customer.orders.service import clocks
from services.customer.orders.service.desk import OrderDesk
from services.customer.orders.service.governing import OrderGoverning, moments
from services.customer.policy import CHAPTER
from services.customer.policy_orders import OrderStart, Work
from services.customer.registry.models import CustomerRow
from shared.audit.trail import record
from shared.contracts.orders import OrderOpened
from shared.events import outbox
from shared.ids import new_id
from shared.policy.commitments import Limit, Promised

NUMBER = "WO"
_OVER = frozenset({"merged", "withdrawn"})


async def open_order(
    session: AsyncSession,
    desk: OrderDesk,
    taken: OrderTaken,
    *,
    actor: str,
    now: datetime,
    order_id: UUID | None = None,
) -> ServiceOrderRow:
    """Take an order in: row, clocks, `customer.order_opened`, audit – in the caller's transaction.

    Raises: OrderCodeUnknownError, ChannelReferenceError, CustomerRequiredError, CustomerUnknownError,
    NotOfCustomerError, DetailsInvalidError, AppointmentError, MomentInvalidError, OccurredInFutureError,
    AuthorisationUsedError.
    """
    requested_at = taken.requested_at or now
    if requested_at > now:
        raise OccurredInFutureError.at_pointer("/requested_at")
    governing = desk.governances.in_force(taken.company, requested_at)
    work = check(governing, taken, now=now)
    customer = await _customer(session, taken)
    row = _row(taken, governing, work, customer, actor=actor, now=now, order_id=order_id or new_id())
    governing = await governing.with_plan_of(session, row)
    row.number = f"{NUMBER}{now.astimezone(governing.zone):%y%m%d}-{await repository.next_number(session):04d}"
    await _place(session, row, governing)
    await repository.add(session, row)
    await _start(session, row, governing, taken, now=now)
    session.add(new_act(row, OrderAct.OPEN, at=row.requested_at, actor=actor, now=now))
    await session.flush()
    await record(
        session,
        company=row.company,
        action="open_order",
        at=now,
        resource_type="order",
        resource_id=row.id,
        detail={"work": row.work, "origin": row.origin, "tier": row.tier, "version": row.version},
    )
    await outbox.add(session, events.of_order(row, OrderOpened, now, at=row.requested_at))
    return row


def check(governing: OrderGoverning, taken: OrderTaken, *, now: datetime) -> Work:
    """Every code must be the chapter's own, every time possible; answers the kind of work."""
    chapter = governing.chapter
    orders, work = chapter.orders, chapter.works.get(taken.work)
    if work is None:
        raise OrderCodeUnknownError.at_pointer("/work", field="work")
    if taken.channel not in orders.channels:
        raise OrderCodeUnknownError.at_pointer("/channel", field="channel")
    if orders.channels[taken.channel].needs_reference and not taken.channel_reference:
        raise ChannelReferenceError.at_pointer("/channel_reference")
    if taken.place is not None and taken.place not in orders.places:
        raise OrderCodeUnknownError.at_pointer("/place", field="place")
    if taken.department is not None and taken.department not in governing.policy.common.departments:
        raise OrderCodeUnknownError.at_pointer("/department", field="department")
    if taken.team is not None and taken.team not in governing.policy.common.teams:
        raise OrderCodeUnknownError.at_pointer("/team", field="team")
    if taken.customer_id is None and work.needs_customer:
        raise CustomerRequiredError.at_pointer("/customer_id")
    check_appointment(taken.appointment_from, taken.appointment_until, now=now)
    _check_moments(taken, now=now)
    return work


def check_appointment(since: datetime | None, until: datetime | None, *, now: datetime) -> None:
    """Both or none, in order, and not over.  Raises: AppointmentError."""
    if since is None and until is None:
        return
    if since is None or until is None or until < since or until <= now:
        raise AppointmentError.at_pointer("/appointment_until")


def _check_moments(taken: OrderTaken, *, now: datetime) -> None:
    for name in ("ready_at", "department_order_at", "alarm_at"):
        at = getattr(taken, name)
        if at is not None and at > now:
            raise MomentInvalidError.at_pointer(f"/{name}")
    if taken.period_until is not None and (taken.period_from is None or taken.period_until <= taken.period_from):
        raise MomentInvalidError.at_pointer("/period_until")


async def _customer(session: AsyncSession, taken: OrderTaken) -> CustomerRow | None:
    if taken.customer_id is None:
        return None
    found = await repository.customer(session, taken.company, taken.customer_id)
    if found is None or found.standing in _OVER:
        raise CustomerUnknownError.at_pointer("/customer_id")
    return found


def _row(
    taken: OrderTaken,
    governing: OrderGoverning,
    work: Work,
    customer: CustomerRow | None,
    *,
    actor: str,
    now: datetime,
    order_id: UUID,
) -> ServiceOrderRow:
    tier = customer.tier if customer else governing.policy.common.default_tier
    requested_at = taken.requested_at or now
    is_appointed = taken.appointment_until is not None
    revision = governing.policy.revision(CHAPTER)
    month = requested_at.astimezone(governing.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ServiceOrderRow(
        id=order_id,
        company=taken.company,
        customer_id=taken.customer_id,
        premises_id=taken.premises_id,
        meter_id=taken.meter_id,
        contract_id=taken.contract_id,
        work=taken.work,
        place=taken.place,
        state=(OrderState.APPOINTED if is_appointed else OrderState.REQUESTED).value,
        tier=tier,
        tier_rank=governing.tier_rank(tier),
        party=customer.party if customer else None,
        is_emergency=work.is_emergency,
        is_priority=taken.is_priority,
        channel=taken.channel,
        channel_reference=taken.channel_reference,
        origin=taken.origin.value,
        origin_id=taken.origin_id,
        summary=taken.summary,
        details=details_of(work.form, taken.details),
        result={},
        done=[],
        appointment_from=taken.appointment_from,
        appointment_until=taken.appointment_until,
        requested_at=requested_at,
        ready_at=taken.ready_at,
        department_order_at=taken.department_order_at,
        alarm_at=taken.alarm_at or (requested_at if work.is_emergency else None),
        contract_due_at=taken.contract_due_at,
        period_from=taken.period_from or month,
        period_until=taken.period_until,
        assigned_ids=[],
        led_by_ids=[],
        attended_posts=[],
        is_repeat_entry=False,
        is_emergency_crew=False,
        owner_id=taken.owner_id,
        team=taken.team,
        department=taken.department or work.department,
        posts=[],
        priority_rank=2,
        matter_id=taken.matter_id or order_id,
        policy_pack=governing.policy.pack,
        policy_version=revision.version,
        policy_sha256=revision.sha256,
        opened_by=actor,
        created_at=now,
        updated_at=now,
        version=1,
    )


async def _place(session: AsyncSession, row: ServiceOrderRow, governing: OrderGoverning) -> None:
    """Premises, meter and contract must be the customer's; a customer's only premises need not be named."""
    if row.premises_id is not None:
        found = await repository.premises(session, row.company, row.premises_id)
        if found is None or row.customer_id not in (None, found.customer_id):
            raise NotOfCustomerError.at_pointer("/premises_id", field="地址")
    elif row.customer_id is not None:
        row.premises_id = await repository.only_premises(session, row.customer_id)
    if row.meter_id is not None:
        meter = await repository.meter(session, row.company, row.meter_id)
        if meter is None or row.customer_id not in (None, meter.customer_id):
            raise NotOfCustomerError.at_pointer("/meter_id", field="表具")
    if row.contract_id is not None:
        contract = await repository.contract(session, row.company, row.contract_id)
        if contract is None or row.customer_id not in (None, contract.customer_id):
            raise NotOfCustomerError.at_pointer("/contract_id", field="合同")
        if row.contract_due_at is None and contract.due_on is not None:
            row.contract_due_at = _end_of(contract.due_on, governing.zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a civil date."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


async def _start(
    session: AsyncSession, row: ServiceOrderRow, governing: OrderGoverning, taken: OrderTaken, *, now: datetime
) -> None:
    book = clocks.book_of(session, governing, now)
    for start, at in moments(row):
        since = min(at, row.requested_at) if start is OrderStart.PERIOD else at
        await clocks.run_from(book, row, governing, start, since)
    if row.appointment_until is not None:
        await clocks.appoint(book, row, governing, now=now)
    if taken.authority_due_at is not None:
        terms = governing.chapter.orders.authority
        promised = Promised(limit=Limit(budget=None), ladder=terms.ladder, clause=terms.clause)
        found = governing.fixed(terms.metric, taken.authority_due_at, row.requested_at, promised)
        await clocks.run(book, row, governing, [found])
    await clocks.settle_rank(book, row, governing)


def new_act(row: ServiceOrderRow, act: OrderAct, *, at: datetime, actor: str, now: datetime) -> OrderActRow:
    """The record of an act that is no step of its own."""
    return OrderActRow(
        id=new_id(),
        company=row.company,
        order_id=row.id,
        act=act.value,
        at=at,
        recorded_at=now,
        actor=actor,
        from_state=None,
        to_state=row.state,
        reason=None,
        said={},
    )
