"""The plan of care (关怀计划): every greeting that is owed within the time ahead, a page at a time, never twice."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care import events
from services.callback.care.models import GreetingRow, OccasionRow
from services.callback.care.repository import days, greetings
from services.callback.care.rules import (
    GREETING,
    GreetingState,
    ReturningDay,
    Unit,
    days_ahead,
    end_of,
    start_of,
    units,
)
from services.callback.care.service.moving import subject_of
from services.callback.customers import service as customers
from services.callback.customers.models import CustomerRow
from services.callback.messages import service as messages
from services.callback.messages.rules import MessageState, Reason
from services.callback.policy_care import Channel, Greeting, Occasion
from services.callback.policy_in_force import Governances, Governing
from shared.contracts.callback_care import GreetingPlanned, GreetingSkipped
from shared.events import outbox
from shared.ids import new_id
from shared.policy.commitments import Limit, Promised
from shared.sla.book import ClockBook

AT_ONCE = 100
_ACTIVE = "active"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction planned, and where the next begins."""

    planned: int
    unit: int
    after: UUID | None
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who is to be greeted on a date."""

    customer: CustomerRow
    on: date
    occasion: OccasionRow | None = None
    member_id: UUID | None = None
    circle: str | None = None
    rank: str | None = None


@dataclass(frozen=True, slots=True)
class Planner:
    """One transaction's planning for one company."""

    session: AsyncSession
    governances: Governances
    governing: Governing
    company: str
    now: datetime

    @property
    def today(self) -> date:
        """In the company's civil time."""
        return self.now.astimezone(self.governing.zone).date()


async def plan(
    session: AsyncSession, governances: Governances, company: str, *, unit: int, after: UUID | None, now: datetime
) -> Chunk:
    """Plan the next page.  Raises: PolicyNotFoundError."""
    planner = Planner(session, governances, governances.in_force(company, now), company, now)
    plan_units = units(planner.governing.chapter.care, planner.today)
    if unit >= len(plan_units):
        return Chunk(0, unit, None, is_finished=True)
    chosen = plan_units[unit]
    rule = planner.governing.chapter.care.greetings[chosen.rule]
    targets, last, is_more = await _targets(planner, chosen, rule, after)
    planned = await _plan_all(planner, chosen, rule, targets)
    if is_more:
        return Chunk(planned, unit, last, is_finished=False)
    return Chunk(planned, unit + 1, None, is_finished=unit + 1 >= len(plan_units))


async def _targets(
    planner: Planner, unit: Unit, rule: Greeting, after: UUID | None
) -> tuple[list[Target], UUID | None, bool]:
    """Who is to be greeted, from a page of customers or of occasions."""
    if unit.on is not None:
        found = await customers.active(planner.session, planner.company, rule.tiers, after=after, limit=AT_ONCE)
        page = [Target(customer, unit.on) for customer in found]
        return page, found[-1].id if found else None, len(found) == AT_ONCE
    ahead = days_ahead(planner.today, planner.governing.chapter.care.ahead_days)
    rows = await days.occasions(
        planner.session, planner.company, rule.occasion.value, list(ahead), after=after, limit=AT_ONCE
    )
    page = [target for row in rows async for target in _of_occasion(planner, rule, row, ahead)]
    return page, rows[-1].id if rows else None, len(rows) == AT_ONCE


async def _of_occasion(
    planner: Planner, rule: Greeting, row: OccasionRow, ahead: dict[ReturningDay, date]
) -> AsyncIterator[Target]:
    customer = await customers.known(planner.session, row.customer_id, planner.company)
    if customer is None or customer.tier not in rule.tiers:
        return
    if customer.standing != _ACTIVE or customer.erased_at is not None:
        return
    on = ahead[row.is_lunar, row.month or 0, row.day or 0]
    if rule.occasion is Occasion.GREAT_DAY and rule.circles:
        for one in await days.members(planner.session, planner.company, row.customer_id, rule.circles):
            yield Target(customer, on, row, one.id, one.circle, one.rank)
    elif not rule.circles or row.circle in rule.circles:
        member = await days.member(planner.session, planner.company, row.member_id) if row.member_id else None
        yield Target(customer, on, row, row.member_id, row.circle, member.rank if member else None)


