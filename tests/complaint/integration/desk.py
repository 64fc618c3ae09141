"""How tests work on cases: open one, take steps, read its clocks, let time pass for its company."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx

from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company

INTAKE = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}


async def open_case(
    client: httpx.AsyncClient, company: Company, *, login: str = "agent", **more: Any
) -> dict[str, Any]:
    """Take a case in."""
    answer = await client.post("/v1/complaints", json={**INTAKE, **more}, headers=company.headers(login))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def take(
    client: httpx.AsyncClient, company: Company, case: dict[str, Any], action: str, login: str = "agent", **body: Any
) -> httpx.Response:
    """One step, whatever comes of it."""
    return await client.post(
        f"/v1/complaints/{case['id']}/{action}", json=body, headers=company.headers(login, version=case["version"])
    )


async def step(
    client: httpx.AsyncClient, company: Company, case: dict[str, Any], action: str, login: str = "agent", **body: Any
) -> dict[str, Any]:
    """One step that is allowed."""
    answer = await take(client, company, case, action, login, **body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def clock_of(case: dict[str, Any], metric: str, cycle: int = 1) -> dict[str, Any]:
    """The newest clock of a metric."""
    found = [clock for clock in case["clocks"] if clock["metric"] == metric and clock["cycle"] == cycle]
    result: dict[str, Any] = max(found, key=lambda clock: clock["sequence"])
    return result


def minutes(case: dict[str, Any], metric: str) -> float:
    """How long the promise runs from the opening, in minutes."""
    deadline = datetime.fromisoformat(clock_of(case, metric)["deadline_at"])
    return (deadline - datetime.fromisoformat(case["opened_at"])) / timedelta(minutes=1)


async def sweep_at(pool: asyncpg.Pool, at: datetime) -> None:
    """Judge what is due at an instant."""
    await Sweeper(pool, FixedClock(at)).sweep()


async def facts(pool: asyncpg.Pool, company: Company, *types: str) -> list[dict[str, Any]]:
    """Payloads of the company's facts of these types, in their order."""
    rows = await pool.fetch(
        "select type, payload, routing from outbox where company = $1 and type = any($2::text[]) order by seq",
        company.code,
        list(types),
    )
    return [{"type": row["type"], "routing": row["routing"], **row["payload"]} for row in rows]
