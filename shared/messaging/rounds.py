"""Work that leaves the house: taken in one transaction, done outside of any, settled in another."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.database.outage import DATABASE_AWAY
from shared.ids import new_id
from shared.observability import context
from shared.observability.context import CallContext
from shared.observability.logging import describe

log = structlog.get_logger(__name__)

_AWAY = (*DATABASE_AWAY, SQLAlchemyError)
E = TypeVar("E")
R = TypeVar("R")


class HasNow(Protocol):
    """A clock."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Errands(Protocol[E, R]):
    """What a round does; `take` marks what it takes, so that no other worker does it too."""

    async def take(self, session: AsyncSession, *, now: datetime) -> Sequence[E]:
        """What is due, in the transaction that marks it."""
        ...

    async def run(self, errand: E) -> R:
        """Do one, without a transaction."""
        ...

    async def settle(self, session: AsyncSession, errand: E, result: R, *, now: datetime) -> None:
        """Write down what came of it."""
        ...


class Rounds(Generic[E, R]):
    """Goes round until told to stop; any number of workers may."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: HasNow,
        errands: Errands[E, R],
        *,
        name: str,
        at_once: int = 8,
        poll: float = 1.0,
    ) -> None:
        """`at_once`: errands at one time; `poll`: seconds between rounds that found nothing."""
        self._sessions = sessions
        self._clock = clock
        self._errands = errands
        self._actor = f"system:{name}"
        self._slots = asyncio.Semaphore(at_once)
        self._poll = poll

    async def run(self, stop: asyncio.Event) -> None:
        """Go round; a database that is away is waited out, errands under way are finished first."""
        while not stop.is_set():
            try:
                done = await self.round()
            except _AWAY as error:
                log.warning("rounds.unavailable", **describe(error))
                done = 0
            if not done:
                await _pause(stop, self._poll)

    async def round(self) -> int:
        """Take what is due, do it and settle it; answers how many."""
        with context.bind(CallContext(correlation_id=new_id(), actor=self._actor)):
            async with self._sessions.begin() as session:
                errands = await self._errands.take(session, now=self._clock.now())
            ended = await asyncio.gather(*(self._one(errand) for errand in errands), return_exceptions=True)
        for fault in ended:
            if fault is not None:
                raise fault  # only after all the others were settled
        return len(errands)

    async def _one(self, errand: E) -> None:
        async with self._slots:
            result = await self._errands.run(errand)
        async with self._sessions.begin() as session:
            await self._errands.settle(session, errand, result, now=self._clock.now())


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
