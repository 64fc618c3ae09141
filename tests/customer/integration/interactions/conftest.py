"""A started customer service, and a company with an interrupted neighbourhood."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from tests.customer.integration.interactions.desk import Desk
from tests.support.world import World


@pytest.fixture(scope="session")
async def customers(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


@pytest.fixture(scope="session")
async def hot(world: World, customers: httpx.AsyncClient) -> asyncpg.Pool:
    """The service's pool, for looking at its rows."""
    app = world.app_of(customers)
    pool: asyncpg.Pool = app.state.runtime.hot
    return pool


@pytest.fixture
async def desk(world: World, customers: httpx.AsyncClient, hot: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the primary pack."""
    return Desk(customers, hot, await world.company(company))


@pytest.fixture
async def generic(world: World, customers: httpx.AsyncClient, hot: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the pack of four levels."""
    return Desk(customers, hot, await world.company(f"{company}-g", "generic"))
