"""Who pays: how much of a clock's time each holder had, written from the first transfer on (sla.md 17)."""

from dataclasses import replace

from shared.contracts.base import Routing
from shared.contracts.sla import Segment
from shared.ids import new_id
from shared.sla.budget import timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import Instant, from_us, maybe_from_us
from shared.sla.state import ClockState, Holding, Turn


def hand_over(turn: Turn, calendar: WorkingCalendar, routing: Routing) -> None:
    """Give the clock to another holder; the case clock runs on, it is the customer's."""
    clock = turn.clock
    if clock.is_open and _holder(clock.routing) != _holder(routing):
        timeline = timeline_of(clock.unit, calendar)
        consumed = clock.consumed_us
        if clock.running_since is not None:
            consumed += timeline.elapsed(clock.running_since, max(turn.now, clock.running_since))
        before = clock.holdings or (_held_by(clock.routing, clock.started_at),)
        turn.change(holdings=(*closed(before, turn.now, consumed), _held_by(routing, turn.now)))
    turn.change(routing=routing)


def closed(holdings: tuple[Holding, ...], at: Instant, total: int) -> tuple[Holding, ...]:
    """The holdings with the last one ended; `total` is the clock's consumed time up to then."""
    if not holdings or holdings[-1].until_at is not None:
        return holdings
    earlier = sum(holding.consumed_us or 0 for holding in holdings[:-1])
    return (*holdings[:-1], replace(holdings[-1], until_at=at, consumed_us=total - earlier))


def shares(clock: ClockState, total: int) -> list[Segment]:
    """Each holder's part of `total` consumed microseconds; without a transfer it is all the present holder's."""
    holdings = clock.holdings or (_held_by(clock.routing, clock.started_at),)
    earlier = sum(holding.consumed_us or 0 for holding in holdings[:-1])
    return [
        Segment(
            owner_id=holding.owner_id,
            team=holding.team,
            department=holding.department,
            from_at=from_us(holding.from_at),
            until_at=maybe_from_us(holding.until_at),
            consumed_us=total - earlier if holding.consumed_us is None else holding.consumed_us,
        )
        for holding in holdings
    ]


def _held_by(routing: Routing, from_at: Instant) -> Holding:
    return Holding(new_id(), routing.owner_id, routing.team, routing.department, from_at)


def _holder(routing: Routing) -> tuple[object, ...]:
    return routing.owner_id, routing.team, routing.department
