"""Ways of a case in tests: a customer whose tier is known, a case brought to its resolution."""

import uuid
from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.desk import open_case, step
from tests.support.world import Company

Json = dict[str, Any]


async def known(pool: asyncpg.Pool, company: Company, tier: str, *, manager: uuid.UUID | None = None) -> str:
    """A customer of a tier, as events made him known."""
    customer_id = str(uuid.uuid4())
    await pool.execute(
        "insert into customers (id, company, version, tier, tier_effective_at, tier_version, account_manager_id)"
        " values ($1, $2, 1, $3, '2026-01-01', 1, $4)",
        customer_id,
        company.code,
        tier,
        manager,
    )
    return customer_id


async def special(client: httpx.AsyncClient, pool: asyncpg.Pool, company: Company, **more: Any) -> Json:
    """A case of a customer of the special tier of pack `generic`."""
    customer_id = await known(pool, company, "special")
    return await open_case(client, company, customer_id=customer_id, category=more.pop("category", "repair"), **more)


async def resolved(client: httpx.AsyncClient, company: Company, case: Json, **more: Any) -> Json:
    """Answered and settled."""
    case = await step(client, company, case, "acknowledge")
    return await step(client, company, case, "resolve", resolution="已上门处理", **more)


async def work(client: httpx.AsyncClient, company: Company, login: str, **query: str) -> list[tuple[str, str]]:
    """The work list of a person: what and by which promise."""
    answer = await client.get("/v1/work", headers=company.headers(login), params=query)
    assert answer.status_code == 200, answer.text
    return [(entry["id"], entry["metric"]) for entry in answer.json()["items"]]


async def read(client: httpx.AsyncClient, company: Company, case: Json, login: str = "office") -> Json:
    """The case as it stands."""
    answer = await client.get(f"/v1/complaints/{case['id']}", headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body
