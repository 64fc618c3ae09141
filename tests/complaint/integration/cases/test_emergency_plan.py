"""Grade 1 end to end: opened, planned, leaders informed, steps done by their posts, a late one escalates."""

from datetime import datetime, timedelta

import asyncpg
import httpx

from tests.complaint.integration.cases.walks import read, work
from tests.complaint.integration.desk import clock_of, facts, open_case, step, sweep_at, take
from tests.support.world import Company

POSTS = {
    "report_up": ("head", 15),
    "make_safe": ("networkhead", 30),
    "contact": ("head", 30),
    "lead": ("deputy", 60),
    "media": ("generalhead", 120),
    "evidence": ("office", 240),
    "written": ("head", 1440),
}


async def test_the_plan_from_the_opening_to_the_last_step(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas, category="gas_leak")
    opened = datetime.fromisoformat(case["opened_at"])
    plan = {one["code"]: one for one in case["emergency_steps"]}
    for code, (login, minutes) in POSTS.items():
        assert plan[code]["owner_id"] == str(gas.person(login)), code
        assert datetime.fromisoformat(plan[code]["due_at"]) == opened + timedelta(minutes=minutes)
        assert clock_of(case, f"emergency.{code}")["state"] == "running"
    (started,) = await facts(hot, gas, "complaint.emergency_started")
    assert {"deputy_gm", "gm"} <= set(started["routing"]["posts"])
    assert (case["id"], "emergency.make_safe") in await work(complaints, gas, "networkhead")
    case = await step(complaints, gas, case, "emergency-steps/make_safe/done", login="networkhead", note="已关阀")
    case = await step(complaints, gas, case, "emergency-steps/report_up/done", login="head")
    wrong = await take(complaints, gas, case, "emergency-steps/media/done", login="networkhead")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "complaint_post_not_allowed")
    stranger = await take(complaints, gas, case, "emergency-steps/media/done", login="financehead")
    assert stranger.status_code == 404
    await sweep_at(hot, opened + timedelta(minutes=61))
    late = [one for one in await facts(hot, gas, "sla.escalated") if one["trigger"] == "breach"]
    assert ("emergency.lead", "deputy_gm") in {(one["metric"], one["to_post"]) for one in late}
    assert ("emergency.contact", "deputy_gm") in {(one["metric"], one["to_post"]) for one in late}
    case = await read(complaints, gas, case)
    for code in ("contact", "lead", "media", "evidence", "written"):
        case = await step(complaints, gas, case, f"emergency-steps/{code}/done", login=POSTS[code][0])
    assert all(one["done_at"] for one in case["emergency_steps"])
    assert [one["done_by"] for one in case["emergency_steps"]] == [str(gas.person(who)) for who, _ in POSTS.values()]
    again = await take(complaints, gas, case, "emergency-steps/media/done", login="generalhead")
    assert again.json()["code"] == "emergency_step_done"


async def test_a_case_that_becomes_the_gravest_gets_the_plan_and_a_transfer_leaves_it_with_its_posts(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await open_case(complaints, gas)
    assert case["emergency_steps"] == []
    case = await step(complaints, gas, case, "regrade", login="office", grade="1", reason="媒体介入")
    assert len(case["emergency_steps"]) == len(POSTS)
    case = await step(complaints, gas, case, "transfer", owner_id=str(gas.person("leader")), reason="转维修班")
    assert (case["id"], "emergency.make_safe") in await work(complaints, gas, "networkhead")
    case = await step(complaints, gas, case, "emergency-steps/media/done", login="generalhead")
    assert clock_of(case, "emergency.media")["state"] == "met"
