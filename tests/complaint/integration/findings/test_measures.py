"""Corrective measures: their clock from the pack, done with proof by the owner, verified by somebody else."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from tests.complaint.integration.desk import facts, sweep_at
from tests.complaint.integration.judging import (
    Json,
    appeal_step,
    confirmed,
    current,
    done,
    lodge,
    post,
    reviewed,
    worked_case,
)
from tests.support.world import Company, World


async def upload(client: httpx.AsyncClient, company: Company, login: str) -> str:
    """A proof, uploaded by its owner."""
    answer = await client.post(
        "/v1/files",
        files={"file": ("proof.txt", "整改照片说明".encode(), "text/plain")},
        headers=company.headers(login),
    )
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["id"]
    return file_id


async def measured(client: httpx.AsyncClient, company: Company, **more: Any) -> tuple[Json, Json]:
    """A case with one measure of the repair team's leader."""
    case = await worked_case(client, company, **more)
    plan = {"description": "完善派工确认", "owner_id": str(company.person("leader"))}
    finding = await confirmed(client, company, case, measures=[plan])
    (measure,) = finding["measures"]
    return case, measure


async def measure_step(
    client: httpx.AsyncClient, company: Company, measure: Json, verb: str, login: str, **body: Any
) -> httpx.Response:
    """One step on a measure, whatever comes of it."""
    path = f"/v1/complaints/{measure['complaint_id']}/measures/{measure['id']}/{verb}"
    return await post(client, company, path, login, measure["version"], body)


async def test_a_measure_is_done_with_proof_and_verified_by_somebody_else(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    _, measure = await measured(complaints, gas)
    assert (measure["state"], measure["urgency"]) == ("assigned", "normal")
    work = (await complaints.get("/v1/work", headers=gas.headers("leader"))).json()["items"]
    assert [(one["id"], one["queue"]) for one in work if one["metric"] == "measure"] == [(measure["id"], "mine")]
    bare = await measure_step(complaints, gas, measure, "done", "leader", proof_ids=[])
    assert (bare.status_code, bare.json()["code"]) == (422, "corrective_measure_proof_required")
    proof = await upload(complaints, gas, "leader")
    foreign = await measure_step(complaints, gas, measure, "done", "office", proof_ids=[proof])
    assert foreign.status_code in {403, 404}
    measure = await done(await measure_step(complaints, gas, measure, "done", "leader", proof_ids=[proof]))
    assert measure["state"] == "done"
    read = await complaints.get(f"/v1/files/{proof}?for=complaint", headers=gas.headers("office"))
    assert read.status_code == 200, read.text
    measure = await done(await measure_step(complaints, gas, measure, "reject", "head", reason="未见落实记录"))
    assert (measure["state"], measure["round"], measure["rejection"]) == ("assigned", 2, "未见落实记录")
    measure = await done(await measure_step(complaints, gas, measure, "done", "leader", proof_ids=[proof]))
    measure = await done(await measure_step(complaints, gas, measure, "verify", "office"))
    assert (measure["state"], measure["verified_by"]) == ("verified", str(gas.person("office")))
    again = await measure_step(complaints, gas, measure, "verify", "office")
    assert (again.status_code, again.json()["code"]) == (409, "corrective_measure_step_not_allowed")
    said = [fact["type"] for fact in await facts(hot, gas, *(f"complaint.measure_{one}" for one in _FACTS))]
    assert said == [f"complaint.measure_{one}" for one in ("assigned", "done", "rejected", "done", "verified")]


_FACTS = ("assigned", "done", "rejected", "verified", "cancelled")


async def test_nobody_verifies_their_own_measure(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    plan = {"description": "补充培训", "owner_id": str(gas.person("head")), "urgency": "long"}
    finding = await confirmed(complaints, gas, case, measures=[plan])
    (measure,) = finding["measures"]
    proof = await upload(complaints, gas, "head")
    measure = await done(await measure_step(complaints, gas, measure, "done", "head", proof_ids=[proof]))
    own = await measure_step(complaints, gas, measure, "verify", "head")
    assert (own.status_code, own.json()["code"]) == (403, "corrective_measure_four_eyes")


async def test_a_late_measure_is_breached_and_climbs_the_ladder(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    _, measure = await measured(complaints, gas)
    due = datetime.fromisoformat(measure["deadline_at"])
    await sweep_at(hot, due + timedelta(seconds=1))
    said = await facts(hot, gas, "sla.breached", "sla.escalated")
    late = [fact for fact in said if fact["metric"] == "measure" and fact["type"] == "sla.breached"]
    up = [fact for fact in said if fact["metric"] == "measure" and fact.get("trigger") == "breach"]
    assert len(late) == 1
    assert up[0]["staff_id"] == str(gas.person("head"))


@pytest.mark.parametrize(("pack", "days"), [("xxx-gas", 5), ("chaohu", 5), ("generic", 10), ("liaoning", 5)])
async def test_the_deadline_is_the_pack_s(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, company: str, pack: str, days: int
) -> None:
    house = await world.company(f"{company}-{pack[:3]}", pack)
    case = await worked_case(complaints, house, category="billing")
    plan = {"description": "核对账务", "owner_id": str(house.person("leader"))}
    finding = await confirmed(complaints, house, case, measures=[plan])
    row = await hot.fetchrow("select budget, unit from clocks where subject_id = $1", finding["measures"][0]["id"])
    assert row is not None
    assert (row["budget"], row["unit"]) == (days, "working_day")


async def test_a_grave_case_has_the_urgent_limit(complaints: httpx.AsyncClient, gas: Company) -> None:
    _, measure = await measured(complaints, gas, category="gas_leak")
    assert measure["urgency"] == "urgent"


async def test_an_overturned_finding_ends_its_measures(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case, _ = await measured(complaints, gas)
    appeal = await reviewed(complaints, gas, await done(await lodge(complaints, gas, case, "crew", "employee"), 201))
    await done(await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="revoked", reason="事实不足"))
    finding = await current(complaints, gas, case)
    assert (finding["state"], finding["measures"][0]["state"]) == ("overturned", "cancelled")
    open_clocks = "select count(*) from clocks where subject_id = $1 and state in ('running', 'paused')"
    assert await hot.fetchval(open_clocks, finding["measures"][0]["id"]) == 0
