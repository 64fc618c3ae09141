"""Runs queued jobs chunk by chunk; a killed worker's job goes on elsewhere from its last chunk."""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.database.outage import DATABASE_AWAY
from shared.errors import DomainError
from shared.jobs import queue, schedules
from shared.jobs.model import JobBody, JobView, Step
from shared.observability import context
from shared.observability.context import CallContext
from shared.observability.logging import describe

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
"""Claims without one successful chunk before a job is given up."""

_AWAY = (*DATABASE_AWAY, SQLAlchemyError)


class HasNow(Protocol):
    """A clock."""

    def now(self) -> datetime:
        """Aware UTC."""


class Runner:
    """Claims jobs of the kinds it has bodies for; several runners share the work."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: HasNow,
        bodies: Mapping[str, JobBody],
        *,
        lease: timedelta = timedelta(seconds=30),
        poll: float = 0.5,
    ) -> None:
        """`lease`: how long a dead worker keeps its job between chunks (a chunk holds the row); `poll` in seconds."""
        self._sessions = sessions
        self._clock = clock
        self._bodies = dict(bodies)
        self._lease = lease
        self._poll = poll

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; a chunk under way is finished first."""
        while not stop.is_set():
            try:
                busy = await self.step(stop)
            except _AWAY as error:
                log.warning("jobs.unavailable", **describe(error))
                busy = False
            if not busy:
                await _pause(stop, self._poll * random.uniform(0.8, 1.2))  # noqa: S311  # jitter

    async def step(self, stop: asyncio.Event | None = None) -> bool:
        """Queue what is scheduled, then work on one job until it ends or `stop`; False if there was none."""
        now = self._clock.now()
        token = uuid4()
        async with self._sessions.begin() as session:
            await schedules.enqueue_due(session, now=now)
            job = await queue.claim(session, list(self._bodies), token=token, now=now, lease=self._lease)
        if job is None:
            return False
        with context.bind(CallContext(correlation_id=job.id, actor=f"system:job:{job.kind}")):
            await self._work(job, token, stop)
        return True

    async def _work(self, job: JobView, token: UUID, stop: asyncio.Event | None) -> None:
        if job.attempts > MAX_ATTEMPTS:
            await self._give_up(job, token, job.error or "worker_lost")
            return
        try:
            while not (stop is not None and stop.is_set()):
                step = await self._chunk(job.id, token)
                if step is None or step.is_finished:
                    return
            await self._give_back(job, token)
        except DomainError as error:
            await self._give_up(job, token, type(error).code)
        except Exception as error:  # noqa: BLE001  # a job's fault delays that job only
            await self._put_off(job, token, error)

    async def _chunk(self, job_id: UUID, token: UUID) -> Step | None:
        async with self._sessions.begin() as session:
            held = await queue.hold(session, job_id, token)
            if held is None:
                return None
            step = await self._bodies[held.kind](session, held)
            await queue.progress(session, job_id, step, now=self._clock.now(), lease=self._lease)
            return step

    async def _give_back(self, job: JobView, token: UUID) -> None:
        async with self._sessions.begin() as session:
            await queue.delay(session, job.id, token, error="", run_after=job.run_after)

    async def _give_up(self, job: JobView, token: UUID, code: str) -> None:
        log.error("jobs.failed", job_id=str(job.id), kind=job.kind, code=code)
        async with self._sessions.begin() as session:
            await queue.fail(session, job.id, token, error=code, now=self._clock.now())

    async def _put_off(self, job: JobView, token: UUID, error: Exception) -> None:
        log.warning("jobs.delayed", job_id=str(job.id), kind=job.kind, attempts=job.attempts, **describe(error))
        wait = timedelta(seconds=min(600, 2**job.attempts) * random.uniform(0.75, 1.25))  # noqa: S311  # jitter
        now = self._clock.now()
        async with self._sessions.begin() as session:
            current = await queue.hold(session, job.id, token)
            if current is None:
                return
            name = type(error).__name__
            if current.attempts >= MAX_ATTEMPTS:
                await queue.fail(session, job.id, token, error=name, now=now)
            else:
                await queue.delay(session, job.id, token, error=name, run_after=now + wait)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
