"""A company that serves group customers."""

import pytest

from tests.callback.integration.line import Line
from tests.support.world import Company, World


@pytest.fixture
async def groups(world: World, line: Line, company: str) -> Company:
    """A company with group customers and their members."""
    return await world.company(f"{company}-l", "liaoning")