def _key(unit: Unit, target: Target) -> str:
    """The same for the same day of the same person or unit, whenever it is planned."""
    what = unit.festival or (target.occasion.id if target.occasion else "")
    return f"{unit.rule}:{what}:{target.member_id or target.customer.id}:{target.on}"


async def _plan_all(planner: Planner, unit: Unit, rule: Greeting, targets: Sequence[Target]) -> int:
    keys = {_key(unit, target): target for target in targets}
    known = await greetings.known_keys(planner.session, planner.company, keys) if keys else set()
    fresh = {key: target for key, target in keys.items() if key not in known}
    for key, target in fresh.items():
        await _plan_one(planner, unit, rule, target, key)
    return len(fresh)


async def _plan_one(planner: Planner, unit: Unit, rule: Greeting, target: Target, key: str) -> None:
    row = await _row(planner, unit, rule, target, key)
    purpose = planner.governing.chapter.care.purpose
    if await messages.is_refused(planner.session, planner.company, target.customer.id, purpose):
        row.state, row.reason = GreetingState.SKIPPED.value, Reason.OPTED_OUT.value
    elif rule.channel is Channel.SMS:
        await _message(planner, rule, target, row)
    await greetings.add(planner.session, row)
    if row.state == GreetingState.SKIPPED:
        await outbox.add(planner.session, events.greeting(row, GreetingSkipped, planner.now))
        return
    await _start(planner, rule, row)
    await outbox.add(planner.session, events.greeting(row, GreetingPlanned, planner.now, due_at=row.due_at))


async def _row(planner: Planner, unit: Unit, rule: Greeting, target: Target, key: str) -> GreetingRow:
    customer, governing = target.customer, planner.governing
    members = await days.size(planner.session, planner.company, customer.id) if rule.gifts else 0
    return GreetingRow(
        id=new_id(),
        company=planner.company,
        key=key,
        rule=unit.rule,
        occasion=rule.occasion.value,
        festival=unit.festival,
        occasion_id=target.occasion.id if target.occasion else None,
        customer_id=customer.id,
        member_id=target.member_id,
        circle=target.circle,
        tier=customer.tier,
        channel=rule.channel.value,
        on_date=target.on,
        due_at=end_of(target.on, governing.zone),
        gift_fen=rule.gift_fen(members=members, tier=customer.tier, circle=target.circle, rank=target.rank),
        state=GreetingState.PLANNED.value,
        owner_id=customer.account_manager_id if rule.is_account_manager else None,
        department=rule.department,
        posts=[rule.post],
        planned_at=planner.now,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )


async def _message(planner: Planner, rule: Greeting, target: Target, row: GreetingRow) -> None:
    outgoing = messages.Outgoing(
        company=planner.company,
        customer_id=target.customer.id,
        template=rule.template or "",
        cause=f"greeting:{row.key}",
        source="greeting",
        source_id=row.id,
        ready_at=start_of(target.on, planner.governing.zone),
    )
    message = await messages.queue(planner.session, planner.governances, outgoing, now=planner.now)
    row.message_id = message.id
    if message.state == MessageState.SUPPRESSED:
        row.state, row.reason = GreetingState.SKIPPED.value, message.reason


async def _start(planner: Planner, rule: Greeting, row: GreetingRow) -> None:
    minutes = max(1, (row.due_at - planner.now) // _MINUTE)
    promised = Promised(limit=Limit(budget=minutes), warn_at=rule.warn_at, ladder=rule.ladder, clause=rule.clause)
    book = ClockBook(planner.session, calendars=planner.governing.calendars, now=planner.now)
    stamp = planner.governing.stamp(row.tier)
    await book.start(subject_of(row), stamp, [planner.governing.promise(GREETING, promised)], started_at=planner.now)
