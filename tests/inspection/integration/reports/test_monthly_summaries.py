"""A department's month: drafted, completed, signed by the head, noted or returned by the committee."""

import asyncio
from datetime import datetime, timedelta

from services.inspection.reports.rules.summaries import PARTS as NAMES
from services.inspection.reports.rules.summaries import document
from shared.archive.canonical import digest_of
from tests.inspection.integration.findings.book import status
from tests.inspection.integration.inspections.forms import Inspecting
from tests.inspection.integration.reports.reporting import DECEMBER, PARTS, SUMMARIES, Reporting
from tests.support.stage import Json, Stage
from tests.support.world import Company

OWING = ["call_centre", "customer_service", "engineering", "market", "network", "safety"]


def document_of(row: Json, edition: Json) -> Json:
    """What was signed, from what the API shows."""
    return document(
        company=row["company"],
        department=row["department"],
        month=row["month"],
        edition=edition["edition"],
        parts={name: edition[name] for name in NAMES},
        figures=edition["figures"],
        signed_by=edition["signed_by"],
        signed_at=datetime.fromisoformat(edition["signed_at"]),
    )


async def test_the_first_of_the_month_drafts_for_every_department_once(
    desk: Reporting, stage: Stage, gas: Company
) -> None:
    row = await desk.drafted()
    await stage.run_job(gas, "inspection_summaries")
    listed = (await stage.get(gas, SUMMARIES, month="2026-11", state="draft"))["items"]
    assert sorted(one["department"] for one in listed) == OWING
    assert len(await stage.facts(gas, "inspection.summary_drafted")) == len(OWING)
    clock = (await stage.clocks(gas, f"{SUMMARIES}/{row['id']}", login="head"))["summary_submit"]
    assert (clock["state"], clock["clause"]) == ("running", "inspection-reports")
    assert clock["deadline_at"] == row["due_at"] == "2026-12-07T09:30:00Z", "five working days from the first"
    (work,) = (await stage.get(gas, "/v1/work", login="head"))["items"]
    assert (work["id"], work["metric"], work["posts"]) == (row["id"], "summary_submit", ["customer_service_head"])
    stage.clock.set(DECEMBER + timedelta(days=62))
    await stage.run_job(gas, "inspection_summaries")
    found = await stage.get(gas, SUMMARIES, department="market")
    assert [one["month"] for one in found["items"]] == ["2027-01", "2026-12", "2026-11"], "missed runs are made up for"


