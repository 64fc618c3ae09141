"""How tests work on the file of a case: one call per verb, over HTTP."""

from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.desk import INTAKE
from tests.support.world import Company

Json = dict[str, Any]


async def post(
    client: httpx.AsyncClient,
    company: Company,
    path: str,
    login: str,
    body: Json | None = None,
    *,
    version: int | None = None,
    key: str | None = None,
) -> httpx.Response:
    """One POST, whatever comes of it."""
    return await client.post(path, json=body or {}, headers=company.headers(login, version=version, key=key))


def done(answer: httpx.Response, status: int = 200) -> Json:
    """The body of an answer that must have succeeded."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    """The body of an answer that must have been refused by this code."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    body: Json = answer.json()
    return body


async def of_case(
    client: httpx.AsyncClient,
    company: Company,
    case: Json,
    part: str,
    login: str,
    body: Json | None = None,
    **more: Any,
) -> httpx.Response:
    """A POST on a part of a case, based on the version that is at hand."""
    return await post(client, company, f"/v1/complaints/{case['id']}/{part}", login, body, **more)


async def read(client: httpx.AsyncClient, company: Company, path: str, login: str, **query: Any) -> httpx.Response:
    """A GET, whatever comes of it."""
    return await client.get(path, params=query or None, headers=company.headers(login))


async def case_now(client: httpx.AsyncClient, company: Company, case: Json, login: str = "office") -> Json:
    """The case as it stands."""
    return done(await read(client, company, f"/v1/complaints/{case['id']}", login))


async def part_of(client: httpx.AsyncClient, company: Company, case: Json, part: str, login: str = "office") -> Json:
    """A part of a case as somebody reads it."""
    return done(await read(client, company, f"/v1/complaints/{case['id']}/{part}", login))


async def add_complainant(
    client: httpx.AsyncClient, company: Company, case: Json, login: str = "agent", **identity: Any
) -> Json:
    """A further complainant; answers the result with the case's new version."""
    version = (await case_now(client, company, case))["version"]
    return done(await of_case(client, company, case, "complainants", login, identity, version=version), 201)


async def steps_of(client: httpx.AsyncClient, company: Company, case: Json, login: str = "office") -> list[str]:
    """The actions of a case's history."""
    return [one["action"] for one in (await part_of(client, company, case, "steps", login))["items"]]


async def everything_written(pool: asyncpg.Pool, company: Company) -> str:
    """All facts and audit rows of the company as one text, to look for what must not be there."""
    rows = await pool.fetch(
        "select payload::text as said from outbox where company = $1"
        " union all select detail::text || coalesce(reason, '') from audit where company = $1",
        company.code,
    )
    return "\n".join(row["said"] for row in rows)


REPAIR = {**INTAKE, "category": "repair", "summary": "维修后仍漏水"}
"""Of a category that implies nothing: grade 3."""
