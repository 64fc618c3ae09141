"""Restarts that are meant: no errors beyond the outage (I12), none at all where replicas take turns (I13)."""

import asyncio
import signal
import time
import uuid

import aiohttp
import pytest

from tests.support.faults.rig import Rig
from tests.support.faults.rolling import Replicas
from tests.support.world import Company

INTAKE = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}
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
    async with asyncio.timeout(10):
        while True:
            async with http.get(f"{url}/readyz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.02)


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
            began = time.monotonic()
            await ready(http, service.url)
            assert time.monotonic() - began < 2
            failed += sum(status not in {200, 201} for status in await statuses(http, service.url, company, case))
    assert (failed == 0) is (mutant == ""), failed


async def test_a_broker_that_was_killed_or_hung_is_found_again_within_seconds(rig: Rig) -> None:
    company = await rig.company()
    service = await rig.serve("http-a")
    worker = await rig.work("work-a")
    await rig.fleet.answering("http-a", "work-a")
    async with aiohttp.ClientSession() as http:
        for trouble in (rig.kill_nats(), rig.freeze_nats(3)):
            await open_case(http, service.url, company)
            await rig.published(company.code, 10)
            await trouble
            await open_case(http, service.url, company)
            await rig.published(company.code, 6)
    assert rig.fleet.crashes == []
    assert worker.signal(signal.SIGTERM)


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
            took = await rig.fleet.restart(process.name, number)
            assert took < 15
            await replicas.until_ready(process.url)
    assert replicas.answered > 200
    assert (replicas.errors == []) is is_clean, replicas.errors[:3]
