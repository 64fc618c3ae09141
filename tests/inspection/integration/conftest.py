"""A started inspection service whose clock stands at a Tuesday morning, so that no test depends on the hour."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.support.stage import Stage, open_stage
from tests.support.world import Company, World

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""


@pytest.fixture(scope="session")
async def inspection_app(world: World) -> AsyncIterator[Stage]:
    """The service, its clock and a client, for the whole session."""
    async with open_stage(world, "inspection", TUESDAY) as stage:
        yield stage


@pytest.fixture
def stage(inspection_app: Stage) -> Stage:
    """The same, with the clock set back."""
    inspection_app.clock.set(TUESDAY)
    return inspection_app


@pytest.fixture
async def gas(world: World, stage: Stage, company: str) -> Company:
    """A company that runs the primary pack."""
    return await world.company(company)


@pytest.fixture
async def chaohu(world: World, stage: Stage, company: str) -> Company:
    """A company of four tiers."""
    return await world.company(f"{company}-c", "chaohu")
