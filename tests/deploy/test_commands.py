"""The operator's commands against a running platform, and its processes one by one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from deploy.gasdesk.main import app
from shared.database import asyncpg_dsn
from tests.support.platform import GASDESK, PlatformProcess

SERVICES = ("customer", "complaint", "callback", "inspection", "incentive")


@pytest.fixture(scope="module")
def platform() -> Iterator[PlatformProcess]:
    folder = Path(tempfile.mkdtemp(prefix="gd-"))
    running = PlatformProcess(folder / "home")
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


def answer(url: str) -> tuple[int, str]:
    reply = httpx.get(url, timeout=5)
    return reply.status_code, reply.text


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def gasdesk(platform: PlatformProcess, *arguments: str, **variables: str) -> Done:
    """A command in this process, which has imported everything already, on a loop and thread of its own."""

    def run() -> Done:
        with mock.patch.dict(os.environ, {**platform.variables, **variables}, clear=True):
            result = CliRunner().invoke(app, arguments)
            return Done(result.exit_code, result.stdout, result.stderr)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_every_process_is_ready(platform: PlatformProcess) -> None:
    for url in (platform.state["gateway_url"], *platform.state["service_urls"].values()):
        status, body = answer(f"{url}/readyz")
        assert (status, json.loads(body)["status"]) == (200, "ready"), url


def test_demo_logins_sign_in(platform: PlatformProcess) -> None:
    for login in ("agent", "reporter", "gm@chaohu"):
        form = {"grant_type": "password", "username": login, "password": "gasdesk"}
        reply = httpx.post(f"{platform.state['gateway_url']}/v1/auth/token", data=form)
        assert reply.json()["access_token"], login


def test_second_run_on_the_same_home_is_refused_by_name(platform: PlatformProcess) -> None:
    refused = platform.gasdesk("run")
    assert refused.returncode == 2
    assert str(platform.pid) in refused.stderr
    assert str(platform.home) in refused.stderr


async def test_time_moves_in_all_five_schemas(platform: PlatformProcess) -> None:
    assert gasdesk(platform, "time", "advance", "1d2h").returncode == 0
    connection = await asyncpg.connect(asyncpg_dsn(platform.state["database_url"]))
    try:
        for service in SERVICES:
            assert await connection.fetchval(f"select seconds from {service}.clock_offset") == 26 * 3600
    finally:
        await connection.close()
        assert gasdesk(platform, "time", "reset").returncode == 0


def test_time_does_not_move_in_production(platform: PlatformProcess) -> None:
    refused = gasdesk(platform, "time", "advance", "1h", ENVIRONMENT="production")
    assert refused.returncode == 2
    assert "ENVIRONMENT" in refused.stderr


async def test_published_year_becomes_the_next_revision(platform: PlatformProcess, tmp_path: Path) -> None:
    connection = await asyncpg.connect(asyncpg_dsn(platform.state["database_url"]))
    try:
        code = await connection.fetchval("select code from complaint.calendar_revisions order by code limit 1")
        file = tmp_path / "2031.yaml"
        file.write_text("year: 2031\nclosed: [2031-01-01, 2031-02-03]\nworked: [2031-02-08]\n")
        assert "版本 2" in gasdesk(platform, "calendars", "import", code, str(file)).stdout
        assert "版本 2" in gasdesk(platform, "calendars", "import", code, str(file)).stdout
        for service in SERVICES:
            newest = await connection.fetchval(
                f"select definition from {service}.calendar_revisions where code = $1 and revision = 2", code
            )
            assert json.loads(newest)["overrides"]["2031-02-03"] == []
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "content",
    ["year: 2031\nclosed: [2032-01-01]\n", "year: 2031\noff: []\n", "weekly: {mon: [8-9]}\n", "[]", "year: x\n"],
)
def test_wrong_calendar_is_refused(platform: PlatformProcess, tmp_path: Path, content: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(content)
    refused = gasdesk(platform, "calendars", "import", "office", str(file))
    assert refused.returncode == 1
    assert "wrong.yaml" in refused.stderr or "office" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_commands_answer(platform: PlatformProcess, tmp_path: Path) -> None:
    lines = {
        ("packs", "check"): "xxx-gas",
        ("migrate",): "",
        ("provision",): "provisioned",
        ("audit", "verify"): "complaint",
        ("dead-letters", "list"): "",
        ("events", "replay", "incentive", "--since", "2026-01-01T00:00:00+0800"): "incentive",
        ("events", "export", "incentive"): "incentive.staff_changed",
        ("events", "tail", "--from-start", "--count", "1"): "incentive.staff_changed",
        ("asyncapi", str(tmp_path / "asyncapi.json")): "",
        ("openapi", str(tmp_path / "openapi")): "",
    }
    for arguments, expected in lines.items():
        done = gasdesk(platform, *arguments)
        assert done.returncode == 0, (arguments, done.stderr)
        assert expected in done.stdout, (arguments, done.stdout)
    assert json.loads((tmp_path / "asyncapi.json").read_text())["asyncapi"] == "3.0.0"
    assert "/v1/complaints" in json.loads((tmp_path / "openapi" / "gateway.json").read_text())["paths"]


def test_mistakes_are_one_line(platform: PlatformProcess, tmp_path: Path) -> None:
    for arguments in (["serve", "nobody"], ["work", "gateway"], ["events", "replay", "nobody"]):
        refused = gasdesk(platform, *arguments)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1, refused.stderr
    nothing = gasdesk(platform, "audit", "verify", GASDESK_HOME=str(tmp_path))
    assert nothing.returncode == 2
    assert "make run" in nothing.stderr


def test_service_runs_alone_and_drains(platform: PlatformProcess) -> None:
    port = free_port()
    alone = _start(platform, "serve", "inspection", "--drain-seconds", "0.5", GASDESK_INSPECTION_PORT=str(port))
    assert _until_ready(f"http://127.0.0.1:{port}/readyz") == 200
    alone.send_signal(signal.SIGTERM)
    assert _until(lambda: answer(f"http://127.0.0.1:{port}/readyz")[0] == 503)
    assert alone.wait(10) == 0


def test_services_of_a_run_show_their_workers_gauges(platform: PlatformProcess) -> None:
    for url in platform.read_state()["service_urls"].values():
        assert _until(lambda url=url: "gasdesk_outbox_lag_seconds" in answer(f"{url}/metrics")[1])


def test_worker_runs_alone_with_health_and_metrics(platform: PlatformProcess) -> None:
    port = free_port()
    alone = _start(platform, "work", "inspection", GASDESK_INSPECTION_WORKER_PORT=str(port))
    assert _until_ready(f"http://127.0.0.1:{port}/readyz") == 200
    assert _until(lambda: "gasdesk_outbox_lag_seconds 0.0" in answer(f"http://127.0.0.1:{port}/metrics")[1])
    alone.send_signal(signal.SIGTERM)
    assert alone.wait(10) == 0


def test_server_that_ends_is_started_again(platform: PlatformProcess) -> None:
    before = platform.read_state()
    for name in ("nats", "postgres"):
        os.kill(before["pids"][name], signal.SIGKILL)
        assert _until(lambda name=name: platform.read_state()["pids"][name] != before["pids"][name])
    after = platform.read_state()
    assert after["nats_url"] == before["nats_url"]
    for url in (after["gateway_url"], *after["service_urls"].values()):
        assert _until_ready(f"{url}/readyz") == 200


def _start(platform: PlatformProcess, *arguments: str, **variables: str) -> "subprocess.Popen[bytes]":
    environment = {**platform.variables, "ENVIRONMENT": "demo", "GASDESK_REQUIRE_DURABLE": "0", **variables}
    return subprocess.Popen([GASDESK, *arguments], env=environment, stdout=subprocess.DEVNULL)


def _until_ready(url: str) -> int:
    def is_ready() -> bool:
        try:
            return answer(url)[0] == 200
        except httpx.TransportError:
            return False

    return 200 if _until(is_ready) else answer(url)[0]


def _until(condition: object, seconds: float = 15) -> bool:
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
