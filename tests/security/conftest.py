"""The whole house, started once."""

from collections.abc import AsyncIterator

import pytest

from tests.security.house import House, open_house
from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def house(world: World) -> AsyncIterator[House]:
    """Five services and the gateway."""
    async with open_house(world) as house:
        yield house


@pytest.fixture
async def gas(house: House, company: str) -> Company:
    """A company of the test's own."""
    return await house.company(company)
