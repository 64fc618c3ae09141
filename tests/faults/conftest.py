"""One rig per test process: durable servers that are killed and come back."""

from collections.abc import AsyncIterator

import pytest

from tests.support.faults.rig import Rig, open_rig


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Rig]:
    """Servers of the fault tests' own."""
    async with open_rig() as opened:
        yield opened


@pytest.fixture
async def rig(servers: Rig) -> AsyncIterator[Rig]:
    """The servers, without any process of the platform before and after the test."""
    servers.fleet.crashes.clear()
    yield servers
    await servers.fleet.end(*servers.fleet.processes)
