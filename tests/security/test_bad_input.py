"""Bad input at the real doors: always a problem, never 5xx, no echo, nothing stored, and the connection lives."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from yarl import URL

from shared.events.topology import SERVICES
from tests.security.bad_bodies import CANARY, SCRIPT, SQL, bad_bodies, bad_fields
from tests.security.house import House
from tests.security.operations import Operation, operations
from tests.security.rows import tables
from tests.support.world import Company

STARTED = "2026-01-05T02:00:00Z"
DOORS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "create_complaint": ("agent", {"channel": "hotline", "category": "staff_conduct", "summary": "漏气"}),
    "create_customer": ("clerk", {"name": "周知微", "kind": "residential"}),
    "create_contact": ("agent", {"channel": "hotline", "started_at": STARTED}),
    "create_staff": ("office", {"login": "zhou.zhiwei", "name": "周知微"}),
    "create_hotline_call": ("agent", {"started_at": STARTED}),
}
"""Operation to who may use it and a body that it takes."""
KEYS = {"missing": None, "empty": "", "too long": "k" * 129, "oversized": "k" * 60_000, "tab": "a\tb", "chinese": "键"}
TYPES = ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")


@dataclass
class Line:
    """One kept connection to a door."""

    http: aiohttp.ClientSession
    url: str
    headers: Mapping[str, str]
    closed: int = 0
    faults: list[str] = field(default_factory=list)

    async def send(self, what: str, body: Any, headers: Mapping[str, str | None] | None = None) -> tuple[int, Any]:
        """Send something bad, look at the refusal, then something innocent; answers status and problem."""
        said = {**self.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        said = {name: value for name, value in (said | dict(headers or {})).items() if value is not None}
        async with self.http.post(self.url, data=body, headers=said, skip_auto_headers=["Content-Type"]) as answer:
            text = await answer.text()
            self.closed += answer.headers.get("Connection") == "close"
            is_problem = answer.content_type == "application/problem+json" and bool(json.loads(text)["code"])
            if not (400 <= answer.status < 500 and is_problem):
                self.faults.append(f"{what}: {answer.status} {text[:300]}")
            self.faults += [f"{what}: echoed" for one in (CANARY, "drop table", "alert(1)") if one in text]
        async with self.http.get(URL(self.url).with_path("/livez")) as innocent:
            if innocent.status != 200 or not await innocent.read():
                self.faults.append(f"{what}: the next request got {innocent.status}")
        return answer.status, json.loads(text) if is_problem else {}


@asynccontextmanager
async def line_to(house: House, company: Company, operation: Operation) -> AsyncIterator[Line]:
    """A connection of its own; at its end it has been renewed only where the door said that it closes it."""
    login, _ = DOORS[operation.told["operationId"]]
    trace, connects = aiohttp.TraceConfig(), []

    async def connected(*_: object) -> None:
        connects.append(1)

    trace.on_connection_create_end.append(connected)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1), trace_configs=[trace]) as http:
        url = str(house.clients[operation.service].base_url.join(operation.path))
        line = Line(http, url, {"Authorization": f"Bearer {company.token(login)}"})
        yield line
    assert line.faults == []
    assert len(connects) <= 1 + line.closed


def door(house: House, name: str) -> Operation:
    return next(one for one in operations(house) if one.told["operationId"] == name)


async def counted(house: House) -> dict[str, int]:
    """Rows of every table of every schema."""
    found: dict[str, int] = {}
    for service in SERVICES:
        names = await tables(house.pool(service), service)
        sql = " union all ".join(f"select '{name}' as name, count(*) as n from {name}" for name in names)
        found |= {f"{service}.{row['name']}": row["n"] for row in await house.pool(service).fetch(sql)}
    return found


def form(operation: Operation) -> Any:
    return operation.told["requestBody"]["content"]["application/json"]["schema"]


@pytest.mark.parametrize("name", DOORS)
async def test_bad_fields_are_named_and_leave_nothing(house: House, gas: Company, name: str) -> None:
    operation, (_, good) = door(house, name), DOORS[name]
    before, sent = await counted(house), 0
    async with line_to(house, gas, operation) as line:
        for what, path, body in bad_fields(good, form(operation), operation.document):
            status, problem = await line.send(what, body)
            named = {error["pointer"] for error in problem.get("errors", ())}
            is_named = any(pointer.startswith(f"/{path[0]}") for pointer in named)
            if not (status == 422 and is_named) and problem.get("code") != "malformed_json":
                line.faults.append(f"{what}: {status} {named} {problem.get('code')}")
            sent += 1
    assert sent >= 30
    assert await counted(house) == before


@pytest.mark.parametrize("name", DOORS)
async def test_bad_bodies_and_headers_leave_nothing(house: House, gas: Company, name: str) -> None:
    operation, (_, good) = door(house, name), DOORS[name]
    before = await counted(house)

    async def chunked() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async with line_to(house, gas, operation) as line:
        for what, body in bad_bodies(good, form(operation), operation.document):
            await line.send(what, body)
        assert (await line.send("2.5 MiB in chunks", chunked()))[0] == 413
        whole = json.dumps(good).encode()
        for what, key in KEYS.items():
            assert (await line.send(f"key {what}", whole, {"Idempotency-Key": key}))[0] == 400
        for kind in TYPES:
            assert (await line.send(f"type {kind}", whole, {"Content-Type": kind}))[0] == 415
        for token in ("", "x", "a.b.c", "x" * 60_000):
            assert (await line.send("token", whole, {"Authorization": f"Bearer {token}"}))[0] == 401
    assert await counted(house) == before


BAD_QUERIES = ("%00", "%ED%A0%80", "9" * 5000, f"{CANARY}'%3B%20drop%20table%20complaints%3B--")


async def test_bad_queries_and_cursors_are_refused_or_find_nothing(house: House, gas: Company) -> None:
    found = []
    headers = {"Authorization": f"Bearer {gas.token('office')}"}
    async with aiohttp.ClientSession() as http:
        for operation in (one for one in operations(house) if one.method == "GET" and not one.id_names):
            queries = [one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "query"]
            for name, bad in ((name, bad) for name in queries for bad in BAD_QUERIES):
                base = house.clients[operation.service].base_url.join(operation.path)
                async with http.get(URL(f"{base}?{name}={bad}", encoded=True), headers=headers) as answer:
                    text = await answer.text()
                    is_refused = 400 <= answer.status < 500 or (answer.status == 200 and name != "cursor")
                    if not is_refused or (CANARY in text and answer.status != 200):
                        found.append((operation.name, name, bad[:20], answer.status, text[:200]))
    assert found == []


FREE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "create_complaint": ("complaint.complaints", {"summary": SQL, "description": SCRIPT, "external_reference": SQL}),
    "create_customer": ("customer.customers", {"name": SQL, "district": SCRIPT}),
    "create_contact": ("customer.contacts", {"summary": SCRIPT, "line": SQL, "recording": SCRIPT}),
    "create_staff": ("incentive.staff_members", {"name": SCRIPT, "title": SQL}),
    "create_hotline_call": ("customer.contacts", {"summary": SQL, "line": SCRIPT}),
}
"""Where text is meant, SQL and script are only text: the table and columns that keep it."""


@pytest.mark.parametrize("name", DOORS)
async def test_good_bodies_are_taken_and_text_is_only_text(house: House, gas: Company, name: str) -> None:
    operation, (login, good), (table, said) = door(house, name), DOORS[name], FREE[name]
    client = house.clients[operation.service]
    answer = await client.post(operation.path, json={**good, **said}, headers=gas.headers(login))
    assert answer.status_code == 201, answer.text
    pool = house.pool(table.partition(".")[0])
    made = uuid.UUID((answer.headers["Location"]).rpartition("/")[2])
    row = await pool.fetchrow(f"select {', '.join(said)} from {table} where id = $1", made)
    assert dict(row or {}) == dict(said)
    if name == "create_complaint":
        assert {field: answer.json()[field] for field in said} == dict(said)
