"""Companies on every pack."""

import httpx
import pytest

from tests.support.world import Company, World


@pytest.fixture
async def liaoning(world: World, complaints: httpx.AsyncClient, company: str) -> Company:
    """A company that serves groups by class."""
    return await world.company(f"{company}-l", "liaoning")


@pytest.fixture
async def chaohu(world: World, complaints: httpx.AsyncClient, company: str) -> Company:
    """A company of four tiers."""
    return await world.company(f"{company}-c", "chaohu")
