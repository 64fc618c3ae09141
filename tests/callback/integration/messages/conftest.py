"""The provider and the customer service that messages need."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.callback.integration.line import Line
from tests.callback.integration.messages.post import Outside, outside
from tests.callback.integration.messages.provider import Provider, running_provider
from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def registry(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The real customer service."""
    async with world.client("customer") as client:
        yield client


@pytest.fixture(scope="session")
async def provider_server() -> AsyncIterator[Provider]:
    """The provider, once for the session."""
    async with running_provider() as provider:
        yield provider


@pytest.fixture
async def out(
    world: World, registry: httpx.AsyncClient, line: Line, gas: Company, provider_server: Provider
) -> AsyncIterator[Outside]:
    """Everything outside, for one test; the provider behaves until told otherwise."""
    provider_server.set(status=202, is_taken=True, delay=0.0, ask_status=200, posts=[], sent={}, states={}, sign_ins=0)
    async with outside(world, line, registry, gas, provider_server) as found:
        yield found
