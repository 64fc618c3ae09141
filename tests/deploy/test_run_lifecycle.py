"""`make run` starts, stops, continues, heals after a crash, and says in one line what is in its way."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.platform import PlatformProcess


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gd-"))
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


def processes_on(home: Path) -> list[str]:
    """Command lines of the processes that work on this home."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            if any(str(home) in part for part in line) or str(home) in process.cwd():
                found.append(" ".join(line))
        except psutil.Error:
            continue
    return found


def wait_until_gone(home: Path, seconds: float = 10) -> list[str]:
    until = time.monotonic() + seconds
    while (left := processes_on(home)) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def test_run_stops_continues_and_heals(home: Path) -> None:
    platform = PlatformProcess(home)
    state = platform.start()
    assert {"gateway_url", "service_urls", "database_url", "nats_url", "reporter_nats_url", "pids"} <= state.keys()
    assert set(state["service_urls"]) == {"customer", "complaint", "callback", "inspection", "incentive"}
    assert (home / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in (home / "secrets").iterdir()} == {0}
    assert platform.gasdesk("time", "advance", "90m").returncode == 0

    assert platform.stop(signal.SIGINT) == 0
    assert processes_on(home) == []
    assert not (home / "state.json").exists()

    platform.start()
    assert "1:31:00" in platform.gasdesk("time", "advance", "1m").stdout  # what was there before is there again
    os.kill(platform.pid, signal.SIGKILL)
    assert wait_until_gone(home) == []  # nothing outlives a killed parent

    platform.start()
    assert platform.stop(signal.SIGTERM) == 0
    assert processes_on(home) == []
    assert "Traceback" not in platform.output


def test_taken_port_is_named_with_its_variable(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = PlatformProcess(home, GASDESK_COMPLAINT_PORT=str(port)).gasdesk("run")
    assert refused.returncode == 2
    assert "GASDESK_COMPLAINT_PORT" in refused.stderr
    assert str(port) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert processes_on(home) == []


@pytest.mark.parametrize("value", ["http", "70000", "-1", ""])
def test_port_that_is_none_is_named_with_its_variable(home: Path, value: str) -> None:
    refused = PlatformProcess(home, GASDESK_NATS_PORT=value).gasdesk("run")
    assert refused.returncode == 2
    assert "GASDESK_NATS_PORT" in refused.stderr


def test_long_home_is_refused_by_name(home: Path) -> None:
    refused = PlatformProcess(home / ("x" * 80)).gasdesk("run")
    assert refused.returncode == 2
    assert "GASDESK_HOME" in refused.stderr


def test_production_is_refused(home: Path) -> None:
    refused = PlatformProcess(home, ENVIRONMENT="production").gasdesk("run")
    assert refused.returncode == 2
    assert "ENVIRONMENT" in refused.stderr


def test_broken_pack_stops_the_start(home: Path) -> None:
    packs = home.parent / "packs"
    shutil.copytree(Path(__file__).resolve().parents[2] / "shared/policy/packs", packs)
    (packs / "generic/pack.yaml").write_text("code: generic\n")
    platform = PlatformProcess(home, GASDESK_PACKS=str(packs))
    refused = platform.gasdesk("run")
    assert refused.returncode == 2
    assert "generic/pack.yaml" in refused.stderr
    assert processes_on(home) == []
