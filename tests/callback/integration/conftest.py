"""A started callback service whose clock stands at a Tuesday morning, so that no test depends on the hour."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.sla.time import FixedClock
from tests.callback.integration.line import TUESDAY, Line
from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def line_app(world: World) -> AsyncIterator[Line]:
    """The service, its clock and a client, for the whole session."""
    async with world.client("callback") as client:
        app = world.newest("callback")
        clock = FixedClock(TUESDAY)
        app.state.runtime = replace(app.state.runtime, clock=clock)
        yield Line(client, app, clock)


@pytest.fixture
def line(line_app: Line) -> Line:
    """The same, with the clock set back."""
    line_app.clock.set(TUESDAY)
    return line_app


@pytest.fixture
async def gas(world: World, line: Line, company: str) -> Company:
    """A company that runs the primary pack."""
    return await world.company(company)


@pytest.fixture
async def chaohu(world: World, line: Line, company: str) -> Company:
    """A company of four tiers whose GM calls the VIPs in person."""
    return await world.company(f"{company}-c", "chaohu")
