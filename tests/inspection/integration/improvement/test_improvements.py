"""An improvement from its proposal to its acceptance, and what it refuses."""

import asyncio
from datetime import timedelta

from shared.ids import new_id
from tests.inspection.integration.findings.book import confirmed
from tests.inspection.integration.improvement.book import (
    EFFECT,
    EFFECT_JOB,
    IMPROVEMENT,
    PLANNED,
    happened,
    made,
    measured,
    planned,
    refused,
    refused_new,
    reported,
    status,
    step,
    stored,
    work,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company

PATH = "improvements"


async def test_effect_is_counted_from_facts_before_and_after_and_the_office_accepts(stage: Stage, gas: Company) -> None:
    began = stage.clock.now()
    await happened(stage, gas, "order", began - timedelta(days=30), 10, late=4)
    await happened(stage, gas, "order", began - timedelta(days=30), 5, late=5, department="market")
    row = await planned(stage, gas, indicator="late_orders")
    assert (row["before_numerator"], row["before_denominator"], row["state"]) == (4, 10, "planned")
    assert (row["id"], "improvement_due") in await work(stage, gas, "crew")
    clocks = await stage.clocks(gas, f"/v1/improvements/{row['id']}")
    assert (clocks["improvement_decide"]["state"], clocks["improvement_due"]["state"]) == ("met", "running")
    assert clocks["improvement_due"]["clause"] == "check-improvement-items"
    row = await step(stage, gas, row, PATH, "begin", "crew")
    row = await step(stage, gas, row, PATH, "notes", "crew", words="已排班")
    row = await step(stage, gas, row, PATH, "done", "crew", words="完成")
    assert (row["state"], row["is_late"], row["measured_at"]) == ("done", False, None)
    assert await refused(stage, gas, row, PATH, "accept", "officestaff") == (422, "improvement_not_measured")
    assert await refused(stage, gas, row, PATH, "effect", "crew", **EFFECT) == (422, "improvement_measured_by_facts")
    await happened(stage, gas, "order", began + timedelta(days=10), 10, late=1)
    await happened(stage, gas, "order", began, 3, late=3)
    stage.clock.set(began + timedelta(days=60))
    await stage.run_job(gas, EFFECT_JOB)
    row = await stage.get(gas, f"/v1/improvements/{row['id']}")
    assert row["measured_at"] is None, "the window is not over"
    stage.clock.set(began + timedelta(days=61))
    await stage.run_job(gas, EFFECT_JOB)
    await stage.run_job(gas, EFFECT_JOB)
    row = await stage.get(gas, f"/v1/improvements/{row['id']}")
    assert (row["after_numerator"], row["after_denominator"], row["is_improved"]) == (1, 10, True)
    assert (row["id"], "improvement_accept") in await work(stage, gas, "officestaff")
    row = await step(stage, gas, row, PATH, "accept", "officestaff", words="同意")
    assert row["state"] == "accepted"
    (told,) = await stage.facts(gas, "inspection.improvement_accepted")
    assert [str(told[name]) for name in ("owner_id", "proposer_id", "accepted_by", "matter_id")] == [
        str(gas.person("crew")),
        str(gas.person("office")),
        str(gas.person("officestaff")),
        row["matter_id"],
    ]
    shares = ("before_numerator", "before_denominator", "after_numerator", "after_denominator", "is_improved")
    assert [told[name] for name in shares] == [4, 10, 1, 10, True]
    assert (await stage.clocks(gas, f"/v1/improvements/{row['id']}"))["improvement_accept"]["state"] == "met"


async def test_neither_owner_nor_proposer_nor_whoever_measured_accepts(stage: Stage, gas: Company) -> None:
    for by, owner, judge in (("office", "crew", "office"), ("inspector", "officestaff", "officestaff")):
        row = await measured(stage, gas, by, owner)
        assert await refused(stage, gas, row, PATH, "accept", judge) == (403, "improvement_own")
        said = {"words": "重做", "due_on": "2026-12-30"}
        assert await refused(stage, gas, row, PATH, "return", judge, **said) == (403, "improvement_own")
    assert (await step(stage, gas, row, PATH, "accept", "office"))["state"] == "accepted"
    head = await stage.post(gas, f"/v1/improvements/{row['id']}/accept", login="head", version=row["version"])
    assert head.status_code == 403


async def test_what_got_no_better_is_sent_back_and_done_again_by_a_new_date(stage: Stage, gas: Company) -> None:
    row, proof = await reported(stage, gas), await stored(stage, gas, "crew")
    worse = {**EFFECT, "after_numerator": 50, "file_ids": [proof]}
    row = await step(stage, gas, row, PATH, "effect", "crew", **worse)
    assert (row["is_improved"], row["is_by_hand"]) == (False, True)
    assert await refused(stage, gas, row, PATH, "accept", "officestaff") == (422, "improvement_no_effect")
    said = {"words": "未见效果", "due_on": "2026-11-24"}
    assert await refused(stage, gas, row, PATH, "return", "officestaff", **said) == (422, "improvement_due_invalid")
    row = await step(stage, gas, row, PATH, "return", "officestaff", words="未见效果", due_on="2026-12-25")
    assert (row["state"], row["round"], row["is_improved"]) == ("returned", 2, None)
    clock = (await stage.clocks(gas, f"/v1/improvements/{row['id']}"))["improvement_due"]
    assert (clock["state"], clock["deadline_at"][:13]) == ("running", "2026-12-25T16")
    row = await step(stage, gas, row, PATH, "begin", "crew")
    row = await step(stage, gas, row, PATH, "done", "crew", words="完成")
    row = await step(stage, gas, row, PATH, "effect", "crew", **{**EFFECT, "file_ids": [proof]})
    assert (await step(stage, gas, row, PATH, "accept", "officestaff"))["round"] == 2


async def test_due_date_is_breached_and_the_late_report_says_so(stage: Stage, gas: Company) -> None:
    row = await step(stage, gas, await planned(stage, gas), PATH, "begin", "crew")
    stage.clock.set(stage.clock.now() + timedelta(days=40))
    await stage.sweep()
    assert (await stage.clocks(gas, f"/v1/improvements/{row['id']}"))["improvement_due"]["state"] == "breached"
    row = await step(stage, gas, row, PATH, "done", "crew", words="完成")
    assert row["is_late"] is True
    (told,) = await stage.facts(gas, "inspection.improvement_done")
    assert told["is_late"] is True


async def test_effect_by_hand_needs_the_owner_a_proof_and_a_file_of_the_right_type(stage: Stage, gas: Company) -> None:
    row = await reported(stage, gas)
    assert (await stage.clocks(gas, f"/v1/improvements/{row['id']}"))["improvement_effect"]["state"] == "running"
    assert await refused(stage, gas, row, PATH, "effect", "crew", **EFFECT) == (422, "improvement_proof_missing")
    table = await stored(stage, gas, "crew", "a.csv", "日期,等候\n2026-11-24,25\n".encode())
    foreign = await stored(stage, gas, "head")
    for file_id, code in ((table, "file_type"), (foreign, "file_unknown"), (str(new_id()), "file_unknown")):
        said = {**EFFECT, "file_ids": [file_id]}
        assert await refused(stage, gas, row, PATH, "effect", "crew", **said) == (422, f"improvement_{code}")
    proof = await stored(stage, gas, "crew")
    said = {**EFFECT, "file_ids": [proof]}
    assert (await refused(stage, gas, row, PATH, "effect", "office", **said))[0] in (403, 404)
    row = await step(stage, gas, row, PATH, "effect", "crew", **said)
    clocks = await stage.clocks(gas, f"/v1/improvements/{row['id']}")
    assert (clocks["improvement_effect"]["state"], clocks["improvement_accept"]["state"]) == ("met", "running")
    assert await status(stage, gas, f"/v1/files/{proof}", "officestaff") == 200
    assert await status(stage, gas, f"/v1/files/{proof}", "networkhead") == 404


async def test_nothing_is_raised_or_planned_when_what_is_said_is_wrong(stage: Stage, gas: Company) -> None:
    unknown = str(new_id())
    cases: list[tuple[str, str, Json]] = [
        ("improvement_code_unknown", "/department", {"department": "no-such"}),
        ("improvement_code_unknown", "/clause", {"clause": "no-such"}),
        ("improvement_source_unknown", "/source_id", {"source_type": "finding", "source_id": unknown}),
        ("improvement_source_unknown", "/source_id", {"source_type": "complaint", "source_number": "TS1"}),
        ("improvement_source_unknown", "/source_id", {"source_type": "survey", "source_id": unknown}),
        ("improvement_source_unknown", "/source_id", {"source_type": "office", "source_id": unknown}),
        ("improvement_plan_unknown", "/plan_id", {"plan_id": unknown}),
    ]
    for code, pointer, more in cases:
        found = await refused_new(stage, gas, PATH, {**IMPROVEMENT, **more}, "office")
        assert found == (422, code, [pointer])
    found = await refused_new(stage, gas, PATH, {**IMPROVEMENT, "department": "market"}, "head")
    assert found[:2] == (403, "improvement_post_not_allowed")
    assert await stage.facts(gas, "inspection.improvement_proposed") == []
    row, owner = await made(stage, gas, PATH, IMPROVEMENT, "inspector"), str(gas.person("crew"))
    wrong: list[tuple[str, Json]] = [
        ("improvement_person_unknown", {"owner_id": unknown}),
        ("improvement_due_invalid", {"due_on": "2026-11-24"}),
        ("improvement_due_invalid", {"due_on": "2028-01-01"}),
        ("improvement_code_unknown", {"indicator": "no-such"}),
        ("improvement_plan_unknown", {"plan_id": unknown}),
    ]
    for code, more in wrong:
        body = {**PLANNED, "owner_id": owner, **more}
        assert await refused(stage, gas, row, PATH, "plan", "head", **body) == (422, code)
    body = {**PLANNED, "owner_id": owner}
    assert (await refused(stage, gas, row, PATH, "plan", "deputy", **body)) == (403, "improvement_post_not_allowed")
    assert (await refused(stage, gas, row, PATH, "plan", "networkhead", **body))[0] == 404


async def test_improvement_comes_from_what_is_known_with_its_clause_and_matter(stage: Stage, gas: Company) -> None:
    finding = await confirmed(stage, gas)
    body = {**IMPROVEMENT, "source_type": "finding", "source_id": finding["id"]}
    row = await made(stage, gas, PATH, body, "office")
    assert (row["source_number"], row["clause"]) == (finding["number"], finding["clause"])
    await happened(stage, gas, "case", stage.clock.now(), 1)
    row = await made(stage, gas, PATH, {**IMPROVEMENT, "source_type": "complaint", "source_number": "N0"}, "office")
    assert (row["source_number"], row["clause"], row["source_id"] is None) == ("N0", "service-improvement", False)


async def test_two_decide_at_once_and_one_wins(stage: Stage, gas: Company) -> None:
    row = await made(stage, gas, PATH, IMPROVEMENT, "inspector")
    path, body = f"/v1/improvements/{row['id']}", {**PLANNED, "owner_id": str(gas.person("crew"))}
    first = await stage.post(gas, f"{path}/plan", body, login="head", version=1, key="one")
    again = await stage.post(gas, f"{path}/plan", body, login="head", version=1, key="one")
    late = await stage.post(gas, f"{path}/decline", {"reason": "不做"}, login="office", version=1)
    assert (first.status_code, again.status_code, late.status_code) == (200, 200, 412)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await stage.facts(gas, "inspection.improvement_planned", "inspection.improvement_declined")) == 1


