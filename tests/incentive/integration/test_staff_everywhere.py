"""The real applications and workers: staff appointed here are known to the customer service by event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import ModuleType

import asyncpg

import services.customer.worker
import services.incentive.worker
from services.incentive.staff.service import seed_demo_staff
from shared.database import create_engine, create_sessions
from tests.support.world import World

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PATIENCE = 15.0
PAUSE = 0.1


async def seed(world: World, company: str) -> int:
    engine = create_engine(world.postgres.url("incentive"), application_name="test", schema="incentive", pool_size=1)
    try:
        async with create_sessions(engine).begin() as session:
            return await seed_demo_staff(session, company=company, common=world.packs["xxx-gas"].common, now=NOW)
    finally:
        await engine.dispose()


@asynccontextmanager
async def working(world: World, service: str, module: ModuleType) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(module.run(world.settings(service), stop, on_ready=lambda _: ready.set()))
    try:
        await asyncio.wait_for(ready.wait(), PATIENCE)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def posts_in_customer(world: World, company: str, staff_id: str) -> list[str] | None:
    connection = await asyncpg.connect(world.postgres.dsn("customer"))
    try:
        posts: list[str] | None = await connection.fetchval(
            "select posts from staff where id = $1 and company = $2", staff_id, company
        )
    finally:
        await connection.close()
    return posts


async def arrived(world: World, company: str, staff_id: str) -> None:
    for _ in range(int(PATIENCE / PAUSE)):
        if await posts_in_customer(world, company, staff_id) == ["hotline_agent"]:
            return
        await asyncio.sleep(PAUSE)
    raise AssertionError("the customer service never heard of the appointment")


async def test_the_apps_answer_the_person_of_a_real_token(world: World, company: str) -> None:
    async with world.client("incentive") as incentive, world.client("customer") as customer:
        house = await world.company(company)
        await seed(world, company)
        me = await incentive.get("/v1/staff/me", headers=house.headers("office"))
        assert (me.status_code, me.json()["login"]) == (200, "office")
        assert me.json()["permissions"]["staff.write"] == "company"
        assert (await incentive.get("/v1/staff/me")).status_code == 401
        for client in (incentive, customer):
            for path in ("/livez", "/readyz"):
                assert (await client.get(path)).status_code == 200
            assert (await client.get("/v1/work", headers=house.headers("office"))).status_code == 200
            assert (await client.get("/v1/policy", headers=house.headers("office"))).status_code == 200
        for path in ("/v1/customers", "/v1/contacts", "/v1/tier-proposals"):
            answer = await customer.get(path, headers=house.headers("agent"))
            assert answer.status_code == 200, answer.text


async def test_an_appointment_reaches_the_customer_service(world: World, company: str) -> None:
    async with (
        world.client("incentive") as incentive,
        working(world, "incentive", services.incentive.worker),
        working(world, "customer", services.customer.worker),
    ):
        house = await world.company(company)
        await seed(world, company)
        body = {"login": "li.na", "name": "李娜", "posts": ["hotline_agent"], "department": "call_centre"}
        made = await incentive.post("/v1/staff", json=body, headers=house.headers("office"))
        assert made.status_code == 201, made.text
        await arrived(world, company, made.json()["id"])
