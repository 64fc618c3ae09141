"""What the chapter in force says of one order: its promises from each moment, its posts, its rank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules.states import period_end
from services.customer.plans.service.promises import PlanOverrides, Promises, overrides, with_plan
from services.customer.policy import CHAPTER, CustomerChapter, promises_for
from services.customer.policy_orders import (
    DeadlineSource,
    OrderCommitment,
    OrderMetric,
    OrderStart,
    OrderTerms,
    Work,
    WorkStage,
)
from services.customer.policy_tiering import PriorityLevel
from shared.policy.book import Policy, PolicyBook
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.policy.promises import promise_of
from shared.sla.budget import budget_us, timeline_of
from shared.sla.calendars import Calendars
from shared.sla.instants import from_us, to_us
from shared.sla.promise import PolicyStamp, Promise

MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Running:
    """A promise with the instant from which its clock runs."""

    promise: Promise
    started_at: datetime


@dataclass(frozen=True, slots=True)
class OrderGoverning:
    """One revision of the chapter, with the calendars in which its limits are counted."""

    policy: Policy
    calendars: Calendars
    plan: PlanOverrides | None = None
    """The customer's own plan, which is never below the tier."""

    async def with_plan_of(self, session: AsyncSession, row: ServiceOrderRow) -> "OrderGoverning":
        """The same with the plan that was in force when the order was asked for, where the tier has such plans."""
        strategy = self.chapter.strategies.get(row.tier)
        if row.customer_id is None or strategy is None or not strategy.has_individual_plan:
            return self
        found = await overrides(session, row.customer_id, row.requested_at, zone=self.zone)
        return replace(self, plan=found)

    @property
    def chapter(self) -> CustomerChapter:
        """The customer chapter in force."""
        return self.policy.chapter_as(CHAPTER, CustomerChapter)

    @property
    def zone(self) -> ZoneInfo:
        """The civil time of the company."""
        return ZoneInfo(self.policy.common.zone)

    def work(self, row: ServiceOrderRow) -> Work:
        """The kind of work."""
        return self.chapter.works[row.work]

    def tier_rank(self, tier: str) -> int:
        """1 is the highest; an unknown tier stands last."""
        found = self.policy.common.tiers.get(tier)
        return found.rank if found else len(self.policy.common.tiers) + 1

    def priority(self, tier: str) -> PriorityLevel:
        """How the tier is put first."""
        found = self.chapter.strategies.get(tier)
        return found.priority if found else PriorityLevel.NONE

    def is_emergency_crew_drawn_on(self, tier: str) -> bool:
        """Whether the emergency crew serves the tier when crews are full."""
        found = self.chapter.strategies.get(tier)
        return bool(found and found.is_emergency_crew_drawn_on)

    def post_names(self, posts: Sequence[str]) -> list[str]:
        """The posts in Chinese."""
        known = self.policy.common.posts
        return [known[post].name if post in known else post for post in posts]

    def stamp(self, row: ServiceOrderRow) -> PolicyStamp:
        """What the clocks say of the revision that set them."""
        return PolicyStamp(self.policy.pack, CHAPTER, self.chapter.version, row.tier)

    def commitments(self, row: ServiceOrderRow, start: OrderStart | None = None) -> list[OrderCommitment]:
        """Every promise to the order, from one moment or from all."""
        starts = (start,) if start else tuple(OrderStart)
        terms = terms_of(row)
        return [
            one
            for moment in starts
            for found in self._promises(terms, moment).values()
            for _, one in found
            if _applies(row, one)
        ]

    def _promises(self, terms: OrderTerms, start: OrderStart) -> Promises:
        given = promises_for(self.chapter, terms, start=start)
        return with_plan(self.chapter, terms, given, self.plan, start=start)

    def stages(self, row: ServiceOrderRow) -> list[WorkStage]:
        """What the order must pass before it is closed: the work's path, and what promises add."""
        needed = list(self.work(row).path)
        promised = {one.metric for one in self.commitments(row)}
        for metric, stage in _ADDED.items():
            if metric in promised and stage not in needed:
                needed.append(stage)
        return needed

    def starting(self, row: ServiceOrderRow, start: OrderStart, at: datetime) -> list[Running]:
        """The promises that run from a moment; where several limit one metric the earliest deadline governs."""
        by_metric: dict[OrderMetric, list[Running]] = {}
        for one in self.commitments(row, start):
            by_metric.setdefault(one.metric, []).append(self._running(row, one, at))
        return [min(found, key=lambda one: self.deadline(one) or _NEVER) for found in by_metric.values()]

    def recurring(self, row: ServiceOrderRow, metric: OrderMetric) -> Promise | None:
        """The promise that each answer starts anew (sla.md 13)."""
        found = [one for one in self.commitments(row) if one.metric is metric and one.is_recurring]
        return self._promise(row, found[0], found[0].limit) if found else None

    def fixed(self, metric: str, until: datetime, since: datetime, promised: Promised) -> Running:
        """A promise whose end is given; it counts whole minutes and starts within the minute before `since`."""
        minutes = max(1, -((since - until) // MINUTE))
        limited = promised.model_copy(update={"limit": Limit(budget=minutes)})
        return Running(self._promised(metric, limited), until - minutes * MINUTE)

    def deadline(self, running: Running) -> datetime | None:
        """When a promise falls due; None without a limit."""
        promise = running.promise
        if promise.budget is None:
            return None
        calendar = self.calendars.get(promise.calendar)
        since = to_us(running.started_at)
        budget = budget_us(promise.budget, promise.unit, since, calendar)
        return from_us(timeline_of(promise.unit, calendar).advance(since, budget))

    def _running(self, row: ServiceOrderRow, one: OrderCommitment, at: datetime) -> Running:
        until = self._given_end(row, one, at)
        if until is not None:
            return self.fixed(one.metric.value, until, at, one)
        return Running(self._promise(row, one, one.limit), at)

    def _given_end(self, row: ServiceOrderRow, one: OrderCommitment, at: datetime) -> datetime | None:
        match one.deadline_from:
            case DeadlineSource.CONTRACT:
                return row.contract_due_at
            case DeadlineSource.SOLUTION:
                return row.solution_due_at
            case DeadlineSource.APPOINTMENT:
                return row.appointment_until
            case DeadlineSource.PERIOD_END:
                since = (row.period_from or at).astimezone(self.zone)
                return row.period_until or period_end(since, one.every_months or 1)
            case _:
                return None

    def _promise(self, row: ServiceOrderRow, one: OrderCommitment, limit: Limit) -> Promise:
        if row.is_emergency and limit.budget is not None:
            limit = natural(limit)
        return self._promised(one.metric.value, one.model_copy(update={"limit": limit}))

    def _promised(self, metric: str, promised: Promised) -> Promise:
        return promise_of(metric, promised, ladders=self.chapter.ladders, pauses=self.chapter.pauses)


_ADDED = {OrderMetric.ACCEPTANCE: WorkStage.ACCEPTED, OrderMetric.REPORT: WorkStage.REPORTED}


def terms_of(row: ServiceOrderRow) -> OrderTerms:
    """What decides on the order's promises."""
    return OrderTerms(work=row.work, tier=row.tier, party=row.party, place=row.place)


def _applies(row: ServiceOrderRow, one: OrderCommitment) -> bool:
    """What is led once in a while binds only the order that is the led one (domain.md 2.2: every half year)."""
    is_led_one = one.start is OrderStart.PERIOD and one.metric is OrderMetric.ATTENDANCE
    return not is_led_one or bool(row.details.get("is_led"))


def natural(limit: Limit) -> Limit:
    """The same limit around the clock: emergency repair ignores calendars."""
    if limit.budget is None or limit.unit is LimitUnit.NATURAL:
        return limit
    dated = limit.unit in (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)
    return Limit(budget=max(1, limit.budget) * DAY_MINUTES if dated else limit.budget)


@dataclass(frozen=True, slots=True)
class OrderGovernances:
    """Finds the revision that governs: the one in force for a new order, the recorded one for an old."""

    book: PolicyBook
    calendars: Calendars

    def in_force(self, company: str, at: datetime) -> OrderGoverning:
        """The revision for an order that is asked for at `at`."""
        return OrderGoverning(self.book.policy(company, at), self.calendars)

    async def of_order(self, session: AsyncSession, row: ServiceOrderRow) -> OrderGoverning:
        """The revision that is recorded on the order, and the customer's plan.  Raises: PolicyNotFoundError."""
        policy = self.book.at_revision(row.company, CHAPTER, row.policy_version, row.requested_at)
        return await OrderGoverning(policy, self.calendars).with_plan_of(session, row)


def moments(row: ServiceOrderRow) -> Iterator[tuple[OrderStart, datetime]]:
    """The moments of an order that are known when it is taken in, each with its time."""
    known: tuple[tuple[OrderStart, datetime | None], ...] = (
        (OrderStart.RECEIPT, row.requested_at),
        (OrderStart.READY, row.ready_at),
        (OrderStart.DEPARTMENT_ORDER, row.department_order_at),
        (OrderStart.ALARM, row.alarm_at),
        (OrderStart.PERIOD, row.period_from),
    )
    for start, at in known:
        if at is not None:
            yield start, at
