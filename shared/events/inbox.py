"""The inbox: an event takes effect once, because its id and its effect commit together (reliability.md 2.3)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.envelope import Event
from shared.observability import context

Handler = Callable[[AsyncSession, Event], Awaitable[None]]
"""What a service does with one type of event, in the transaction that the door opened."""

BulkHandler = Callable[[AsyncSession, Sequence[Event]], Awaitable[None]]
"""The same for a whole stretch of events that only feed a projection (state-carrying, gated by version)."""

_ENTER = text(
    "insert into inbox (consumer, event_id, at) values (:consumer, :event_id, :at) on conflict do nothing returning 1"
)


_ENTER_ALL = text(
    "insert into inbox (consumer, event_id, at) select :consumer, id, :at from unnest(cast(:ids as uuid[])) as id"
    " on conflict do nothing returning event_id"
)


def context_of(event: Event) -> context.CallContext:
    """The call context under which an event is handled: what follows from it is one hop further."""
    return context.CallContext(
        correlation_id=event.correlation_id,
        actor=event.actor,
        causation_id=event.id,
        hops=event.hops + 1,
        matter_id=event.matter_id,
        traceparent=event.traceparent,
    )


async def apply_once(session: AsyncSession, *, consumer: str, event: Event, handler: Handler, now: datetime) -> bool:
    """Handle `event` unless `consumer` has done so; answers whether it was new. The caller owns the transaction.

    Two deliveries at once: the second waits for the first and takes over if that one rolls back.
    """
    entered = await session.execute(_ENTER, {"consumer": consumer, "event_id": event.id, "at": now})
    if entered.scalar() is None:
        return False
    with context.bind(context_of(event)):
        await handler(session, event)
    return True


async def apply_all_once(
    session: AsyncSession, *, consumer: str, events: Sequence[Event], handler: BulkHandler, now: datetime
) -> int:
    """Handle those of `events` that `consumer` has not had, in their order; answers how many were new."""
    ids = [event.id for event in events]
    entered = await session.execute(_ENTER_ALL, {"consumer": consumer, "ids": ids, "at": now})
    new = set(entered.scalars())
    fresh = [event for event in events if event.id in new]
    if fresh:
        with context.bind(context_of(fresh[-1])):
            await handler(session, fresh)
    return len(fresh)
