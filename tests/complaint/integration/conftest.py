"""A started complaint service."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def complaints(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the complaint service."""
    async with world.client("complaint") as client:
        yield client


@pytest.fixture
async def gas(world: World, complaints: httpx.AsyncClient, company: str) -> Company:  # app started first
    """A company that runs the primary pack."""
    return await world.company(company)
