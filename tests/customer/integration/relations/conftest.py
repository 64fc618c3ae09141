"""A started customer service, and a company with customers of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.support.world import Company, World

GROUP = {"name": "云湖钢铁集团", "kind": "industrial", "party": "group"}
HOME = {"name": "欧阳小明", "kind": "residential"}


@dataclass
class Desk:
    """The doors and the rows of one company."""

    client: httpx.AsyncClient
    gas: Company
    pool: asyncpg.Pool

    async def post(
        self, path: str, body: Any = None, *, by: str = "clerk", version: int | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = self.gas.headers(by, version=version, key=key)
        return await self.client.post(f"/v1{path}", json=body or {}, headers=headers)

    async def done(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        answer = await self.post(path, body, **more)
        assert answer.status_code in {200, 201, 202}, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def patch(self, path: str, body: Any, *, by: str = "clerk", version: int) -> httpx.Response:
        return await self.client.patch(f"/v1{path}", json=body, headers=self.gas.headers(by, version=version))

    async def get(self, path: str, *, by: str = "clerk", **params: Any) -> Any:
        answer = await self.client.get(f"/v1{path}", params=params, headers=self.gas.headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def customer(self, **more: Any) -> dict[str, Any]:
        return await self.done("/customers", {**HOME, **more})

    async def group(self, **more: Any) -> dict[str, Any]:
        return await self.done("/customers", {**GROUP, **more})

    async def tier(self, customer_id: str, tier: str) -> None:
        await self.pool.execute("update customers set tier = $2 where id = $1", UUID(customer_id), tier)

    async def facts(self, *types: str) -> list[dict[str, Any]]:
        rows = await self.pool.fetch(
            "select type, aggregate_version, payload from outbox where company = $1 and type = any($2::text[])"
            " order by seq",
            self.gas.code,
            list(types),
        )
        return [{"type": row["type"], "version": row["aggregate_version"], **row["payload"]} for row in rows]


def refused(answer: httpx.Response, status: int, code: str, pointer: str | None = None) -> None:
    """The refusal, by status, code and field."""
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), answer.text
    if pointer is not None:
        assert [one["pointer"] for one in said["errors"]] == [pointer]


@pytest.fixture(scope="session")
async def customers(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


@pytest.fixture(scope="session")
def pool(world: World, customers: httpx.AsyncClient) -> asyncpg.Pool:
    """The service's pool, for looking at its rows."""
    app = world.app_of(customers)
    found: asyncpg.Pool = app.state.runtime.hot
    return found


@pytest.fixture
async def desk(world: World, customers: httpx.AsyncClient, pool: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the primary pack."""
    return Desk(customers, await world.company(company), pool)


@pytest.fixture
async def generic(world: World, customers: httpx.AsyncClient, pool: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the pack of four levels with their teams."""
    return Desk(customers, await world.company(f"{company}-g", "generic"), pool)


@pytest.fixture
async def liaoning(world: World, customers: httpx.AsyncClient, pool: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the pack of group customers."""
    return Desk(customers, await world.company(f"{company}-l", "liaoning"), pool)
