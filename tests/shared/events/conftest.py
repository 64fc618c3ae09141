"""Sessions of two schemas and connections of several users, for the tests of the event path."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.database import create_engine, create_sessions
from shared.events.bus import Bus
from shared.events.consumer import Consumer, Pace
from shared.events.inbox import Handler
from shared.events.relay import Relay
from tests.shared.events.support import Sessions, now, running, until
from tests.support.servers import TestPostgres

QUICK = Pace(first_delay=0.05, max_delay=0.1, max_failures=3, fetch_timeout=0.2)


async def _sessions(postgres: TestPostgres, service: str) -> AsyncIterator[Sessions]:
    engine = create_engine(postgres.url(service), application_name="test-events", schema=service)
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
async def complaint_sessions(postgres: TestPostgres) -> AsyncIterator[Sessions]:
    """Sessions of the publishing service."""
    async for sessions in _sessions(postgres, "complaint"):
        yield sessions


@pytest.fixture(scope="session")
async def customer_sessions(postgres: TestPostgres) -> AsyncIterator[Sessions]:
    """Sessions of the consuming service."""
    async for sessions in _sessions(postgres, "customer"):
        yield sessions


@pytest.fixture(scope="session")
async def complaint_bus(nats: EmbeddedNats) -> AsyncIterator[Bus]:
    """The publisher's connection."""
    bus = await Bus.connect(nats.url("complaint"), name="test-complaint")
    yield bus
    await bus.close()


@pytest.fixture(scope="session")
async def customer_bus(nats: EmbeddedNats) -> AsyncIterator[Bus]:
    """The consumer's connection."""
    bus = await Bus.connect(nats.url("customer"), name="test-customer")
    yield bus
    await bus.close()


@pytest.fixture(scope="session")
async def reporter(nats: EmbeddedNats) -> AsyncIterator[Bus]:
    """A reader's connection."""
    bus = await Bus.connect(nats.url("reporter"), name="test-reporter")
    yield bus
    await bus.close()


@pytest.fixture
def relay(postgres: TestPostgres, complaint_bus: Bus) -> Relay:
    """A relay of the publishing service, not yet running."""
    return Relay(service="complaint", dsn=postgres.url("complaint"), bus=complaint_bus, now=now)


@pytest.fixture
def own_nats() -> Iterator[EmbeddedNats]:
    """A broker of this test's own, running on a port it keeps over restarts, with nothing provisioned."""
    folder = Path(tempfile.mkdtemp(prefix="gd-"))
    server = EmbeddedNats(folder)
    server.start()
    server.port = int(server.address.rpartition(":")[2])
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def consume(customer_bus: Bus, customer_sessions: Sessions) -> Callable[..., Consumer]:
    """Makes a consumer of stream COMPLAINT for the service customer, after what other tests left was acked."""

    def make(handlers: Mapping[str, Handler], **changes: Any) -> Consumer:
        return Consumer(
            service="customer",
            stream="COMPLAINT",
            bus=customer_bus,
            sessions=customer_sessions,
            handlers=handlers,
            now=now,
            pace=replace(QUICK, **changes),
        )

    async def is_empty() -> bool:
        info = await customer_bus.api("CONSUMER.INFO.COMPLAINT.customer")
        return bool(info["num_ack_pending"] == 0 and info["num_pending"] == 0)

    async with running(make({})):
        await until(is_empty)
    return make
