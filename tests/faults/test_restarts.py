"""Restarts that are meant: no errors beyond the outage (I12), none at all where replicas take turns (I13)."""

import asyncio
import signal
import uuid

import aiohttp
import pytest

from tests.support.faults.fleet import PATIENCE_SECONDS
from tests.support.faults.rig import Rig
from tests.support.faults.rolling import Replicas
from tests.support.world import Company

INTAKE = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}
_TURN = 50
"""Requests between two restarts."""
_WIDE = 8
"""As many requests at once as the pool has connections."""


async def open_case(http: aiohttp.ClientSession, url: str, company: Company) -> str:
    async with http.post(f"{url}/v1/complaints", json=INTAKE, headers=company.headers("agent")) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["id"])


async def statuses(http: aiohttp.ClientSession, url: str, company: Company, case: str) -> list[int]:
    """Read and write at once, over both pools."""

    async def read() -> int:
        headers = company.headers("agent")
        async with http.get(f"{url}/v1/complaints/{case}/clocks", headers=headers) as answer:
            return answer.status

    async def write() -> int:
        async with http.post(f"{url}/v1/complaints", json=INTAKE, headers=company.headers("agent")) as answer:
            return answer.status

    return list(await asyncio.gather(*(read() for _ in range(_WIDE)), *(write() for _ in range(_WIDE))))


async def ready(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await readiness(http, url) != 200:  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.02)


async def readiness(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(f"{url}/readyz") as answer:
        return answer.status


@pytest.mark.parametrize("mutant", ["", "no_pre_ping"])
async def test_a_restart_of_postgres_fails_no_request_after_readiness(rig: Rig, mutant: str) -> None:
    company = await rig.company()
    service = await rig.serve("http-a", mutant=mutant)
    await service.answers()
    failed = 0
    async with aiohttp.ClientSession() as http:
        case = await open_case(http, service.url, company)
        for _ in range(2):
            assert {*await statuses(http, service.url, company, case)} <= {200, 201}
            await rig.kill_postgres()
            await ready(http, service.url)
            failed += sum(status not in {200, 201} for status in await statuses(http, service.url, company, case))
    assert (failed == 0) is (mutant == ""), failed


async def test_processes_that_start_without_a_database_wait_for_it_and_can_be_stopped(rig: Rig) -> None:
    async with aiohttp.ClientSession() as http:
        async with rig.without_postgres():
            http_b, work_b = await rig.serve("http-b"), await rig.work("work-b")
            http_a, work_a = await rig.serve("http-a"), await rig.work("work-a")
            for name in ("http-a", "http-b", "work-a", "work-b"):
                await rig.fleet.said(name, "database not reached")
            assert await readiness(http, work_a.url) == 503
            await rig.fleet.end("http-b", "work-b", number=signal.SIGTERM)
            assert (http_b.status, work_b.status) == (0, 0), http_b.tail() + work_b.tail()
        pids = (http_a.pid, work_a.pid)
        await ready(http, http_a.url)
        await ready(http, work_a.url)
    assert (http_a.pid, work_a.pid) == pids
    assert rig.fleet.crashes == []


async def test_a_process_that_does_not_wait_for_its_database_is_noticed(rig: Rig) -> None:
    async with rig.without_postgres():
        sweeper = await rig.loop("sweeper-a", "sweeper", "complaint", mutant="impatient")
        await asyncio.wait_for(sweeper.ended.wait(), PATIENCE_SECONDS)
    assert rig.fleet.crashes.pop().startswith("sweeper-a ended")


async def test_a_broker_that_was_killed_or_hung_is_found_again(rig: Rig) -> None:
    company = await rig.company()
    service = await rig.serve("http-a")
    await rig.work("work-a")
    await rig.fleet.answering("http-a", "work-a")
    async with aiohttp.ClientSession() as http:
        for trouble in (rig.kill_nats(), rig.freeze_nats(3)):
            await open_case(http, service.url, company)
            await rig.published(company.code, PATIENCE_SECONDS)
            await trouble
            await open_case(http, service.url, company)
            await rig.published(company.code, PATIENCE_SECONDS)
    assert rig.fleet.crashes == []


@pytest.mark.parametrize(("number", "is_clean"), [(signal.SIGTERM, True), (signal.SIGKILL, False)])
async def test_rolling_restarts_are_not_noticed_by_clients(rig: Rig, number: int, is_clean: bool) -> None:
    company = await rig.company()
    names = ("http-a", "http-b")
    processes = [await rig.serve(name, "complaint", "--drain-seconds", "0.5") for name in names]
    replicas = Replicas([one.url for one in processes], company.headers("agent", key=str(uuid.uuid4())))
    await rig.fleet.answering(*names)
    async with replicas.under_load(INTAKE):
        for turn in range(8 if is_clean else 2):
            process = processes[turn % 2]
            await rig.fleet.restart(process.name, number)
            await replicas.until_ready(process.url)
            await replicas.until_answered(_TURN)
    assert (replicas.errors == []) is is_clean, replicas.errors[:3]
