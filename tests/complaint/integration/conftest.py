"""A started complaint service."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def complaints(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the complaint service."""
    async with world.client("complaint") as client:
        yield client


@pytest.fixture(scope="session")
async def hot(world: World, complaints: httpx.AsyncClient) -> asyncpg.Pool:
    """The service's pool, for looking at its rows."""
    app = next(app for app in world.apps if app.state.service == "complaint")
    pool: asyncpg.Pool = app.state.runtime.hot
    return pool


@pytest.fixture
async def gas(world: World, complaints: httpx.AsyncClient, company: str) -> Company:
    """A company that runs the primary pack."""
    return await world.company(company)


@pytest.fixture
async def generic(world: World, complaints: httpx.AsyncClient, company: str) -> Company:
    """A company that runs the pack of four levels with their steps."""
    return await world.company(f"{company}-g", "generic")
