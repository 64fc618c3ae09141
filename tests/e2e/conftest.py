"""The whole platform as a user has it: `gasdesk run` in a process of its own, on free ports, in an empty home."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.events.topology import SERVICES

GASDESK = Path(sys.executable).parent / "gasdesk"
PORTS = ["GASDESK_GATEWAY_PORT", "GASDESK_NATS_PORT", *(f"GASDESK_{service.upper()}_PORT" for service in SERVICES)]


@dataclass
class Platform:
    """A running platform."""

    home: Path
    process: asyncio.subprocess.Process
    log: Path

    @property
    def state(self) -> dict[str, Any]:
        """What it says of itself."""
        state: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return state

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user's shell beside it."""
        return {**os.environ, "GASDESK_HOME": str(self.home)}


async def start_platform(home: Path) -> Platform:
    """Start and wait until it is ready."""
    log = home.parent / "run.log"
    environment = {**os.environ, "GASDESK_HOME": str(home), "GASDESK_DURABLE": "0", **dict.fromkeys(PORTS, "0")}
    environment.pop("ENVIRONMENT", None)
    with log.open("ab") as sink:
        process = await asyncio.create_subprocess_exec(GASDESK, "run", env=environment, stdout=sink, stderr=sink)
    for _ in range(1800):
        if (home / "state.json").exists():
            return Platform(home, process, log)
        if process.returncode is not None:
            break
        await asyncio.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
async def platform() -> AsyncIterator[Platform]:
    """One platform for the whole session."""
    async with short_lived() as running:
        yield running


@pytest.fixture
async def moved_platform() -> AsyncIterator[Platform]:
    """A platform of its own, for a test that moves the time."""
    async with short_lived() as running:
        yield running


@asynccontextmanager
async def short_lived() -> AsyncIterator[Platform]:
    """A platform in a new home with a short path, stopped as a user stops it."""
    folder = Path(tempfile.mkdtemp(prefix="ge-"))
    running = await start_platform(folder / "home")
    yield running
    running.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(running.process.wait(), 30)
    shutil.rmtree(folder, ignore_errors=True)
