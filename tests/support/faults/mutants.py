"""Wrong variants, each one line away from the right design: a check that stays green with its mutant proves nothing."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from typing_extensions import override

from shared.events.bus import Ack
from shared.events.publisher import Outcome
from shared.events.relay import Relay

_running: set[asyncio.Task[Any]] = set()


class StampingFirst(Relay):
    """Stamps rows as published and then publishes them."""

    @override
    async def step(self, connection: Any) -> Outcome:
        rows = await self._read(connection)
        if not rows:
            return Outcome()
        messages = [self._publisher.outgoing(row) for row in rows]
        early = Outcome(stored=[(message, Ack(message.stream, 0)) for message in messages])
        await self._stamp(connection, early)
        return await self._publisher.publish(messages)


def ignore_the_inbox() -> None:
    """Handle every delivery, whether the inbox knows the event or not."""
    from shared.events import consumer, inbox

    async def apply(session: Any, *, consumer: str, event: Any, handler: Any, now: Any) -> bool:
        await session.execute(inbox._ENTER, {"consumer": consumer, "event_id": event.id, "at": now})
        await handler(session, event)
        return True

    setattr(consumer, "apply_once", apply)  # noqa: B010  # put over the name that the consumer uses


def sweep_without_lock() -> None:
    """Select due clocks without locking them."""
    from shared.sla import sweeper

    assert "for update skip locked" in sweeper._SWEEP
    setattr(sweeper, "_SWEEP", sweeper._SWEEP.replace("for update skip locked", ""))  # noqa: B010


def wait_for_no_database() -> None:
    """Give up at once when the database is away at the start."""
    from shared.runtime import runtime

    async def once(step: Callable[[], Any], *, name: str) -> Any:
        return await step()

    setattr(runtime, "until_reached", once)  # noqa: B010


def reply_before_commit() -> None:
    """Say 201 as soon as the statement is on its way."""
    from services.complaint.cases import repository

    insert = repository.insert_opening

    async def later(hot: Any, claim: tuple[Any, ...], *rest: Any) -> tuple[int, str]:
        task = asyncio.create_task(insert(hot, claim, *rest))
        _running.add(task)
        task.add_done_callback(_running.discard)
        return 1, f'{{"id": "{claim[6]}"}}'

    setattr(repository, "insert_opening", later)  # noqa: B010


def key_in_another_transaction() -> None:
    """Write the case first and its key in a transaction of its own."""
    from services.complaint.cases import repository
    from shared.http.idempotency_store import claim_cte

    insert = repository.insert_opening

    async def apart(hot: Any, claim: tuple[Any, ...], *rest: Any) -> tuple[int, str] | None:
        company, subject, operation, key, *_ = claim
        known = await hot.fetchval(
            "select 1 from idempotency where company = $1 and subject = $2 and operation = $3 and key = $4",
            company,
            subject,
            operation,
            key,
        )
        if known is not None:
            return None
        opened = await insert(hot, (company, subject, operation, str(uuid.uuid4()), *claim[4:]), *rest)
        await hot.execute(claim_cte(1), *claim)
        return opened

    setattr(repository, "insert_opening", apart)  # noqa: B010


def ping_no_connection() -> None:
    """Hand out pooled connections without asking whether they live."""
    from shared.database import engine

    create: Any = getattr(engine, "create_async_engine")  # noqa: B009

    def careless(*arguments: Any, **settings: Any) -> Any:
        return create(*arguments, **(settings | {"pool_pre_ping": False}))

    setattr(engine, "create_async_engine", careless)  # noqa: B010


def forget_the_dead() -> None:
    """Give a message up without keeping it: what relying on the broker's `max_deliver` comes to."""
    from shared.events import dead_letters

    async def bury(*_: Any, **__: Any) -> None:
        return

    setattr(dead_letters, "bury", bury)  # noqa: B010


def nothing() -> None:
    """As it should be."""


SERVICE_MUTANTS: dict[str, Callable[[], None]] = {
    "reply_before_commit": reply_before_commit,
    "key_in_another_transaction": key_in_another_transaction,
    "no_pre_ping": ping_no_connection,
}
SWEEPER_MUTANTS: dict[str, Callable[[], None]] = {
    "no_row_lock": sweep_without_lock,
    "impatient": wait_for_no_database,
}
CONSUMER_MUTANTS: dict[str, Callable[[], None]] = {
    "inbox_ignored": ignore_the_inbox,
    "dead_forgotten": forget_the_dead,
}
"""Beside them `version_gate_dropped`, which is the test's own handler."""
RELAY_MUTANTS: dict[str, type[Relay]] = {"stamp_before_publish": StampingFirst}
