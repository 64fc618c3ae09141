"""Fixtures that every test may use; none is automatic."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.provision import provision_streams
from tests.support.servers import TestPostgres, start_nats, start_postgres
from tests.support.world import World, make_world

WORLDS: list[World] = []
"""The one that is open, once a test asked for it."""
LONG = (
    *("tests/faults/", "tests/deploy/", "tests/e2e/", "tests/security/", "tests/inspection/year/"),
    "tests/architecture/test_contributing",
)
"""Minutes each: begun first, so that no worker is left alone with them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order within a file stays (`--no-loadscope-reorder` keeps it among workers)."""
    items.sort(key=lambda one: not one.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A short folder for sockets and data, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gd-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres(server_folder: Path) -> AsyncIterator[TestPostgres]:
    """A provisioned PostgreSQL 18; every test makes its own company in it."""
    cluster = await start_postgres(server_folder / "postgres")
    yield cluster
    cluster.server.stop()


@pytest.fixture(scope="session")
async def nats(server_folder: Path) -> AsyncIterator[EmbeddedNats]:
    """A provisioned nats-server with JetStream."""
    server = start_nats(server_folder / "nats")
    await provision_streams(server.admin_url)
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def world(postgres: TestPostgres, nats: EmbeddedNats, server_folder: Path) -> AsyncIterator[World]:
    """Servers with packs stored and keys made."""
    made = await make_world(postgres, nats, server_folder / "home")
    WORLDS.append(made)
    yield made
    WORLDS.remove(made)
    await made.close()


@pytest.fixture
async def company() -> AsyncIterator[str]:
    """A company of this test's own: assertions look at nothing else."""
    code = f"t-{secrets.token_hex(4)}"
    yield code
    for made in WORLDS:
        await made.dismiss(code)
