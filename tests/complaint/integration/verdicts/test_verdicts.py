"""A case that is breached, downgraded, paused, reopened and appealed shows every verdict with who and why."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from tests.complaint.integration.desk import step
from tests.complaint.integration.judging import (
    Json,
    appeal_step,
    confirmed,
    done,
    finding_step,
    lodge,
    reviewed,
    worked_case,
)
from tests.complaint.integration.test_clocks_of_cases import know
from tests.support.world import Company, World


class Time:
    """The test clock, as `gasdesk time advance` moves it."""

    def __init__(self, world: World, pool: asyncpg.Pool) -> None:
        self._clocks = [app.state.runtime.clock for app in world.apps if app.state.service == "complaint"]
        self._dsn = world.postgres.admin_dsn
        self._pool = pool
        self._seconds = 0.0

    async def advance(self, span: timedelta) -> None:
        """Move on, and let the sweeper judge what fell due."""
        await self._set(self._seconds + span.total_seconds())
        await Sweeper(self._pool, self._clocks[0]).sweep()

    async def reset(self) -> None:
        """Back to the real time, for the tests that follow."""
        await self._set(0.0)

    async def _set(self, seconds: float) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.execute("update complaint.clock_offset set seconds = $1", seconds)
        finally:
            await connection.close()
        self._seconds = seconds
        for _ in range(100):
            now = datetime.now(UTC)
            if all(abs((clock.now() - now).total_seconds() - seconds) < 1 for clock in self._clocks):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the clock did not follow its offset")


@asynccontextmanager
async def moving(world: World, pool: asyncpg.Pool) -> AsyncIterator[Time]:
    """The test clock, set back at the end whatever happens."""
    time = Time(world, pool)
    try:
        yield time
    finally:
        await time.reset()


async def verdicts(client: httpx.AsyncClient, company: Company, case: Json, login: str = "office") -> list[Json]:
    """Everything that was judged."""
    answer = await client.get(f"/v1/complaints/{case['id']}/verdicts", headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


def only(items: list[Json], source: str, kind: str, **said: Any) -> Json:
    """The one verdict of a kind."""
    found = [
        one
        for one in items
        if (one["source"], one["kind"]) == (source, kind) and all(one[name] == value for name, value in said.items())
    ]
    assert len(found) == 1, (source, kind, said, found)
    return found[0]


async def lived(client: httpx.AsyncClient, world: World, gas: Company, time: Time, customer: uuid.UUID) -> Json:
    """A VIP's case: handed over, answered late, downgraded twice, paused, resolved, closed and reopened."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    await know(world, gas, "vip", at=long_ago, customer=customer)
    opened = await client.post(
        "/v1/complaints",
        json={
            "kind": "complaint",
            "channel": "hotline",
            "category": "staff_conduct",
            "summary": "维修人员态度生硬",
            "customer_id": str(customer),
        },
        headers=gas.headers("agent"),
    )
    case = await done(opened, 201)
    await time.advance(timedelta(minutes=20))
    leader = str(gas.person("leader"))
    case = await step(client, gas, case, "transfer", "office", owner_id=leader, reason="由维修班长承办")
    await time.advance(timedelta(minutes=45))
    case = await done(await client.get(f"/v1/complaints/{case['id']}", headers=gas.headers("office")))
    case = await step(client, gas, case, "acknowledge", "leader")
    await know(world, gas, "general", at=long_ago + timedelta(days=1), customer=customer, version=3)
    case = await done(await client.get(f"/v1/complaints/{case['id']}", headers=gas.headers("office")))
    case = await step(client, gas, case, "regrade", "head", grade="3", reason="核实后影响较轻")
    until = datetime.fromisoformat(case["opened_at"]) + timedelta(hours=6)
    case = await step(
        client, gas, case, "pause", "leader", reason="wait_customer", until=until.isoformat(), note="客户外出"
    )
    await time.advance(timedelta(hours=1))
    case = await step(client, gas, case, "resume", "leader", note="客户已返回")
    case = await step(client, gas, case, "resolve", "leader", resolution="已当面道歉")
    case = await step(client, gas, case, "close", "leader")
    return await step(client, gas, case, "reopen", "office", reason="客户回访表示不满意")


