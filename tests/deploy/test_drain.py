"""A stop loses nothing: what was under way at SIGTERM is answered (I13); a broken pack is told in full."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
import yaml

from shared.database import asyncpg_dsn
from tests.support.platform import PlatformProcess

PACKS = Path(__file__).resolve().parents[2] / "shared/policy/packs"
_IN_FLIGHT = 6


@pytest.fixture
def platform() -> Iterator[PlatformProcess]:
    folder = Path(tempfile.mkdtemp(prefix="gd-"))
    running = PlatformProcess(folder / "home")
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_requests_in_flight_are_answered_when_the_platform_is_stopped(platform: PlatformProcess) -> None:
    pids = dict(platform.state["pids"])
    lock = await asyncpg.connect(asyncpg_dsn(platform.state["database_url"]))
    async with httpx.AsyncClient(base_url=platform.state["gateway_url"], timeout=20) as client:
        form = {"grant_type": "password", "username": "gm", "password": "gasdesk"}
        token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await client.get("/v1/staff", headers=headers)).status_code == 200

        await lock.execute("begin; lock table incentive.staff_members in access exclusive mode")
        under_way = [asyncio.create_task(client.get("/v1/staff", headers=headers)) for _ in range(_IN_FLIGHT)]
        await _waiting(lock, _IN_FLIGHT)
        psutil.Process(platform.pid).send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in under_way)
        await lock.execute("commit")
        answers = await asyncio.gather(*under_way)
        assert [answer.status_code for answer in answers] == [200] * _IN_FLIGHT
        await lock.close()

    assert await asyncio.to_thread(platform.stop, signal.SIGTERM) == 0
    assert [name for name, pid in pids.items() if psutil.pid_exists(pid)] == []


async def _waiting(connection: asyncpg.Connection, number: int) -> None:
    for _ in range(200):
        waits = "select count(*) from pg_locks where not granted and relation = 'incentive.staff_members'::regclass"
        if await connection.fetchval(waits) >= number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the requests did not reach the database")


def test_packs_check_names_file_path_and_reason(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(PACKS, packs)
    chapter = packs / "xxx-gas" / "common.yaml"
    content = yaml.safe_load(chapter.read_text())
    content["tiers"]["vip"]["rank"] = "first"
    chapter.write_text(yaml.safe_dump(content, allow_unicode=True))

    checked = PlatformProcess(tmp_path / "home").gasdesk("packs", "check", str(packs))

    assert checked.returncode == 1
    line = next(line for line in checked.stderr.splitlines() if "rank" in line)
    assert "xxx-gas/common.yaml" in line
    assert "tiers" in line
    assert line.rpartition(":")[2].strip()
    assert "Traceback" not in checked.stderr
