"""What the promises of a case do as it is handled: breach, pause, progress, reopen, regrade, late facts."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from services.complaint.cases.service import standing
from services.complaint.cases.service.governing import Governances
from shared.contracts.customer import CustomerTierChanged
from shared.ids import new_id
from tests.complaint.integration.desk import clock_of, facts, minutes, open_case, step, sweep_at, take
from tests.support.world import Company, World


async def know(
    world: World, company: Company, tier: str, *, at: datetime, customer: uuid.UUID, version: int = 2
) -> None:
    """Let the service learn a customer's tier, as the event would."""
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    said = CustomerTierChanged(
        customer_id=customer, from_tier=None, to_tier=tier, effective_at=at, policy_version="2011.1"
    )
    async with runtime.sessions.begin() as session:
        await standing.learn_tier(
            session,
            company.code,
            version,
            said,
            governances=Governances(runtime.policy, runtime.calendars),
            now=runtime.clock.now(),
        )


async def test_vip_is_promised_an_hour_and_a_day(world: World, complaints: httpx.AsyncClient, gas: Company) -> None:
    customer = new_id()
    await know(world, gas, "vip", at=datetime(2026, 1, 1, tzinfo=UTC), customer=customer)
    case = await open_case(complaints, gas, customer_id=str(customer), category="repair")
    assert (case["tier"], case["is_tier_default"], case["grade"]) == ("vip", False, "3")
    assert (minutes(case, "response"), minutes(case, "plan")) == (60, 1440)
    case = await step(complaints, gas, case, "acknowledge")
    case = await step(complaints, gas, case, "assess")
    refused = await take(complaints, gas, case, "plan")
    assert refused.json()["code"] == "answer_post_required"
    early = await take(complaints, gas, case, "resolve", resolution="已修复")
    assert early.json()["code"] == "complaint_plan_required"
    case = await step(complaints, gas, case, "plan", answered_by_post="deputy_gm")
    assert clock_of(case, "plan")["state"] == "met"


async def test_unanswered_promise_is_warned_escalated_and_breached_once(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas)
    opened = datetime.fromisoformat(case["opened_at"])
    for _ in range(3):
        await sweep_at(hot, opened + timedelta(hours=8, seconds=1))
    said = await facts(hot, gas, "sla.warned", "sla.breached")
    response = [fact for fact in said if fact["metric"] == "response"]
    assert [fact["type"] for fact in response] == ["sla.warned"] * 3 + ["sla.breached"]
    assert datetime.fromisoformat(response[-1]["breached_at"]) == opened + timedelta(hours=8)
    answer = await complaints.get(f"/v1/complaints/{case['id']}", headers=gas.headers("agent"))
    assert clock_of(answer.json(), "response")["state"] == "breached"


async def test_answer_recorded_late_but_given_in_time_takes_the_breach_back(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas, category="gas_leak")
    assert case["grade"] == "1"
    opened = datetime.fromisoformat(case["opened_at"])
    await sweep_at(hot, opened + timedelta(minutes=61))
    current = (await complaints.get(f"/v1/complaints/{case['id']}", headers=gas.headers("agent"))).json()
    assert clock_of(current, "response")["state"] == "breached"
    await step(complaints, gas, current, "acknowledge", occurred_at=current["opened_at"])
    retracted = await facts(hot, gas, "sla.breach_retracted")
    assert [fact["metric"] for fact in retracted] == ["response"]