async def test_every_verdict_is_shown_with_who_and_why(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    async with moving(world, hot) as time:
        case = await lived(complaints, world, gas, time, new_id())
        await time.advance(timedelta(days=8))
        finding = await confirmed(complaints, gas, await step(complaints, gas, case, "acknowledge", "leader"))
        await done(await finding_step(complaints, gas, finding, "tell", "office"))
        appeal = await done(await lodge(complaints, gas, case, "agent", "customer", channel="hotline"), 201)
        appeal = await reviewed(complaints, gas, appeal)
        revision = {"verdict": "partly", "department": "customer_service", "person_ids": []}
        decided = await appeal_step(
            complaints,
            gas,
            appeal,
            "decide",
            "committee",
            outcome="changed",
            reason="责任在部门",
            revision=revision,
        )
        await done(decided)
        items = await verdicts(complaints, gas, case)
    assert items == sorted(items, key=lambda one: datetime.fromisoformat(one["at"]))
    assert all(one["actor"] and one["why"] for one in items)
    late = only(items, "clock", "breached", metric="response", cycle=1)
    assert (late["actor"], late["why"], late["clause"]) == ("system:sla", "deadline", "vip-complaint")
    assert late["breached_at"] == late["deadline_at"]
    agent, leader = (str(gas.person(login)) for login in ("agent", "leader"))
    assert [one["owner_id"] for one in late["holders"]] == [agent, leader]
    assert late["holders"][0]["consumed_seconds"] in range(1195, 1260)
    assert only(items, "clock", "cancelled", metric="plan")["why"] == "no_target"
    learned = [one for one in items if one["kind"] == "retargeted" and one["why"] == "learned_late"]
    assert learned
    regrade = only(items, "case", "regrade")
    assert (regrade["actor"], regrade["why"]) == (str(gas.person("head")), "核实后影响较轻")
    assert regrade["detail"] == {"from": "2", "to": "3"}
    carried = [one for one in items if one["kind"] == "retargeted" and one["why"] == "regrade"]
    assert {one["actor"] for one in carried} == {str(gas.person("head"))}
    paused = only(items, "case", "pause")
    assert (paused["actor"], paused["why"]) == (leader, "客户外出")
    assert only(items, "case", "reopen")["why"] == "客户回访表示不满意"
    assert {one["cycle"] for one in items if one["kind"] == "breached"} == {1, 2}
    assert [(one["kind"], one["revision"], one["outcome"]) for one in items if one["source"] == "finding"] == [
        ("draft", 1, "substantiated"),
        ("confirm", 1, "substantiated"),
        ("tell", 1, "substantiated"),
        ("suspend", 1, "substantiated"),
        ("revise", 2, "partly"),
    ]
    appealed = [(one["kind"], one["actor"], one["why"]) for one in items if one["source"] == "appeal"]
    assert appealed == [
        ("lodge", agent, "与实际情况不符"),
        ("admit", str(gas.person("office")), "admit"),
        ("review", str(gas.person("office")), "事实不足"),
        ("decide", str(gas.person("committee")), "责任在部门"),
    ]
    assert {one["metric"] for one in items if one["source"] == "clock"} >= {
        "response",
        "plan",
        "resolution",
        "finding_confirmation",
        "accept",
        "review",
        "decide",
    }


async def test_the_verdicts_of_a_case_out_of_reach_look_absent(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    answer = await complaints.get(f"/v1/complaints/{case['id']}/verdicts", headers=gas.headers("crew"))
    assert (answer.status_code, answer.json()["code"]) == (404, "complaint_not_found")
