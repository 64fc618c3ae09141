"""One key, one effect: in sessions and in hot statements, alone and in parallel."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.http.idempotency_store import OnceKey, child_key, claim, prune
from tests.shared.http.door import START, Door, open_door
from tests.support.servers import TestPostgres

TARGET = "01890000-0000-7000-8000-0000000000aa"
PATHS = pytest.mark.parametrize("path", ["/v1/things", "/v1/things/hot"])


async def count(door: Door) -> int:
    statement = text("select count(*) from customer_aliases where company = :c")
    async with door.runtime.sessions.begin() as session:
        return int((await session.execute(statement, {"c": door.company})).scalar_one())


def post(door: Door, path: str, key: str, **body: object) -> asyncio.Future[httpx.Response]:
    request = door.client.post(path, json={"target": TARGET, **body}, headers={"Idempotency-Key": key})
    return asyncio.ensure_future(request)


@PATHS
async def test_key_replays_the_resource_when_sent_again(postgres: TestPostgres, company: str, path: str) -> None:
    async with open_door(postgres, company) as door:
        first = await post(door, path, "k-1")
        again = await door.client.post(
            path,
            content=b'{ "code":"a",  "target":"%s"}' % TARGET.encode(),
            headers={"Idempotency-Key": '"k-2"', "Content-Type": "application/json"},
        )
        same = await door.client.post(
            path,
            content=b'{"target": "%s" , "code":"a"}' % TARGET.encode(),
            headers={"Idempotency-Key": "k-2", "Content-Type": "application/json"},
        )
        assert first.status_code == again.status_code == same.status_code == 201
        assert first.headers["etag"] == '"1"'
        assert first.headers["location"] == f"/v1/things/{first.json()['id']}"
        assert "idempotency-replayed" not in first.headers
        assert same.headers["idempotency-replayed"] == "true"
        assert same.json()["id"] == again.json()["id"] != first.json()["id"]
        assert await count(door) == 2


@PATHS
async def test_key_is_refused_when_the_body_differs(postgres: TestPostgres, company: str, path: str) -> None:
    async with open_door(postgres, company) as door:
        await post(door, path, "k", name="甲")
        other = await post(door, path, "k", name="乙")
        assert other.status_code == 422
        assert other.json()["code"] == "idempotency_key_reused"
        assert await count(door) == 1


@PATHS
async def test_twenty_parallel_posts_have_one_effect(postgres: TestPostgres, company: str, path: str) -> None:
    async with open_door(postgres, company) as door:
        answers = await asyncio.gather(*(post(door, path, "same") for _ in range(20)))
        assert Counter(one.status_code for one in answers) == {201: 20}
        assert len({one.json()["id"] for one in answers}) == 1
        assert sum("idempotency-replayed" not in one.headers for one in answers) == 1
        assert await count(door) == 1


@PATHS
async def test_refused_request_leaves_its_key_free(postgres: TestPostgres, company: str, path: str) -> None:
    async with open_door(postgres, company) as door:
        refused = await post(door, path, "k", name="拒绝")
        assert (refused.status_code, refused.json()["code"]) == (404, "thing_not_found")
        assert (await post(door, path, "k")).status_code == 201
        assert await count(door) == 1


@pytest.mark.parametrize("key", [None, "", "x" * 129, "有中文", "a\tb"])
async def test_key_is_demanded_when_missing_or_malformed(postgres: TestPostgres, company: str, key: str | None) -> None:
    async with open_door(postgres, company) as door:
        headers = {} if key is None else {b"Idempotency-Key": key.encode()}
        answer = await door.client.post("/v1/things", json={"target": TARGET}, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["code"] == ("idempotency_key_missing" if key is None else "idempotency_key_malformed")


async def test_keys_of_two_people_operations_and_companies_do_not_meet(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door, open_door(postgres, f"{company}b") as other:
        first, second = await post(door, "/v1/things", "k"), await post(door, "/v1/things/hot", "k")
        third = await post(other, "/v1/things", "k")
        assert len({one.json()["id"] for one in (first, second, third)}) == 3


async def test_waiting_for_a_held_key_ends_in_409(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        await post(door, "/v1/things", "probe")
        async with door.runtime.sessions.begin() as session:
            row = (
                await session.execute(
                    text("select subject, operation from idempotency where company = :c"), {"c": company}
                )
            ).one()
            key = OnceKey(company, row.subject, row.operation, "held", b"x")
            await claim(session, key, resource_id=uuid4(), version=1, status=201, now=START)
            answer = await post(door, "/v1/things", "held")
        assert (answer.status_code, answer.json()["code"]) == (409, "busy")
        assert answer.headers["retry-after"] == "1"


async def test_replay_comes_before_the_version_is_compared(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        thing = (await post(door, "/v1/things", "k")).json()
        path, headers = f"/v1/things/{thing['id']}/move", {"Idempotency-Key": "m", "If-Match": '"1"'}
        moved = await door.client.post(path, json={"target": TARGET}, headers=headers)
        again = await door.client.post(path, json={"target": TARGET}, headers=headers)
        stale = await door.client.post(path, json={"target": TARGET}, headers={**headers, "Idempotency-Key": "n"})
        missing = await door.client.post(path, json={"target": TARGET}, headers={"Idempotency-Key": "o"})
        assert (moved.status_code, moved.headers["etag"]) == (200, '"2"')
        assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
        assert (missing.status_code, missing.json()["code"]) == (428, "if_match_missing")


async def test_pruning_forgets_keys_after_48_hours(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        await post(door, "/v1/things", "k")
        left = text("select count(*) from idempotency where company = :c")
        async with door.runtime.sessions.begin() as session:
            await prune(session, now=START + timedelta(hours=47))
            assert (await session.execute(left, {"c": company})).scalar_one() == 1
        async with door.runtime.sessions.begin() as session:
            assert await prune(session, now=START + timedelta(hours=49)) >= 1
            assert (await session.execute(left, {"c": company})).scalar_one() == 0


def test_child_keys_are_stable_and_differ_by_step() -> None:
    assert child_key("k", "a") == child_key("k", "a") != child_key("k", "b")
    assert UUID(child_key("k", "a")).version == 5
