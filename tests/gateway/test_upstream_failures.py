"""Services that are slow, gone, frozen or babbling: the gateway answers in time, keeps away, and comes back."""

import asyncio
import time
from itertools import islice

import pytest

from tests.gateway.conftest import House, Opening
from tests.gateway.standin import JSON, Reply, Seen, broken_server, refusal

SLACK = 0.6
"""Seconds by which a busy test machine may be late."""


async def test_slow_service_is_given_up_at_the_deadline(house: House) -> None:
    service = house.services["complaint"]
    service.fallback, service.delay = Reply({}), 5.0
    began = time.perf_counter()
    answer = await house.get(house.person("agent"), "/v1/complaints")
    assert (answer.status_code, answer.json()["code"]) == (504, "upstream_timeout")
    assert time.perf_counter() - began < 1.5 + SLACK


@pytest.mark.parametrize(
    ("says", "status", "code"),
    [
        (b"220 smtp.example ESMTP\r\n", 502, "upstream_failed"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", 502, "upstream_failed"),
        (b"", 502, "upstream_failed"),
        (b"HTTP/1.1 500 Oops\r\ncontent-length: 4\r\ncontent-type: text/html\r\n\r\noops", 502, "upstream_failed"),
        (None, 504, "upstream_timeout"),
    ],
)
async def test_what_is_no_answer_becomes_a_problem(house: House, says: bytes | None, status: int, code: str) -> None:
    service = house.services["complaint"]
    await service.stop()
    async with broken_server(service.port, says=says):
        answer = await house.get(house.person("agent"), "/v1/complaints")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_refused_connection_is_answered_at_once(house: House) -> None:
    await house.services["complaint"].stop()
    began = time.perf_counter()
    answer = await house.get(house.person("agent"), "/v1/complaints")
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert time.perf_counter() - began < SLACK


async def test_write_without_a_key_is_never_sent_twice_and_one_with_a_key_once_more(house: House) -> None:
    service = house.services["complaint"]
    asked: list[bytes] = []

    async def hang_up(scope: object, receive: object, send: object) -> None:
        asked.append(b"")

    service.raw = hang_up
    headers = house.person("agent").headers
    await house.client.post("/v1/complaints", json={}, headers=headers)
    assert len(asked) <= 1
    asked.clear()
    await house.client.post("/v1/complaints", json={}, headers={**headers, "Idempotency-Key": "k"})
    assert len(asked) <= 2


async def test_restart_of_a_service_is_not_seen_by_readers(house: House) -> None:
    service = house.services["complaint"]
    service.fallback = Reply({})
    person = house.person("agent")
    assert (await house.get(person, "/v1/complaints")).status_code == 200
    await service.stop()
    await service.start()
    answers = [await house.get(person, "/v1/complaints") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5


async def test_breaker_opens_probes_once_a_second_and_closes(open_house: Opening) -> None:
    async with open_house(deadline_ms=400) as house:
        service = house.services["complaint"]
        person = house.person("agent")
        await service.stop()
        async with broken_server(service.port, says=None):
            await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(6)))
            began = time.perf_counter()
            shed = await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(20)))
            assert {answer.json()["code"] for answer in shed} == {"upstream_unavailable"}
            assert time.perf_counter() - began < SLACK
            ready = (await house.client.get("/readyz")).json()
            assert (ready["status"], ready["degraded"]) == ("degraded", ["complaint"])
        await service.start()
        service.fallback = Reply({})
        began = time.perf_counter()
        while (await house.get(person, "/v1/complaints")).status_code != 200:
            assert time.perf_counter() - began < 5
            await asyncio.sleep(0.02)
        assert len(service.seen) == 1  # while open, nothing but the probe got through
        answers = await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}


async def test_refusals_and_faults_of_single_operations_leave_the_breaker_closed(house: House) -> None:
    service = house.services["complaint"]
    person = house.person("agent")
    for code in ("not_found", "validation_failed", "internal_error", "rate_limited"):
        service.fallback = refusal(code)
        await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(25)))
    service.fallback = Reply({})
    assert (await house.get(person, "/v1/complaints")).status_code == 200
    service.fallback = refusal("unavailable")
    await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(150)))
    asked = len(service.seen)
    await asyncio.gather(*(house.get(person, "/v1/complaints") for _ in range(20)))
    assert len(service.seen) <= asked + 1


async def test_one_service_that_hangs_takes_no_connections_from_another(open_house: Opening) -> None:
    async with open_house(connections=4, deadline_ms=3000) as house:
        house.services["complaint"].fallback, house.services["complaint"].delay = Reply({}), 10.0
        house.services["customer"].fallback = Reply({})
        person = house.person("agent")
        hanging = [asyncio.create_task(house.get(person, "/v1/complaints")) for _ in range(10)]
        for refused in islice(asyncio.as_completed(hanging), 6):
            await refused
        other = await asyncio.gather(*(house.get(person, "/v1/customers") for _ in range(4)))
        assert {answer.status_code for answer in other} == {200}
        assert sum(task.done() for task in hanging) == 6, "the others did not wait for what hangs"
        codes = [answer.json()["code"] for answer in await asyncio.gather(*hanging)]
        assert codes.count("upstream_timeout") == 4
        assert codes.count("upstream_unavailable") == 6


async def test_callers_deadline_cannot_open_the_breaker_for_others(house: House) -> None:
    service = house.services["complaint"]

    async def slowly(_: Seen) -> Reply:
        await asyncio.sleep(0.1)
        return Reply({}, headers=list(JSON))

    service.fallback = slowly
    person = house.person("agent")
    hasty = {**person.headers, "X-Deadline-Ms": "5"}
    for _ in range(8):
        answer = await house.client.get("/v1/complaints", headers=hasty)
        assert (answer.status_code, answer.json()["code"]) == (503, "deadline_exceeded")
    assert (await house.get(person, "/v1/complaints")).status_code == 200
