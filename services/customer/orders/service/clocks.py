"""The clocks of an order: which subject, which promises, and what each act does to them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules.ranking import priority_rank, rank_at
from services.customer.orders.service.governing import OrderGoverning, Running
from services.customer.policy_orders import OrderMetric, OrderStart
from shared.sla.book import ClockBook
from shared.sla.promise import Subject
from shared.sla.views import ClockView

SUBJECT = "order"
OWED = frozenset({"running", "paused", "breached"})
"""Not yet answered, where `stopped_at` is empty."""


def subject_of(row: ServiceOrderRow) -> Subject:
    """The order as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.work,
    )


def book_of(session: AsyncSession, governing: OrderGoverning, now: datetime) -> ClockBook:
    """The clock book of this transaction."""
    return ClockBook(session, calendars=governing.calendars, now=now)


async def run(book: ClockBook, row: ServiceOrderRow, governing: OrderGoverning, found: Iterable[Running]) -> None:
    """Start clocks, each from its own instant, numbered after those that the metric has had."""
    wanted = list(found)
    if not wanted:
        return
    had = Counter(one.metric for one in await book.clocks(SUBJECT, row.id))
    for one in wanted:
        had[one.promise.metric] += 1
        await book.start(
            subject_of(row),
            governing.stamp(row),
            [one.promise],
            started_at=one.started_at,
            sequence=had[one.promise.metric],
        )


async def run_from(
    book: ClockBook, row: ServiceOrderRow, governing: OrderGoverning, start: OrderStart, at: datetime
) -> None:
    """Start the promises that run from a moment."""
    await run(book, row, governing, governing.starting(row, start, at))


async def settle_rank(book: ClockBook, row: ServiceOrderRow, governing: OrderGoverning) -> Sequence[ClockView]:
    """Let the order queue by its earliest deadline that still runs; answers its clocks."""
    views = await book.clocks(SUBJECT, row.id)
    due = [one.deadline_at for one in views if one.state in OWED and one.stopped_at is None and one.deadline_at]
    row.due_at = min(due, default=None)
    level = governing.priority(row.tier)
    row.priority_rank = priority_rank(level, is_priority=row.is_priority)
    row.rank_at = rank_at(row.due_at, level, is_priority=row.is_priority, terms=governing.chapter.orders)
    return views


async def appoint(book: ClockBook, row: ServiceOrderRow, governing: OrderGoverning, *, now: datetime) -> None:
    """An appointment replaces the limit of arrival where the promise says so, and is one where none is set."""
    commitments = [one for one in governing.commitments(row) if one.metric is OrderMetric.ARRIVAL]
    instead = next((one for one in commitments if one.is_appointment_instead), None)
    by_itself = next((one for one in commitments if one.start is OrderStart.APPOINTMENT), None)
    promised = instead or by_itself
    if promised is None or row.appointment_until is None:
        return
    await book.cancel(subject_of(row), [OrderMetric.ARRIVAL.value], reason="appointment")
    found = governing.fixed(OrderMetric.ARRIVAL.value, row.appointment_until, now, promised)
    await run(book, row, governing, [found])
