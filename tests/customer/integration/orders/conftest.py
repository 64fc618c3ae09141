"""A started customer service, companies of the packs, and hands that walk an order along its path."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company, World

Json = dict[str, Any]
DETAILS: dict[str, Json] = {"account": {"change": "open"}}


@dataclass
class Bench:
    """The doors and the rows of one company, and its people by post."""

    client: httpx.AsyncClient
    gas: Company
    runtime: Any

    @property
    def now(self) -> datetime:
        now: datetime = self.runtime.clock.now()
        return now

    def holder(self, post: str) -> str:
        """The staff id of somebody who holds the post."""
        staff = self.gas.pack.common.demo_staff
        return str(self.gas.person(next(login for login, one in staff.items() if post in one.posts)))

    def person(self, login: str) -> str:
        return str(self.gas.person(login))

    async def post(self, path: str, body: Any = None, *, by: str, version: int | None = None) -> httpx.Response:
        headers = self.gas.headers(by, version=version)
        return await self.client.post(f"/v1{path}", json=body or {}, headers=headers)

    async def done(self, path: str, body: Any = None, *, by: str, version: int | None = None) -> Json:
        answer = await self.post(path, body, by=by, version=version)
        assert answer.status_code in {200, 201}, answer.text
        result: Json = answer.json()
        return result

    async def get(self, path: str, *, by: str = "office", **params: Any) -> Any:
        answer = await self.client.get(f"/v1{path}", params=params, headers=self.gas.headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def customer(self, tier: str, party: str = "individual") -> str:
        """A confirmed customer of a tier, with one home."""
        customer_id = new_id()
        await self.runtime.hot.execute(
            "insert into customers (id, company, number, name, kind, customer_class, party, standing, tier, facts,"
            " registered_at, updated_at) values ($1, $2, $3, '云湖食品', 'commercial', 'b', $4, 'active', $5, '{}',"
            " $6, $6)",
            customer_id,
            self.gas.code,
            uuid4().hex[:12],
            party,
            tier,
            self.now,
        )
        await self.runtime.hot.execute(
            "insert into premises (id, company, customer_id, address, kind, state, is_primary, created_at)"
            " values ($1, $2, $3, '云湖路 1 号', 'residence', 'in_use', true, $4)",
            new_id(),
            self.gas.code,
            customer_id,
            self.now,
        )
        return str(customer_id)

    async def taken(self, work: str, customer_id: str | None, *, by: str = "clerk", **more: Any) -> httpx.Response:
        """An order taken in, whatever comes of it."""
        body = {"work": work, "summary": "户内用气报修", "channel": "hotline", "details": DETAILS.get(work, {}), **more}
        return await self.post("/orders", {"customer_id": customer_id, **body}, by=by)

    async def open(self, work: str, customer_id: str | None, **more: Any) -> Json:
        """An order taken in."""
        answer = await self.taken(work, customer_id, **more)
        assert answer.status_code == 201, answer.text
        order: Json = answer.json()
        return order

    async def take(self, order: Json, verb: str, body: Any = None, *, by: str = "leader") -> httpx.Response:
        """One step, whatever comes of it."""
        return await self.post(f"/orders/{order['id']}/{verb}", body, by=by, version=order["version"])

    async def step(self, order: Json, verb: str, body: Any = None, *, by: str = "leader") -> Json:
        """One step that is allowed."""
        answer = await self.take(order, verb, body, by=by)
        assert answer.status_code == 200, (verb, answer.text)
        result: Json = answer.json()
        return result

    async def dispatch(self, order: Json, **more: Any) -> Json:
        """Send whoever the promises ask for, and let whoever must arrange it arrange it."""
        demands = order["demands"]
        crew = [self.holder(post) for post in demands["performed_by"][:1]] or [self.person("crew")]
        body: Json = {"assigned_ids": crew, "team": "repair_1", **more}
        if demands["arranged_by"]:
            body["arranged_by_id"] = self.holder(demands["arranged_by"][0])
        return await self.step(order, "dispatch", body, by="office")

    async def arrive(self, order: Json, **more: Any) -> Json:
        return await self.step(await self.dispatch(order), "arrive", more)

    async def complete(self, order: Json, **more: Any) -> Json:
        """From wherever it stands to the completion, with everything that is asked."""
        if order["state"] in ("requested", "appointed"):
            order = await self.arrive(order)
        if order["demands"]["led_by"] and order["attended_at"] is None:
            order = await self.attend(order)
        return await self.step(order, "complete", {"done": order["demands"]["to_be_done"], **more})

    async def attend(self, order: Json) -> Json:
        people = [self.holder(post) for post in order["demands"]["led_by"]]
        return await self.step(order, "attend", {"present_ids": people}, by="deputy")

    async def sweep(self, after: timedelta) -> None:
        """Judge what is due then."""
        await Sweeper(self.runtime.hot, FixedClock(self.now + after)).sweep()

    async def clock(self, order: Json, metric: str) -> Json:
        """The newest clock of a metric."""
        clocks = (await self.get(f"/orders/{order['id']}/clocks"))["items"]
        found = [one for one in clocks if one["metric"] == metric]
        result: Json = max(found, key=lambda one: one["sequence"])
        return result

    async def facts(self, *types: str) -> list[Json]:
        rows = await self.runtime.hot.fetch(
            "select type, payload, matter_id from outbox where company = $1 and type = any($2::text[]) order by seq",
            self.gas.code,
            list(types),
        )
        return [{"type": row["type"], "matter_id": str(row["matter_id"]), **row["payload"]} for row in rows]

    async def row(self, order: Json) -> Json:
        return dict(await self.runtime.hot.fetchrow("select * from service_orders where id = $1", UUID(order["id"])))


@pytest.fixture(scope="session")
async def customers(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


Benches = Callable[[str], Awaitable[Bench]]


@pytest.fixture
def benches(world: World, customers: httpx.AsyncClient, company: str) -> Benches:
    """A company of this test's own that runs a pack."""

    async def make(pack: str) -> Bench:
        app = world.app_of(customers)
        return Bench(customers, await world.company(company, pack), app.state.runtime)

    return make


@pytest.fixture
async def xxx(benches: Benches) -> Bench:
    """A company of the primary pack."""
    return await benches("xxx-gas")


@pytest.fixture
async def chaohu(benches: Benches) -> Bench:
    """A company of four tiers."""
    return await benches("chaohu")


@pytest.fixture
async def generic(benches: Benches) -> Bench:
    """A company of four levels."""
    return await benches("generic")
