"""One rig per test process: durable servers that are killed and come back."""

from collections.abc import AsyncIterator

import pytest

from tests.support.faults.rig import Rig, open_rig


@pytest.fixture(scope="session")
async def rig() -> AsyncIterator[Rig]:
    """Servers of the fault tests' own."""
    async with open_rig() as opened:
        yield opened
