"""The corpus of bad input at a real process: a 4xx problem every time, never 5xx, nothing echoed, nothing stored."""

import asyncio
import json
import uuid
from typing import Any

import aiohttp
import pytest

from tests.support.faults.rig import Rig
from tests.support.world import Company

GOOD: dict[str, Any] = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "漏气"}
SQL = "x'; drop table complaints; --"
SCRIPT = "<script>alert(1)</script>"
CANARY = "canary-7f3a"


def body(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def raw(name: str, value: str) -> bytes:
    """A field whose value JSON cannot say by `json.dumps`."""
    return json.dumps({**GOOD, name: "@@"}).replace('"@@"', value).encode()


BODIES: dict[str, bytes] = {
    "empty": b"",
    "no json": b"{" + CANARY.encode(),
    "latin-1": json.dumps({**GOOD, "summary": "é"}, ensure_ascii=False).encode("latin-1"),
    "utf-16": json.dumps(GOOD).encode("utf-16"),
    "array": b"[]",
    "number": b"1",
    "null": b"null",
    "nan": raw("affected_customers", "NaN"),
    "infinity": raw("affected_customers", "-Infinity"),
    "nan in text": raw("summary", "NaN"),
    "5000 digits": raw("affected_customers", "9" * 5000),
    "5000 digits in text": raw("summary", "9" * 5000),
    "1e9999": raw("affected_customers", "1e9999"),
    "lone surrogate": raw("summary", '"\\ud800"'),
    "lone surrogate in a key": b'{"\\ud800": 1}',
    "nul": raw("summary", '"a\\u0000b"'),
    "nul in a code": raw("category", '"a\\u0000b"'),
    "deep array": raw("summary", "[" * 100_000 + "]" * 100_000),
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "two mebibytes": body(description="好" * 700_000),
    "two mebibytes of blanks": body() + b" " * (2 << 20),
    "long text": body(summary="x" * 201),
    "blank text": body(summary="   "),
    "unknown field": body(is_admin=True),
    "fields of the platform": body(state="closed", version=9, company="chaohu", id=str(uuid.uuid4())),
    "sql in a code": body(category=SQL),
    "script in a code": body(channel=SCRIPT),
    "sql in an id": body(customer_id=SQL),
    "sql in a date": body(occurred_at=SQL),
    "formula in a phone": body(complainant={"phone": "=cmd|' /C calc'!A0"}),
    "year 0": body(occurred_at="0000-01-01T00:00:00Z"),
    "year 99999": body(external_deadline_at="99999-01-01T00:00:00Z", external_reference="x"),
    "no such category": body(category=CANARY),
}
WRONG: tuple[Any, ...] = (0, -1, 1.5, True, [], {}, [CANARY], {"a": CANARY}, None)
TEXTS = ("kind", "channel", "category", "summary")
BODIES |= {f"{field} is {wrong!r}": body(**{field: wrong}) for field in TEXTS for wrong in WRONG}
BODIES |= {
    f"{field} is {wrong!r}": body(**{field: wrong})
    for field, wrongs in {
        "affected_customers": ("", "many", 0, -5, 1.5, 10**30, [], {}),
        "is_anonymous": ("maybe", 7, [], {}),
        "circumstances": ("safety", 1, {}, [1], [None], [["safety"]], ["safety"] * 21, [SQL]),
        "complainant": ("x", 1, [], {"name": 1}, {"phone": 1}, {"phone": "1"}, {"role": "admin"}),
        "customer_id": (1, "1", [], {}, "00000000-0000-0000-0000-00000000000g"),
        "occurred_at": ("yesterday", [], {}, True, "2026-13-45T99:99:99Z"),
    }.items()
    for wrong in wrongs
}

HEADERS: dict[str, dict[str, str]] = {
    "no key": {"Idempotency-Key": ""},
    "long key": {"Idempotency-Key": "k" * 129},
    "key with blanks inside": {"Idempotency-Key": "a\tb"},
    "form": {"Content-Type": "application/x-www-form-urlencoded"},
    "text": {"Content-Type": "text/plain"},
    "xml": {"Content-Type": "application/xml"},
    "no token": {"Authorization": ""},
    "token of nobody": {"Authorization": f"Bearer {CANARY}"},
    "basic": {"Authorization": "Basic eDp5"},
}
PATHS = (
    "/v1/complaints/1",
    f"/v1/complaints/{uuid.uuid4()}",
    "/v1/complaints/%00",
    "/v1/complaints/%ff%fe",
    "/v1/complaints/x'%20or%20'1'='1",
    "/v1/complaints/..%2f..%2fetc%2fpasswd",
    "/v1/complaints?limit=0",
    "/v1/complaints?limit=NaN",
    f"/v1/complaints?limit={'9' * 5000}",
    "/v1/complaints?limit=201",
    f"/v1/complaints?cursor={CANARY}",
    "/v1/complaints?cursor=%00",
    "/v1/complaints?state=<script>",
    "/v1/complaints?category=x'%3B%20drop%20table",
    "/v1/complaints?grade=%ed%a0%80",
    f"/v1/complaints?owner_id={CANARY}",
    f"/v1/{CANARY}",
)


async def refused(answer: aiohttp.ClientResponse, what: str) -> None:
    text = await answer.text()
    assert 400 <= answer.status < 500, f"{what}: {answer.status} {text[:500]}"
    assert answer.content_type == "application/problem+json", what
    problem = json.loads(text)
    assert problem["code"], what
    assert problem["status"] == answer.status, what
    assert not any(secret in text for secret in (CANARY, SQL, "alert(1)")), f"{what}: echoed"


@pytest.fixture
async def gas(rig: Rig) -> Company:
    return await rig.company()


async def test_bad_input_is_refused_and_leaves_nothing(rig: Rig, gas: Company) -> None:
    service = await rig.serve("http-a")
    await service.answers()
    url = f"{service.url}/v1/complaints"
    async with aiohttp.ClientSession() as http:
        for what, content in BODIES.items():
            headers = gas.headers("agent") | {"Content-Type": "application/json"}
            async with http.post(url, data=content, headers=headers) as answer:
                await refused(answer, what)
        for what, more in HEADERS.items():
            headers = gas.headers("agent") | {"Content-Type": "application/json"} | more
            headers = {name: value for name, value in headers.items() if value}
            async with http.post(url, data=body(), headers=headers) as answer:
                await refused(answer, what)
        for path in PATHS:
            async with http.get(service.url + path, headers=gas.headers("agent")) as answer:
                await refused(answer, path)
    for table in ("complaints", "outbox", "clocks", "idempotency", "audit"):
        connection = await rig.connect("complaint")
        assert await connection.fetchval(f"select count(*) from {table} where company = $1", gas.code) == 0, table
        await connection.close()
    assert rig.fleet.crashes == []


async def test_sql_and_script_are_only_text_where_text_is_meant(rig: Rig, gas: Company) -> None:
    service = await rig.serve("http-a")
    await service.answers()
    headers = gas.headers("agent")
    async with aiohttp.ClientSession() as http:
        made = {**GOOD, "summary": SQL, "description": SCRIPT}
        async with http.post(f"{service.url}/v1/complaints", json=made, headers=headers) as answer:
            assert answer.status == 201
            case = await answer.json()
    assert (case["summary"], case["description"]) == (SQL, SCRIPT)


async def test_twenty_parallel_posts_with_one_key_at_two_processes_make_one_complaint(rig: Rig, gas: Company) -> None:
    urls = [(await rig.serve(name)).url for name in ("http-a", "http-b")]
    await rig.fleet.answering("http-a", "http-b")
    headers = gas.headers("agent", key=str(uuid.uuid4()))

    async def post(http: aiohttp.ClientSession, url: str) -> tuple[int, str, bool]:
        async with http.post(f"{url}/v1/complaints", json=GOOD, headers=headers) as answer:
            return answer.status, (await answer.json())["id"], "Idempotency-Replayed" in answer.headers

    async with aiohttp.ClientSession() as http:
        answers = await asyncio.gather(*(post(http, urls[number % 2]) for number in range(20)))
        other = {**GOOD, "summary": "另一件"}
        async with http.post(f"{urls[1]}/v1/complaints", json=other, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, "idempotency_key_reused")
    assert {status for status, _, _ in answers} == {201}
    assert len({case for _, case, _ in answers}) == 1
    assert sum(not replayed for _, _, replayed in answers) == 1
    assert len(await rig.cases(gas.code)) == 1
    assert len([row for row in await rig.outbox(gas.code) if row.type == "complaint.opened"]) == 1
