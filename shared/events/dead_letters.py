"""Dead letters: events that a consumer could not take, kept with their reason until somebody replays them."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.errors import DomainError, NotFoundError
from shared.events.envelope import Event, UndecodableError, decode
from shared.events.inbox import Handler, apply_once
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Burial:
    """One message that is given up, with why; `error` holds no content of the event."""

    consumer: str
    stream: str
    stream_seq: int
    event: Event | None
    reason: str
    error: str
    raw: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row of `dead_letters` as it is listed."""

    id: UUID
    at: datetime
    consumer: str
    stream: str
    stream_seq: int
    event_id: UUID | None
    type: str | None
    company: str | None
    reason: str
    error: str
    attempts: int
    replayed_at: datetime | None
    replay_outcome: str | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """An outbox row that the broker refuses for itself; later rows of its aggregate wait behind it."""

    id: UUID
    at: datetime
    type: str
    aggregate_id: UUID
    attempts: int
    refusal: str


_BURY = text("""
insert into dead_letters (id, at, consumer, stream, stream_seq, event_id, type, company, reason, error, raw, attempts)
values (:id, :at, :consumer, :stream, :stream_seq, :event_id, :type, :company, :reason, :error, :raw, :attempts)
on conflict (consumer, stream, stream_seq) do update set attempts = excluded.attempts, error = excluded.error
""")
_LIST = text("""
select id, at, consumer, stream, stream_seq, event_id, type, company, reason, error, attempts, replayed_at,
       replay_outcome
from dead_letters where replayed_at is null or :all order by at limit :limit
""")
_REFUSED = text("""
select id, at, type, aggregate_id, attempts, refusal from outbox
where published_at is null and refusal is not null order by seq limit :limit
""")
_TAKE = text("select consumer, stream, raw from dead_letters where id = :id for update")
_OUTCOME = text("update dead_letters set replayed_at = :at, replay_outcome = :outcome where id = :id")


def describe(error: BaseException) -> str:
    """What went wrong without the words of drivers, which may quote values: category and place, or code and detail."""
    if isinstance(error, DomainError):
        return f"{error.code}: {error.detail}" if error.detail else error.code
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


async def bury(session: AsyncSession, burial: Burial, *, now: datetime) -> None:
    """Store a message that is given up; the same message again only updates its row."""
    event = burial.event
    await session.execute(
        _BURY,
        {
            "id": new_id(),
            "at": now,
            "consumer": burial.consumer,
            "stream": burial.stream,
            "stream_seq": burial.stream_seq,
            "event_id": event.id if event else None,
            "type": event.type if event else None,
            "company": event.company if event else None,
            "reason": burial.reason,
            "error": burial.error,
            "raw": burial.raw,
            "attempts": burial.attempts,
        },
    )


async def list_letters(session: AsyncSession, *, limit: int = 100, include_replayed: bool = False) -> list[DeadLetter]:
    """Dead letters, oldest first; the replayed ones only when asked for."""
    rows = await session.execute(_LIST, {"limit": limit, "all": include_replayed})
    return [DeadLetter(**row) for row in rows.mappings()]


async def list_refused(session: AsyncSession, *, limit: int = 100) -> list[RefusedRow]:
    """Outbox rows that wait because the broker refuses them, oldest first."""
    rows = await session.execute(_REFUSED, {"limit": limit})
    return [RefusedRow(**row) for row in rows.mappings()]


async def replay(
    sessions: async_sessionmaker[AsyncSession], letter_id: UUID, handlers: Mapping[str, Handler], *, now: datetime
) -> str:
    """Hand a dead letter to its handler again, through the inbox; answers and records the outcome.

    `applied`, `already_applied` and `no_handler` settle the letter; `failed: …` leaves it open.
    Raises: NotFoundError for an unknown id.
    """
    try:
        async with sessions.begin() as session:
            outcome = await _replay_in(session, letter_id, handlers, now)
            await session.execute(_OUTCOME, {"id": letter_id, "at": now, "outcome": outcome})
    except UnknownLetterError:
        raise
    except Exception as error:  # noqa: BLE001  # any failure of a handler is an outcome to record
        outcome = f"failed: {error if isinstance(error, UndecodableError) else describe(error)}"
        async with sessions.begin() as session:
            await session.execute(_OUTCOME, {"id": letter_id, "at": None, "outcome": outcome})
    return outcome


class UnknownLetterError(NotFoundError):
    """No dead letter has this id."""


async def _replay_in(session: AsyncSession, letter_id: UUID, handlers: Mapping[str, Handler], now: datetime) -> str:
    found = (await session.execute(_TAKE, {"id": letter_id})).mappings().first()
    if found is None:
        raise UnknownLetterError("没有这条死信")
    event = decode(found["raw"], stream=found["stream"])
    handler = handlers.get(event.type)
    if handler is None:
        return "no_handler"
    is_new = await apply_once(session, consumer=found["consumer"], event=event, handler=handler, now=now)
    return "applied" if is_new else "already_applied"
