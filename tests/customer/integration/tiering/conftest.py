"""A started customer service, and companies of the packs with customers of their own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.customer.plans.service import days
from services.customer.plans.service.work import PlanWork
from services.customer.tiering.service import eventing, terms
from shared.ids import new_id
from shared.policy.book import Policy
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company, World

Json = dict[str, Any]


@dataclass
class Desk:
    """The doors, the jobs and the rows of one company."""

    client: httpx.AsyncClient
    gas: Company
    runtime: Any

    @property
    def now(self) -> datetime:
        now: datetime = self.runtime.clock.now()
        return now

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    @property
    def policy(self) -> Policy:
        policy: Policy = self.runtime.policy.policy(self.gas.code, self.now)
        return policy

    async def post(
        self, path: str, body: Any = None, *, by: str, version: int | None = None, **more: Any
    ) -> httpx.Response:
        headers = self.gas.headers(by, version=version)
        return await self.client.post(f"/v1{path}", json=body or {}, headers=headers, **more)

    async def done(self, path: str, body: Any = None, *, by: str, version: int | None = None) -> Json:
        answer = await self.post(path, body, by=by, version=version)
        assert answer.status_code in {200, 201, 202}, answer.text
        result: Json = answer.json()
        return result

    async def get(self, path: str, *, by: str = "head", **params: Any) -> Any:
        answer = await self.client.get(f"/v1{path}", params=params, headers=self.gas.headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def review(self, proposal: Json, *, by: str = "deputy", decision: str = "confirm", **more: Any) -> Json:
        path = f"/tier-proposals/{proposal['id']}/review"
        return await self.done(path, {"decision": decision, **more}, by=by, version=proposal["version"])

    async def run_confirmed(self) -> Json:
        run = await self.done("/tier-runs", by="keeper")
        return await self.done(f"/tier-runs/{run['id']}/confirm", by="deputy", version=run["version"])

    async def customer(self, number: str = "1", **said: Any) -> str:
        """A customer as the registry stores it."""
        values = {
            "kind": "commercial",
            "customer_class": "b",
            "party": "unit",
            "standing": "active",
            "tier": self.policy.chapter("customer").default_tier,
            "daily_volume_m3": None,
            "capacity_m3_day": None,
            "member_count": 0,
            "tags": [],
            "facts": {},
            "name": "云湖食品",
            **said,
        }
        names, places = ", ".join(values), ", ".join(f"${n + 5}" for n in range(len(values)))
        customer_id = new_id()
        await self.runtime.hot.execute(
            f"insert into customers (id, company, number, registered_at, updated_at, {names})"
            f" values ($1, $2, $3, $4, $4, {places})",
            customer_id,
            self.gas.code,
            number,
            self.now,
            *values.values(),
        )
        return str(customer_id)

    async def set(self, customer_id: str, **said: Any) -> None:
        pairs = ", ".join(f"{name} = ${n + 2}" for n, name in enumerate(said))
        await self.runtime.hot.execute(f"update customers set {pairs} where id = $1", UUID(customer_id), *said.values())

    async def changed(self, customer_id: str, by: str | None = None, **said: Any) -> int:
        """Change the customer's facts and judge it anew."""
        await self.set(customer_id, **said)
        changed_by = None if by is None else self.gas.person(by)
        async with self.runtime.sessions.begin() as session:
            return await eventing.judge_changed(
                session,
                self.policy,
                self.runtime.calendars,
                [UUID(customer_id)],
                changed_by=changed_by,
                now=self.now,
            )

    async def day(self, on: date) -> None:
        """Let the jobs of a day run, at noon."""
        at = datetime.combine(on, time(4), UTC)
        policy = self.runtime.policy.policy(self.gas.code, at)
        async with self.runtime.sessions.begin() as session:
            _, is_finished = await terms.bring_up(session, policy, self.runtime.calendars, now=at)
        assert is_finished
        async with self.runtime.sessions.begin() as session:
            await days.bring_up(PlanWork(session, policy, self.runtime.calendars, at))

    async def sweep(self, at: datetime) -> None:
        await Sweeper(self.runtime.hot, FixedClock(at)).sweep()

    async def row(self, customer_id: str) -> Json:
        return dict(await self.runtime.hot.fetchrow("select * from customers where id = $1", UUID(customer_id)))

    async def facts(self, *types: str) -> list[Json]:
        rows = await self.runtime.hot.fetch(
            "select type, payload from outbox where company = $1 and type = any($2::text[]) order by seq",
            self.gas.code,
            list(types),
        )
        return [{"type": row["type"], **row["payload"]} for row in rows]


@pytest.fixture(scope="session")
async def customers(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


Desks = Callable[[str], Awaitable[Desk]]


@pytest.fixture
def desks(world: World, customers: httpx.AsyncClient, company: str) -> Desks:
    """A company of this test's own that runs a pack."""

    async def make(pack: str) -> Desk:
        app = world.app_of(customers)
        gas = await world.company(company, pack)
        return Desk(customers, gas, app.state.runtime)

    return make


@pytest.fixture
async def chaohu(desks: Desks) -> Desk:
    """A company of four tiers."""
    return await desks("chaohu")
