"""A started customer service, and a company of the test's own."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.customer.integration.entry_quality.house import House
from tests.support.world import World


@pytest.fixture(scope="session")
async def entry_client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("customer") as client:
        yield client


@pytest.fixture
async def house(world: World, entry_client: httpx.AsyncClient, company: str) -> House:
    gas = await world.company(company)
    app = world.app_of(entry_client)
    return House(app, entry_client, gas)
