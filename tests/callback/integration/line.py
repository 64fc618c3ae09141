"""How tests work on callbacks: let something happen, claim, call, look at what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI

from services.callback.calls.service.keeping import keep
from services.callback.policy_in_force import open_governances
from services.callback.worker import handlers_of
from shared.contracts.base import EventPayload, Routing
from shared.contracts.customer import CustomerOrderCompleted, CustomerRegistered
from shared.events.envelope import Event
from shared.events.inbox import apply_once
from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company

Json = dict[str, Any]
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""
GOOD = {"overall": {"score": 5}}
BAD = {"overall": {"score": 1}}


def event_of(
    company: Company,
    said: EventPayload,
    *,
    version: int = 1,
    event_id: UUID | None = None,
    causation_id: UUID | None = None,
    matter_id: UUID | None = None,
    hops: int = 0,
) -> Event:
    """An event as the bus brings it."""
    return Event(
        id=event_id or new_id(),
        type=said.TYPE,
        source="/test",
        subject=new_id(),
        time=TUESDAY,
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


@dataclass
class Line:
    """The started service."""

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

    async def hear(self, event: Event) -> bool:
        """Let the service consume an event through its inbox; whether it was new."""
        handler = handlers_of(self.runtime)[event.type]
        async with self.runtime.sessions.begin() as session:
            return await apply_once(session, consumer="callback", event=event, handler=handler, now=self.clock.now())

    async def know(self, company: Company, tier: str, *, customer_id: UUID | None = None, **more: Any) -> UUID:
        """Let the service learn of a customer."""
        customer_id = customer_id or new_id()
        said: Json = {"kind": "residential", "customer_class": "a", "party": "individual", "standing": "active"}
        state = CustomerRegistered(customer_id=customer_id, number="C1", tier=tier, **{**said, **more})
        await self.hear(event_of(company, state))
        return customer_id

    async def complete(
        self,
        company: Company,
        *,
        tier: str = "vip",
        work: str = "repair",
        ago: timedelta = timedelta(days=1),
        staff: Sequence[str] = ("crew",),
        customer_id: UUID | None = None,
        times: int = 1,
    ) -> CustomerOrderCompleted:
        """A service order is completed; VIP repairs are all called back."""
        said = CustomerOrderCompleted(
            order_id=new_id(),
            number="GD261123-000001",
            customer_id=customer_id or new_id(),
            work=work,
            completed_at=self.clock.now() - ago,
            tier=tier,
            staff_ids=[company.person(login) for login in staff],
            routing=Routing(department="customer_service"),
        )
        event = event_of(company, said, matter_id=said.order_id)
        for _ in range(times):
            await self.hear(event)
        return said

    async def callback_of(self, company: Company, subject_id: UUID, *, login: str = "office") -> Json:
        """The callback of an order or case, as the API shows it."""
        answer = await self.client.get(
            "/v1/callbacks", params={"subject_id": str(subject_id)}, headers=company.headers(login)
        )
        assert answer.status_code == 200, answer.text
        (found,) = answer.json()["items"]
        return dict(found)

    async def post(
        self, company: Company, path: str, body: Json | None = None, *, login: str = "agent", **more: Any
    ) -> httpx.Response:
        """One POST, whatever comes of it."""
        return await self.client.post(path, json=body or {}, headers=company.headers(login, **more))

    async def claim(self, company: Company, *, login: str = "agent", **body: Any) -> Json:
        """The next callback."""
        answer = await self.post(company, "/v1/callbacks/claim", body, login=login)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def act(self, company: Company, one: Json, act: str, *, login: str = "agent", **body: Any) -> httpx.Response:
        """One step on a callback from the version at hand, whatever comes of it."""
        path = f"/v1/callbacks/{one['id']}/{act}"
        return await self.post(company, path, body, login=login, version=one["version"])

    async def record(self, company: Company, one: Json, *, login: str = "agent", **body: Any) -> Json:
        """A report that is taken."""
        answer = await self.act(company, one, "record", login=login, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def shown(self, company: Company, one: Json, *, login: str = "office") -> Json:
        """The callback with what belongs to it."""
        answer = await self.client.get(f"/v1/callbacks/{one['id']}", headers=company.headers(login))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def clocks(self, company: Company, subjects: str, one: Json) -> list[Json]:
        """The clocks of a callback or an opinion."""
        answer = await self.client.get(f"/v1/{subjects}/{one['id']}/clocks", headers=company.headers("office"))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def keep(self, company: Company) -> int:
        """What the worker does every few seconds: clocks are judged, windows closed."""
        await Sweeper(self.pool, self.clock).sweep()
        governances = open_governances(self.runtime.policy, self.runtime.calendars)
        async with self.runtime.sessions.begin() as session:
            return await keep(session, governances, company.code, now=self.clock.now())

    async def facts(self, company: Company, *types: str) -> list[Json]:
        """Payloads of the company's facts of these types, in their order, with the envelope's causal part."""
        rows = await self.pool.fetch(
            "select id, type, payload, routing, hops, matter_id, correlation_id from outbox"
            " where company = $1 and type = any($2::text[]) order by seq",
            company.code,
            list(types),
        )
        return [{**dict(row), **row["payload"]} for row in rows]
