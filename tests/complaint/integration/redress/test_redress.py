"""A missed commitment that is priced: proposed once, raised to its cap, decided by the delegation, paid in time."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx

from services.complaint.cases.service.governing import Governances
from services.complaint.redress.service.proposing import Sweep
from tests.complaint.integration.delegation.house import approved, upload
from tests.complaint.integration.desk import clock_of, facts, open_case, step, sweep_at
from tests.complaint.integration.judging import done, post
from tests.support.world import Company, World

Json = dict[str, Any]
MINUTE = timedelta(minutes=1)


async def look(world: World, company: Company, at: datetime) -> None:
    """What the scheduled job does, at an instant."""
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    governances = Governances(runtime.policy, runtime.calendars)
    async with runtime.sessions.begin() as session:
        await Sweep(session, company.code, governances, at).run()


async def now_of(world: World) -> datetime:
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    found: datetime = runtime.clock.now()
    return found


async def redress(client: httpx.AsyncClient, company: Company, login: str = "office", **query: str) -> list[Json]:
    answer = await client.get("/v1/redress", params=query, headers=company.headers(login))
    items: list[Json] = (await done(answer))["items"]
    return items


async def breached(
    world: World, client: httpx.AsyncClient, pool: asyncpg.Pool, company: Company, **intake: Any
) -> tuple[Json, datetime]:
    """A case whose response was missed, and when."""
    case = await open_case(client, company, **intake)
    deadline = datetime.fromisoformat(clock_of(case, "response")["deadline_at"])
    await sweep_at(pool, deadline + timedelta(seconds=1))
    return case, deadline


async def submitted(client: httpx.AsyncClient, company: Company, one: Json) -> Json:
    path = f"/v1/redress/{one['id']}/submit"
    answer = await post(client, company, path, "agent", one["version"], {"reason": "未按时限响应"})
    return await done(answer)


async def decided(world: World, client: httpx.AsyncClient, company: Company, one: Json) -> Json:
    """Through every step of the delegation, then seen by the job."""
    path = f"/v1/authorisations/{one['authorisation_id']}"
    authorisation = await done(await client.get(path, headers=company.headers("agent")))
    await approved(client, company, authorisation, "agent")
    await look(world, company, await now_of(world))
    (found,) = await redress(client, company)
    return found


async def test_packs_without_prices_propose_nothing(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    _, at = await breached(world, complaints, hot, gas)
    await look(world, gas, at + MINUTE)
    assert await redress(complaints, gas) == []


async def test_one_cause_is_proposed_once(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    case, at = await breached(world, complaints, hot, priced)
    for _ in range(3):
        await look(world, priced, at + MINUTE)
    (one,) = await redress(complaints, priced, complaint_id=case["id"])
    assert (one["commitment"], one["amount_fen"], one["state"]) == ("grade_2_response", 5000, "proposed")
    assert one["clock_id"] == clock_of(case, "response")["id"]
    said = await facts(hot, priced, "complaint.redress_proposed", "complaint.redress_raised")
    assert [(fact["type"], fact["amount_fen"]) for fact in said] == [("complaint.redress_proposed", 5000)]
    clocks = await hot.fetch("select metric from clocks where company = $1 and breached_at is not null", priced.code)
    assert {row["metric"] for row in clocks} == {"response"}


async def test_the_amount_rises_with_each_period_to_the_cap(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    _, at = await breached(world, complaints, hot, priced, category="gas_leak")
    seen = []
    for minutes in (1, 30, 61, 119, 121, 600):
        await look(world, priced, at + minutes * MINUTE)
        (one,) = await redress(complaints, priced)
        seen.append((one["amount_fen"], one["steps"], one["state"]))
    assert seen == [
        (10000, 1, "accruing"),
        (10000, 1, "accruing"),
        (20000, 2, "accruing"),
        (20000, 2, "accruing"),
        (25000, 3, "proposed"),
        (25000, 3, "proposed"),
    ]
    said = await facts(hot, priced, "complaint.redress_raised")
    assert [(fact["from_fen"], fact["amount_fen"]) for fact in said] == [(10000, 20000), (20000, 25000)]


async def test_an_answer_ends_the_rise_and_only_then_is_it_submitted(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    case, at = await breached(world, complaints, hot, priced, category="gas_leak")
    await look(world, priced, at + MINUTE)
    (one,) = await redress(complaints, priced)
    early = await post(
        complaints, priced, f"/v1/redress/{one['id']}/submit", "agent", one["version"], {"reason": "未按时限响应"}
    )
    assert (early.status_code, early.json()["code"]) == (409, "redress_accruing")
    await hot.execute(
        "update clocks set stopped_at = $2, next_check_at = null where id = $1",
        one["clock_id"],
        at + 90 * MINUTE,
    )
    await look(world, priced, at + 300 * MINUTE)
    (one,) = await redress(complaints, priced)
    assert (one["amount_fen"], one["state"], one["next_step_at"]) == (20000, "proposed", None)
    assert case["id"] == one["complaint_id"]


async def test_a_retracted_breach_withdraws_the_proposal(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    case, at = await breached(world, complaints, hot, priced, category="gas_leak")
    await look(world, priced, at + MINUTE)
    current = await done(await complaints.get(f"/v1/complaints/{case['id']}", headers=priced.headers("agent")))
    await step(complaints, priced, current, "acknowledge", occurred_at=case["opened_at"])
    await look(world, priced, at + 2 * MINUTE)
    (one,) = await redress(complaints, priced)
    assert one["state"] == "withdrawn"
    assert len(await facts(hot, priced, "complaint.redress_withdrawn")) == 1
    refused = await post(
        complaints, priced, f"/v1/redress/{one['id']}/submit", "agent", one["version"], {"reason": "未按时限响应"}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "redress_step_not_allowed")


async def test_it_is_decided_by_the_delegation_and_paid_within_its_own_clock(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    _, at = await breached(world, complaints, hot, priced)
    await look(world, priced, at + MINUTE)
    (one,) = await redress(complaints, priced)
    one = await submitted(complaints, priced, one)
    assert one["state"] == "submitted"
    one = await decided(world, complaints, priced, one)
    assert (one["state"], one["posts"]) == ("approved", ["finance_head"])
    clocks = await done(await complaints.get(f"/v1/redress/{one['id']}/clocks", headers=priced.headers("financehead")))
    (clock,) = clocks["items"]
    assert (clock["metric"], clock["state"], clock["started_at"]) == ("payment", "running", one["approved_at"])
    work = await done(await complaints.get("/v1/work", headers=priced.headers("financehead")))
    assert [(entry["kind"], entry["metric"], entry["id"]) for entry in work["items"]] == [
        ("redress", "payment", one["id"])
    ]
    path = f"/v1/redress/{one['id']}/pay"
    proof = await upload(complaints, priced, "financehead")
    body = {"reference": "PZ-2026-0001", "proof_ids": [proof]}
    other = await post(complaints, priced, path, "office", one["version"], body)
    assert (other.status_code, other.json()["code"]) == (403, "redress_post_not_allowed")
    foreign = {**body, "proof_ids": [await upload(complaints, priced, "agent")]}
    unknown = await post(complaints, priced, path, "financehead", one["version"], foreign)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "redress_proof_unknown")
    stale = await post(complaints, priced, path, "financehead", one["version"] - 1, body)
    assert stale.status_code == 412
    (same,) = await redress(complaints, priced)
    assert same == one, "a bad call changes nothing"
    paid = await done(await post(complaints, priced, path, "financehead", one["version"], body, key="k" * 16))
    again = await done(await post(complaints, priced, path, "financehead", one["version"], body, key="k" * 16))
    assert again == paid
    assert (paid["state"], paid["proof_ids"]) == ("paid", [proof])
    twice = await post(complaints, priced, path, "financehead", paid["version"], body)
    assert twice.json()["code"] == "redress_step_not_allowed"
    assert len(await facts(hot, priced, "complaint.redress_paid")) == 1
    assert [fact["metric"] for fact in await facts(hot, priced, "sla.met") if fact["subject_type"] == "redress"] == [
        "payment"
    ]
    ledger = await hot.fetch("select executed_fen from authority_ledger_entries where company = $1", priced.code)
    assert [row["executed_fen"] for row in ledger] == [5000], "once in the ledger"
    shown = await complaints.get(f"/v1/files/{proof}", headers=priced.headers("office"))
    assert shown.status_code == 200


async def test_what_the_delegation_refuses_is_refused(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company
) -> None:
    _, at = await breached(world, complaints, hot, priced)
    await look(world, priced, at + MINUTE)
    (one,) = await redress(complaints, priced)
    one = await submitted(complaints, priced, one)
    path = f"/v1/authorisations/{one['authorisation_id']}"
    asked = await done(await complaints.get(path, headers=priced.headers("agent")))
    await done(await post(complaints, priced, f"{path}/withdraw", "agent", asked["version"], {"reason": "客户放弃"}))
    await look(world, priced, at + 2 * MINUTE)
    (one,) = await redress(complaints, priced)
    assert one["state"] == "refused"


async def test_the_list_has_pages_and_keeps_to_the_callers_rows(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, priced: Company, gas: Company
) -> None:
    for _ in range(3):
        _, at = await breached(world, complaints, hot, priced)
    await look(world, priced, at + MINUTE)
    headers, seen, cursor = priced.headers("office"), [], ""
    while cursor is not None:
        answer = await done(
            await complaints.get(f"/v1/redress?limit=1{cursor and f'&cursor={cursor}'}", headers=headers)
        )
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next_cursor"]
    assert len(set(seen)) == 3
    assert await redress(complaints, gas) == []
    hidden = await complaints.get(f"/v1/redress/{seen[0]}", headers=gas.headers("office"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "redress_not_found")
    assert await redress(complaints, priced, login="crew") == []
