"""How tests work with one started service: its clock stands still, events come in through its inbox, facts are read."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI

from shared.contracts.base import EventPayload
from shared.events.envelope import Event
from shared.events.inbox import apply_once
from shared.ids import new_id
from shared.jobs.model import JobBody, JobState, JobView, Step
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company, World

Json = dict[str, Any]


@dataclass
class Stage:
    """The started service."""

    service: str
    client: httpx.AsyncClient
    app: FastAPI
    clock: FixedClock

    @property
    def runtime(self) -> Any:
        """What the process holds."""
        return self.app.state.runtime

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """For looking at rows."""
        pool: asyncpg.Pool[Any] = self.runtime.hot
        return pool

    def event(
        self,
        company: Company,
        said: EventPayload,
        *,
        version: int = 1,
        event_id: UUID | None = None,
        subject: UUID | None = None,
        causation_id: UUID | None = None,
        matter_id: UUID | None = None,
        hops: int = 0,
        at: datetime | None = None,
    ) -> Event:
        """An event as the bus brings it."""
        return Event(
            id=event_id or new_id(),
            type=said.TYPE,
            source="/test",
            subject=subject or new_id(),
            time=at or self.clock.now(),
            company=company.code,
            aggregate_version=version,
            correlation_id=new_id(),
            causation_id=causation_id,
            matter_id=matter_id,
            hops=hops,
            actor=None,
            traceparent=None,
            routing=said.routing,
            payload=said,
            data={},
        )

    async def hear(self, event: Event) -> bool:
        """Let the service consume an event through its inbox; whether it was new."""
        handler = self._worker.handlers_of(self.runtime)[event.type]
        async with self.runtime.sessions.begin() as session:
            return await apply_once(session, consumer=self.service, event=event, handler=handler, now=self.clock.now())

    async def post(
        self, company: Company, path: str, body: Json | None = None, *, login: str, **more: Any
    ) -> httpx.Response:
        """One POST, whatever comes of it; `version=` and `key=` set the headers."""
        return await self.client.post(path, json=body or {}, headers=company.headers(login, **more))

    async def get(self, company: Company, path: str, *, login: str = "office", **query: Any) -> Any:
        """What a GET answers that must succeed."""
        answer = await self.client.get(path, params=query, headers=company.headers(login))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def clocks(self, company: Company, path: str, *, login: str = "office") -> dict[str, Json]:
        """The clocks of a resource by metric, the last of each."""
        return {clock["metric"]: clock for clock in (await self.get(company, f"{path}/clocks", login=login))["items"]}

    async def sweep(self) -> None:
        """What the worker does every moment: clocks are judged at the stage's time."""
        await Sweeper(self.pool, self.clock).sweep()

    async def facts(self, company: Company, *types: str) -> list[Json]:
        """Payloads of the company's facts of these types, in their order, with the envelope's causal part."""
        rows = await self.pool.fetch(
            "select id, type, payload, routing, hops, matter_id, correlation_id, causation_id from outbox"
            " where company = $1 and type = any($2::text[]) order by seq",
            company.code,
            list(types),
        )
        return [{**dict(row), **row["payload"]} for row in rows]

    async def run_job(self, company: Company, kind: str, *, args: Json | None = None, **more: Any) -> list[Step]:
        """Run a job's body to its end, a transaction a step, as the worker does."""
        body: JobBody = self._worker.job_bodies(self.runtime, self.app.state.desk, **more)[kind]
        job = _job(company, kind, args or {}, self.clock.now())
        steps: list[Step] = []
        while True:
            async with self.runtime.sessions.begin() as session:
                step = await body(session, job)
            steps.append(step)
            if step.is_finished:
                return steps
            job = replace(job, cursor=step.cursor)

    @property
    def _worker(self) -> Any:
        return importlib.import_module(f"services.{self.service}.worker")


def _job(company: Company, kind: str, args: Json, now: datetime) -> JobView:
    return JobView(
        id=new_id(),
        company=company.code,
        kind=kind,
        args=args,
        state=JobState.RUNNING,
        progress_done=0,
        progress_total=None,
        cursor={},
        result={},
        error=None,
        attempts=1,
        run_after=now,
        created_by=None,
        created_at=now,
        started_at=now,
        finished_at=None,
        version=1,
    )


@asynccontextmanager
async def open_stage(world: World, service: str, at: datetime) -> AsyncIterator[Stage]:
    """The service, its clock and a client."""
    async with world.client(service) as client:
        app = world.newest(service)
        clock = FixedClock(at)
        app.state.runtime = replace(app.state.runtime, clock=clock)
        yield Stage(service, client, app, clock)