async def test_tier_learned_late_corrects_only_cases_it_was_effective_for(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    customer = new_id()
    case = await open_case(complaints, gas, customer_id=str(customer), category="repair")
    assert case["is_tier_default"] is True
    later = datetime.fromisoformat(case["opened_at"]) + timedelta(minutes=5)
    await know(world, gas, "vip", at=later, customer=customer, version=2)
    url = f"/v1/complaints/{case['id']}"
    assert (await complaints.get(url, headers=gas.headers("agent"))).json()["tier"] == "general"
    await know(world, gas, "vip", at=later - timedelta(days=9), customer=customer, version=3)
    corrected = (await complaints.get(url, headers=gas.headers("agent"))).json()
    assert corrected["tier"] == "vip"
    assert minutes(corrected, "response") == 60
    assert {fact["cause"] for fact in await facts(hot, gas, "sla.retargeted")} == {"learned_late"}


async def test_waiting_needs_a_reason_of_the_pack_and_moves_the_deadline(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    for body, code in (
        ({"reason": "tired", "until": soon}, "pause_not_allowed"),
        ({"reason": "wait_customer", "until": "2099-01-01T00:00:00Z"}, "pause_too_long"),
        ({"reason": "wait_customer", "until": "2020-01-01T00:00:00Z"}, "pause_too_long"),
    ):
        refused = await take(complaints, gas, case, "pause", note="客户要求周末再联系", **body)
        assert refused.json()["code"] == code, refused.text
    case = await step(complaints, gas, case, "pause", reason="wait_customer", until=soon, note="客户要求稍后联系")
    assert clock_of(case, "resolution")["state"] == "paused"
    assert (await take(complaints, gas, {**case, "version": 1}, "resume")).status_code == 412
    case = await step(complaints, gas, case, "resume", note="客户已回复")
    assert clock_of(case, "resolution")["state"] == "running"


async def test_progress_is_told_every_four_hours(world: World, complaints: httpx.AsyncClient, generic: Company) -> None:
    customer = new_id()
    await know(world, generic, "special", at=datetime(2026, 1, 1, tzinfo=UTC), customer=customer)
    case = await open_case(complaints, generic, customer_id=str(customer), category="repair")
    assert (minutes(case, "response"), minutes(case, "assessment")) == (15, 60)
    for action in ("acknowledge", "assess"):
        case = await step(complaints, generic, case, action)
    assert clock_of(case, "plan")["state"] == "running"
    for action in ("plan", "agree", "progress", "progress"):
        case = await step(complaints, generic, case, action)
    told = [clock for clock in case["clocks"] if clock["metric"] == "progress"]
    assert [(clock["sequence"], clock["state"]) for clock in told] == [(1, "met"), (2, "met"), (3, "running")]


async def test_reopened_case_has_clocks_of_its_own(complaints: httpx.AsyncClient, gas: Company) -> None:
    case: dict[str, Any] = await open_case(complaints, gas)
    case = await step(complaints, gas, case, "acknowledge")
    case = await step(complaints, gas, case, "resolve", resolution="已道歉")
    case = await step(complaints, gas, case, "reopen", reason="客户不满意")
    assert (case["cycle"], case["state"]) == (2, "received")
    assert clock_of(case, "response", 1)["state"] == "met"
    assert clock_of(case, "response", 2)["state"] == "running"


async def test_gravest_grade_starts_its_plan_and_tells_the_leaders(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas)
    assert case["emergency_steps"] == []
    refused = await take(complaints, gas, case, "regrade", grade="1", reason="媒体介入")
    assert refused.status_code == 403
    case = await step(complaints, gas, case, "regrade", login="office", grade="1", reason="媒体介入")
    assert case["emergency_started_at"] is not None
    assert minutes(case, "response") == 60
    started = await facts(hot, gas, "complaint.emergency_started")
    assert {"gm", "deputy_gm"} <= set(started[0]["routing"]["posts"])
    line = case["emergency_steps"][0]
    done = await step(complaints, gas, case, f"emergency-steps/{line['code']}/done", login="office")
    assert done["emergency_steps"][0]["done_at"] is not None
    assert clock_of(done, f"emergency.{line['code']}")["state"] == "met"


async def test_transfer_writes_who_used_the_time(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas)
    moved = await step(complaints, gas, case, "transfer", owner_id=str(gas.person("leader")), reason="转维修班")
    assert (moved["team"], moved["first_responsible_id"]) == ("repair_1", str(gas.person("agent")))
    segments = await hot.fetch(
        "select team from clock_segments where company = $1 and clock_id = $2 order by from_at",
        gas.code,
        uuid.UUID(clock_of(case, "response")["id"]),
    )
    assert [row["team"] for row in segments] == ["hotline_1", "repair_1"]
    unknown = await take(complaints, gas, moved, "transfer", owner_id=str(uuid.uuid4()), reason="转错人")
    assert unknown.json()["code"] == "transfer_target_unknown"
