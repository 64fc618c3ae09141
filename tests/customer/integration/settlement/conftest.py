"""A started customer service, and a company with a price list."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.customer.integration.settlement.counter import Counter
from tests.support.world import World


@pytest.fixture(scope="session")
async def settling(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


@pytest.fixture
async def counter(world: World, settling: httpx.AsyncClient, company: str) -> Counter:
    """A company that runs the primary pack."""
    gas = await world.company(company)
    app = world.app_of(settling)
    return await Counter(settling, app.state.runtime.hot, gas, app.state.runtime).priced()
