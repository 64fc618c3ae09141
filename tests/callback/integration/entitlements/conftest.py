"""The same companies and helpers as of the visits."""

import pytest

from tests.callback.integration.line import Line
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company, World


@pytest.fixture
def tour(line: Line) -> Tour:
    """What is done to visits."""
    return Tour(line)


@pytest.fixture
async def liaoning(world: World, line: Line, company: str) -> Company:
    """A company of group customers."""
    return await world.company(f"{company}-l", "liaoning")