async def test_two_accept_in_the_same_moment_and_one_is_stale(stage: Stage, gas: Company) -> None:
    row = await measured(stage, gas)
    path = f"/v1/improvements/{row['id']}/accept"
    answers = await asyncio.gather(
        *(stage.post(gas, path, login=login, version=row["version"]) for login in ("office", "officestaff"))
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    assert len(await stage.facts(gas, "inspection.improvement_accepted")) == 1


async def test_owner_alone_works_on_it_until_another_is_given_it(stage: Stage, gas: Company) -> None:
    row = await planned(stage, gas, by="head")
    assert (await refused(stage, gas, row, PATH, "begin", "head")) == (403, "improvement_not_owner")
    assert (await refused(stage, gas, row, PATH, "begin", "clerk"))[0] == 404
    row = await step(stage, gas, row, PATH, "assign", "office", owner_id=str(gas.person("clerk")))
    assert (row["id"], "improvement_due") in await work(stage, gas, "clerk")
    assert (row["id"], "improvement_due") not in await work(stage, gas, "crew")
    row = await step(stage, gas, row, PATH, "begin", "clerk")
    row = await step(stage, gas, row, PATH, "cancel", "head", reason="并入他项")
    clocks = await stage.clocks(gas, f"/v1/improvements/{row['id']}")
    assert (row["state"], clocks["improvement_due"]["state"]) == ("cancelled", "cancelled")
    assert await refused(stage, gas, row, PATH, "begin", "clerk") == (409, "improvement_step_not_allowed")
    found = await stage.get(gas, "/v1/improvements", state="cancelled", department="customer_service")
    assert [one["id"] for one in found["items"]] == [row["id"]]
    assert (await stage.get(gas, "/v1/improvements", state="planned"))["items"] == []


async def test_decline_says_why_and_stops_the_clock(stage: Stage, gas: Company) -> None:
    row = await made(stage, gas, PATH, IMPROVEMENT, "inspector")
    row = await step(stage, gas, row, PATH, "decline", "office", reason="已在做")
    clocks = await stage.clocks(gas, f"/v1/improvements/{row['id']}")
    assert (row["state"], row["decline_reason"], clocks["improvement_decide"]["state"]) == ("declined", "已在做", "met")
