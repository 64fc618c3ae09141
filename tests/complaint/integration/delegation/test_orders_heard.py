"""The customer service opens or files an order: the authorisation behind it names it, and the filing is done."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances
from services.complaint.delegation.service.filing import Filings
from shared.contracts.orders import OrderOpened
from tests.complaint.integration.delegation.house import PATH, body_of
from tests.complaint.integration.desk import facts
from tests.complaint.integration.judging import done
from tests.support.world import Company, World

Json = dict[str, Any]


async def used(client: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company) -> Json:
    """A repair done on the spot, whose order is to be filed by the team leader."""
    body = await body_of(client, hot, gas, "work_without_order", "crew")
    body["use"] = {"result": "已更换阀门", "occurred_at": (datetime.now(UTC) - timedelta(hours=3)).isoformat()}
    return await done(await client.post(PATH, json=body, headers=gas.headers("crew")), 201)


def opened(authorisation_id: str, *, origin: str) -> OrderOpened:
    now = datetime.now(UTC)
    return OrderOpened(
        order_id=uuid.uuid4(),
        number="WO261123-000001",
        work="repair",
        state="requested",
        tier="general",
        origin=origin,
        origin_id=uuid.UUID(authorisation_id),
        channel="authority",
        requested_at=now,
        occurred_at=now,
    )


async def hear(world: World, company: str, said: OrderOpened, filed_by: uuid.UUID | None) -> None:
    """As the consumer does."""
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    filings = Filings(Governances(runtime.policy, runtime.calendars), runtime.staff)
    async with AsyncSession(runtime.engine) as session, session.begin():
        await filings.hear(session, company, said, filed_by=filed_by, now=datetime.now(UTC))


async def read(client: httpx.AsyncClient, gas: Company, one: Json) -> Json:
    return await done(await client.get(f"{PATH}/{one['id']}", headers=gas.headers("office")))


async def test_the_team_leader_files_once_and_copies_nothing(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    one = await used(complaints, hot, gas)
    said = opened(one["id"], origin="filed_afterwards")
    await hear(world, gas.code, said, gas.person("leader"))
    await hear(world, gas.code, said, gas.person("leader"))
    after = await read(complaints, gas, one)
    assert (after["state"], after["order_id"]) == ("completed", str(said.order_id))
    assert len(await facts(hot, gas, "complaint.authority_signed")) == 1
    assert len(await facts(hot, gas, "complaint.authority_completed")) == 1
    clocks = (await complaints.get(f"{PATH}/{one['id']}/clocks", headers=gas.headers("office"))).json()["items"]
    assert [clock["state"] for clock in clocks if clock["metric"] == "follow"] == ["met"]


@pytest.mark.parametrize(
    ("origin", "login"), [("filed_afterwards", "crew"), ("filed_afterwards", None), ("authority", "leader")]
)
async def test_whoever_may_not_sign_only_names_the_order(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, origin: str, login: str | None
) -> None:
    one = await used(complaints, hot, gas)
    said = opened(one["id"], origin=origin)
    await hear(world, gas.code, said, gas.person(login) if login else None)
    after = await read(complaints, gas, one)
    assert (after["state"], after["order_id"]) == ("executed", str(said.order_id))


async def test_an_order_of_another_company_or_origin_says_nothing(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, generic: Company
) -> None:
    one = await used(complaints, hot, gas)
    await hear(world, generic.code, opened(one["id"], origin="filed_afterwards"), gas.person("leader"))
    await hear(world, gas.code, opened(one["id"], origin="request"), gas.person("leader"))
    assert (await read(complaints, gas, one))["order_id"] is None