async def test_a_summary_from_live_figures_to_the_committees_note(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    held = await house.recorded(points=house.failing("dress", evidence_ids=[await house.stored_file()]))
    await desk.confirm(held)
    row = await desk.drafted()
    counted = row["figures"]
    assert (counted["inspections"]["held"], counted["inspections"]["score"]) == (1, held["score"])
    assert counted["findings"]["by_severity"] == {"minor": 1}
    assert counted["inspections"]["by_kind"]["routine"]["held"] == 1
    row = await desk.signed(row)
    assert (row["state"], row["is_frozen"], row["is_late"], row["edition"]) == ("submitted", True, False, 1)
    await stage.pool.execute("update findings set points = 99 where company = $1", gas.code)
    assert (await desk.read(SUMMARIES, row))["figures"] == counted, "frozen"
    (edition,) = row["editions"]
    assert edition["is_intact"]
    assert digest_of(document_of(row, edition)) == edition["digest"], "anybody computes it again"
    row = await desk.step(SUMMARIES, row, "return", "committee", reason="问题分析不够")
    assert (row["state"], row["is_frozen"], row["figures"]["findings"]["points"]) == ("returned", False, 99)
    clocks = await stage.clocks(gas, f"{SUMMARIES}/{row['id']}", login="head")
    states = {name: one["state"] for name, one in clocks.items()}
    assert states == {"summary_submit": "met", "summary_note": "met", "summary_rework": "running"}
    row = await desk.written(row, problems="工单超时三起，均因交接不清")
    row = await desk.step(SUMMARIES, row, "sign", "head")
    first, second = row["editions"]
    assert (first["verdict"], first["words"], first["problems"]) == ("returned", "问题分析不够", PARTS["problems"])
    assert (second["edition"], second["figures"]["findings"]["points"], second["verdict"]) == (2, 99, None)
    row = await desk.step(SUMMARIES, row, "note", "committee", words="已阅")
    assert (row["state"], row["editions"][1]["verdict"], row["posts"]) == ("noted", "noted", [])
    names = [f"inspection.summary_{one}" for one in ("signed", "returned", "noted")]
    told = await stage.facts(gas, *names)
    assert [one["type"] for one in told] == [names[0], names[1], names[0], names[2]]
    assert (told[0]["department"], told[0]["month"], told[0]["score"]) == (
        "customer_service",
        "2026-11",
        held["score"],
    )
    assert (told[0]["findings_by_severity"], told[0]["inspections"]) == ({"minor": 1}, 1)
    clocks = await stage.clocks(gas, f"{SUMMARIES}/{row['id']}")
    assert {one["state"] for one in clocks.values()} == {"met"}


async def test_changed_words_in_the_database_show(desk: Reporting, stage: Stage) -> None:
    row = await desk.signed(await desk.drafted())
    await stage.pool.execute(
        "update monthly_summary_editions set problems = '无' where summary_id = $1",
        row["id"],
    )
    assert [one["is_intact"] for one in (await desk.read(SUMMARIES, row))["editions"]] == [False]


async def test_who_may_not_sign_and_what_is_missing(desk: Reporting, stage: Stage, gas: Company) -> None:
    row = await desk.drafted()
    assert (await desk.refused(SUMMARIES, row, "sign", "deputy"))[:2] == (403, "monthly_summary_not_head")
    assert (await desk.refused(SUMMARIES, row, "sign", "markethead"))[0] == 404
    assert (await desk.refused(SUMMARIES, row, "sign", "leader"))[0] == 403
    missing = await desk.refused(SUMMARIES, row, "sign", "head")
    assert missing == (422, "monthly_summary_part_missing", [f"/{name}" for name in PARTS])
    assert (await desk.refused(SUMMARIES, row, "note", "committee"))[:2] == (409, "monthly_summary_step_not_allowed")
    assert (await desk.refused(SUMMARIES, row, "write", "head"))[0] == 422, "nothing said"
    row = await desk.written(row, problems=None)
    assert (await desk.refused(SUMMARIES, row, "sign", "head"))[2] == ["/problems"]
    row = await desk.signed(row)
    for act in ("sign", "write"):
        said = PARTS if act == "write" else {}
        refused = await desk.refused(SUMMARIES, row, act, "head", **said)
        assert refused[:2] == (409, "monthly_summary_already_signed")
    assert (await desk.refused(SUMMARIES, row, "note", "office"))[:2] == (403, "monthly_summary_post_not_allowed")
    assert (await desk.refused(SUMMARIES, row, "return", "committee"))[0] == 422, "a reason"
    stale = await stage.post(gas, f"{SUMMARIES}/{row['id']}/note", login="committee", version=1)
    assert stale.status_code == 412


async def test_a_deputy_signs_and_nobody_notes_the_own_signature(desk: Reporting) -> None:
    row = await desk.written(await desk.drafted())
    await desk.stands_in("head", "committee")
    row = await desk.step(SUMMARIES, row, "sign", "committee")
    assert (await desk.refused(SUMMARIES, row, "note", "committee"))[:2] == (403, "monthly_summary_four_eyes")


async def test_a_month_is_begun_while_it_runs_and_signed_when_it_is_over(
    desk: Reporting, stage: Stage, gas: Company
) -> None:
    body = {"department": "customer_service", "month": "2026-11"}
    made = await stage.post(gas, SUMMARIES, body, login="head", key="begin")
    again = await stage.post(gas, SUMMARIES, body, login="head", key="begin")
    assert (made.status_code, again.status_code, again.json()["id"]) == (201, 201, made.json()["id"])
    row = await desk.written(made.json())
    assert row["due_at"] is None
    assert (await desk.refused(SUMMARIES, row, "sign", "head"))[:2] == (422, "monthly_summary_month_not_over")
    for said, code in (
        (body, "monthly_summary_exists"),
        ({**body, "month": "2026-12"}, "monthly_summary_month_out_of_range"),
        ({**body, "month": "2025-10"}, "monthly_summary_month_out_of_range"),
        ({**body, "department": "finance"}, "monthly_summary_department"),
        ({**body, "department": "market"}, "monthly_summary_department"),
    ):
        refused = await stage.post(gas, SUMMARIES, said, login="head")
        assert refused.json()["code"] == code, said
    opened = await desk.drafted()
    assert (opened["id"], opened["due_at"]) == (row["id"], "2026-12-07T09:30:00Z"), "the same one, now with its clock"
    assert (await desk.step(SUMMARIES, opened, "sign", "head"))["state"] == "submitted"


async def test_late_shows_and_goes_up_the_ladder(desk: Reporting, stage: Stage, gas: Company) -> None:
    row = await desk.drafted()
    stage.clock.set(DECEMBER + timedelta(days=8))
    await stage.sweep()
    assert (await stage.clocks(gas, f"{SUMMARIES}/{row['id']}"))["summary_submit"]["state"] == "breached"
    breached = [one for one in await stage.facts(gas, "sla.breached") if one["metric"] == "summary_submit"]
    assert len(breached) == len(OWING)
    assert await stage.facts(gas, "sla.escalated")
    row = await desk.signed(row)
    assert row["is_late"] is True
    listed = await stage.get(gas, SUMMARIES, is_late="true")
    assert [one["id"] for one in listed["items"]] == [row["id"]]


async def test_who_sees_a_summary_and_who_wins_a_race(desk: Reporting, stage: Stage, gas: Company) -> None:
    row = await desk.written(await desk.drafted())
    path = f"{SUMMARIES}/{row['id']}"
    for login, code in (
        *(("head", 200), ("leader", 200), ("committee", 200), ("gm", 200), ("auditor", 200)),
        *(("markethead", 404), ("hotlineleader", 404), ("crew", 403)),
    ):
        assert await status(stage, gas, path, login) == code, login
    seen = await stage.get(gas, SUMMARIES, login="markethead")
    assert {one["department"] for one in seen["items"]} == {"market"}
    signed = [stage.post(gas, f"{path}/sign", login="head", version=row["version"]) for _ in range(2)]
    assert sorted(one.status_code for one in await asyncio.gather(*signed)) == [200, 412]
