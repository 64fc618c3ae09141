"""The transaction ends before the answer begins; what passes by itself is a 503."""

import asyncio
from typing import Annotated
from uuid import uuid4

import pytest
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import create_engine, create_sessions
from shared.http.session import HotTxDep, SessionDep, get_session
from tests.shared.http.door import open_door
from tests.support.servers import TestPostgres

router = APIRouter(prefix="/v1/odd")
LateSession = Annotated[AsyncSession, Depends(get_session)]
BREAK = "create temp table odd (id int unique deferrable initially deferred) on commit drop"


async def break_commit(session: AsyncSession) -> dict[str, str]:
    await session.execute(text(BREAK))
    await session.execute(text("insert into odd values (1), (1)"))
    return {"state": "written"}


@router.post("/commit", status_code=201)
async def commit_odd(session: SessionDep) -> dict[str, str]:
    return await break_commit(session)


@router.post("/late", status_code=201)
async def commit_late(session: LateSession) -> dict[str, str]:
    return await break_commit(session)


@router.get("/slow")
async def read_slow(hot: HotTxDep) -> dict[str, str]:
    await hot.fetchval("select pg_sleep(3)")
    return {}


@router.get("/slow-session")
async def read_slow_session(session: SessionDep) -> dict[str, str]:
    await session.execute(text("select pg_sleep(3)"))
    return {}


@router.get("/number")
async def read_number(session: SessionDep, n: int) -> dict[str, str]:
    await session.execute(text("select cast(:n as bigint)"), {"n": n})
    return {}


@router.get("/division")
async def read_division(hot: HotTxDep) -> dict[str, str]:
    await hot.fetchval("select no_such_function()")
    return {}


@pytest.mark.parametrize(("path", "status"), [("commit", 500), ("late", 201)])
async def test_failing_commit_is_seen_only_by_the_function_scope(
    postgres: TestPostgres, company: str, path: str, status: int
) -> None:
    admin = create_engine(postgres.admin_url, application_name="t-odd", schema="complaint")
    async with open_door(postgres, company, router) as door:
        door.runtime.sessions = create_sessions(admin)
        answer = await door.client.post(f"/v1/odd/{path}", json=None)
        assert answer.status_code == status, "with the default scope the caller would hear 201 for what was undone"
    await admin.dispose()


async def test_committed_change_wakes_the_relay_and_a_reading_does_not(postgres: TestPostgres, company: str) -> None:
    woken: list[int] = []
    async with open_door(postgres, company) as door:
        door.app.state.wake = lambda: woken.append(1)
        body = {"target": str(uuid4())}
        for number, path in enumerate(("/v1/things", "/v1/things/hot"), 1):
            await door.client.post(path, json=body, headers={"Idempotency-Key": "k"})
            assert len(woken) == number
        await door.client.get("/v1/things")
        await door.client.post("/v1/things", json={**body, "name": "拒绝"}, headers={"Idempotency-Key": "x"})
        assert len(woken) == 2


@pytest.mark.parametrize("path", ["slow", "slow-session"])
async def test_deadline_of_the_caller_ends_the_statement(postgres: TestPostgres, company: str, path: str) -> None:
    async with open_door(postgres, company, router) as door:
        began = asyncio.get_running_loop().time()
        answer = await door.client.get(f"/v1/odd/{path}", headers={"x-deadline-ms": "150"})
        assert asyncio.get_running_loop().time() - began < 1
        assert (answer.status_code, answer.json()["code"]) == (503, "deadline_exceeded")
        assert answer.headers["retry-after"] == "1"
        assert (await door.client.get("/v1/things", headers={"x-deadline-ms": "nonsense"})).status_code == 200
        busy = text(
            "select count(*) from pg_stat_activity where query like '%pg_sleep(3)%' and state = 'active'"
            " and pid <> pg_backend_pid()"
        )
        async with door.runtime.sessions.begin() as session:
            assert (await session.execute(busy)).scalar_one() == 0


async def test_numbers_beyond_a_column_are_422_and_faults_500(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company, router) as door:
        answer = await door.client.get("/v1/odd/number", params={"n": "9" * 30})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert (await door.client.get("/v1/odd/division")).status_code == 500


async def test_database_that_is_away_is_a_503(postgres: TestPostgres, company: str) -> None:
    gone = create_engine("postgresql://nobody:x@/gasdesk?host=/nonexistent", application_name="t", schema="complaint")
    async with open_door(postgres, company) as door:
        door.runtime.sessions = create_sessions(gone)
        answer = await door.client.get("/v1/things")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_cancelled_requests_leave_no_connection_behind(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company, router) as door:
        for path in ("slow", "slow-session"):
            tasks = [asyncio.create_task(door.client.get(f"/v1/odd/{path}")) for _ in range(15)]
            await asyncio.sleep(0.1)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.1)
        assert door.runtime.engine.pool.checkedout() == 0
        assert (await door.client.get("/v1/things")).status_code == 200
