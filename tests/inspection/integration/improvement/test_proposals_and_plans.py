"""Employees propose, the office answers; the yearly plan is drafted, approved by another and summed up."""

from datetime import UTC, datetime, timedelta

from shared.ids import new_id
from tests.inspection.integration.improvement.book import (
    PLAN_JOB,
    PLANNED,
    made,
    planned,
    refused,
    refused_new,
    status,
    step,
    work,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company

PROPOSAL: Json = {"title": "电子表单", "words": "上门单据改为电子表单", "concerns": "customer_service"}
PATH, PLANS = "staff-proposals", "improvement-plans"


async def test_proposal_becomes_an_improvement_and_the_proposer_is_told(stage: Stage, gas: Company) -> None:
    row = await made(stage, gas, PATH, PROPOSAL, "crew")
    assert (row["id"], "proposal_answer") in await work(stage, gas, "officestaff")
    assert await status(stage, gas, f"/v1/staff-proposals/{row['id']}", "agent") == 404
    row = await step(
        stage, gas, row, PATH, "answer", "office", outcome="accepted", words="采纳", department="customer_service"
    )
    assert (row["state"], row["is_on_time"]) == ("accepted", True)
    improvement = await stage.get(gas, f"/v1/improvements/{row['improvement_id']}", login="crew")
    assert (improvement["proposer_id"], improvement["source_number"], improvement["matter_id"]) == (
        str(gas.person("crew")),
        row["number"],
        row["matter_id"],
    )
    assert (row["id"], "proposal_told") in await work(stage, gas, "crew")
    row = await step(stage, gas, row, PATH, "acknowledge", "crew")
    assert row["read_at"] is not None
    assert (row["id"], "proposal_told") not in await work(stage, gas, "crew")
    clocks = await stage.clocks(gas, f"/v1/staff-proposals/{row['id']}", login="crew")
    assert {name: clock["state"] for name, clock in clocks.items()} == {
        "proposal_answer": "met",
        "proposal_told": "met",
    }


async def test_unanswered_proposal_is_breached_and_its_late_answer_is_late(stage: Stage, gas: Company) -> None:
    row = await made(stage, gas, PATH, PROPOSAL, "agent")
    stage.clock.set(stage.clock.now() + timedelta(days=14))
    await stage.sweep()
    assert (await stage.clocks(gas, f"/v1/staff-proposals/{row['id']}"))["proposal_answer"]["state"] == "breached"
    row = await step(stage, gas, row, PATH, "answer", "office", outcome="declined", words="已有同类系统")
    assert (row["state"], row["is_on_time"]) == ("declined", False)


async def test_proposal_refuses_the_own_answer_a_foreign_hand_and_a_circle(stage: Stage, gas: Company) -> None:
    own = await made(stage, gas, PATH, PROPOSAL, "office")
    said: Json = {"outcome": "declined", "words": "不采纳"}
    assert await refused(stage, gas, own, PATH, "answer", "office", **said) == (403, "staff_proposal_own")
    row = await made(stage, gas, PATH, PROPOSAL, "crew")
    assert (await refused(stage, gas, row, PATH, "answer", "crew", **said))[0] == 403
    assert await refused(stage, gas, row, PATH, "answer", "committee", **said) == (403, "improvement_post_not_allowed")
    assert await refused(stage, gas, row, PATH, "withdraw", "office") == (403, "staff_proposal_not_own")
    for first in (row["id"], str(new_id())):
        again = {"outcome": "duplicate", "words": "重复", "duplicate_of": first}
        assert await refused(stage, gas, row, PATH, "answer", "office", **again) == (
            422,
            "staff_proposal_duplicate_invalid",
        )
    half = {"outcome": "accepted", "words": "采纳"}
    assert await refused(stage, gas, row, PATH, "answer", "office", **half) == (422, "staff_proposal_answer_invalid")
    row = await step(
        stage, gas, row, PATH, "answer", "office", outcome="duplicate", words="重复", duplicate_of=own["id"]
    )
    back = {"outcome": "duplicate", "words": "重复", "duplicate_of": row["id"]}
    assert await refused(stage, gas, own, PATH, "answer", "officestaff", **back) == (
        422,
        "staff_proposal_duplicate_invalid",
    )
    listed = await stage.get(gas, "/v1/staff-proposals", duplicate_of=own["id"])
    assert [one["id"] for one in listed["items"]] == [row["id"]]
    assert await refused_new(stage, gas, PATH, {**PROPOSAL, "concerns": "no-such"}, "crew") == (
        422,
        "improvement_code_unknown",
        ["/concerns"],
    )


async def test_withdrawn_proposal_is_answered_no_more(stage: Stage, gas: Company) -> None:
    row = await made(stage, gas, PATH, PROPOSAL, "crew")
    row = await step(stage, gas, row, PATH, "withdraw", "crew")
    clocks = await stage.clocks(gas, f"/v1/staff-proposals/{row['id']}")
    assert (row["state"], clocks["proposal_answer"]["state"]) == ("withdrawn", "cancelled")
    said: Json = {"outcome": "declined", "words": "不采纳"}
    assert await refused(stage, gas, row, PATH, "answer", "office", **said) == (409, "staff_proposal_step_not_allowed")


async def plan_of(stage: Stage, gas: Company, year: int, department: str | None = None) -> Json:
    found = await stage.get(gas, "/v1/improvement-plans", year=year)
    row: Json = next(one for one in found["items"] if one["department"] == department)
    return row


async def test_plan_is_drafted_before_the_year_approved_by_another_and_summed_up(stage: Stage, gas: Company) -> None:
    await stage.run_job(gas, PLAN_JOB)
    assert (await stage.get(gas, "/v1/improvement-plans", year=2027))["items"] != [], "within 45 days of the year"
    await stage.run_job(gas, PLAN_JOB)
    row = await plan_of(stage, gas, 2026, "customer_service")
    assert len((await stage.get(gas, "/v1/improvement-plans", limit=200))["items"]) == 14, "never one twice"
    assert await refused(stage, gas, row, PLANS, "submit", "head") == (422, "improvement_plan_incomplete")
    row = await step(stage, gas, row, PLANS, "write", "head", aims="减少超时")
    assert await refused(stage, gas, row, PLANS, "submit", "head") == (422, "improvement_plan_incomplete")
    improvement = await planned(stage, gas)
    assert improvement["plan_id"] == row["id"], "the department's plan of the year in which it is due"
    row = await step(stage, gas, row, PLANS, "submit", "head")
    assert (row["id"], "improvement_plan") in await work(stage, gas, "office")
    row = await step(stage, gas, row, PLANS, "return", "office", reason="目标须量化")
    row = await step(stage, gas, row, PLANS, "submit", "head")
    row = await step(stage, gas, row, PLANS, "approve", "deputy")
    assert (row["state"], row["is_late"]) == ("approved", False)
    assert (await stage.clocks(gas, f"/v1/improvement-plans/{row['id']}"))["improvement_plan"]["state"] == "met"
    stage.clock.set(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    await stage.run_job(gas, PLAN_JOB)
    row = await plan_of(stage, gas, 2026, "customer_service")
    assert (row["state"], row["figures"]["planned"], row["figures"]["not_done"]) == ("ended", 1, 1)
    (told,) = [one for one in await stage.facts(gas, "inspection.improvement_plan_ended") if one["planned"]]
    assert (told["department"], told["not_done"]) == ("customer_service", 1)
    assert (row["id"], "improvement_summary") in await work(stage, gas, "head")
    row = await step(stage, gas, row, PLANS, "close", "head", summary="一项未完成，转入下年")
    assert row["state"] == "closed"
    assert await refused(stage, gas, row, PLANS, "close", "head", summary="再写") == (
        409,
        "improvement_plan_step_not_allowed",
    )


async def test_whoever_wrote_or_submitted_a_plan_does_not_approve_it(stage: Stage, gas: Company) -> None:
    await stage.run_job(gas, PLAN_JOB)
    row = await plan_of(stage, gas, 2027)
    assert (await refused(stage, gas, row, PLANS, "write", "head", aims="x"))[0] == 404
    row = await step(stage, gas, row, PLANS, "write", "office", aims="减少投诉")
    await planned(stage, gas, due_on="2027-03-01", plan_id=row["id"])
    row = await step(stage, gas, row, PLANS, "submit", "officestaff")
    assert await refused(stage, gas, row, PLANS, "approve", "office") == (403, "improvement_post_not_allowed")
    stale = await stage.post(gas, f"/v1/improvement-plans/{row['id']}/approve", login="gm", version=1)
    assert stale.status_code == 412
    row = await step(stage, gas, row, PLANS, "approve", "gm")
    assert row["state"] == "approved"
    own = await plan_of(stage, gas, 2027, "customer_service")
    own = await step(stage, gas, own, PLANS, "write", "head", aims="减少超时")
    await planned(stage, gas, due_on="2027-03-01", plan_id=own["id"])
    own = await step(stage, gas, own, PLANS, "submit", "head")
    assert await refused(stage, gas, own, PLANS, "approve", "head") in (
        (403, "permission_denied"),
        (403, "improvement_plan_four_eyes"),
    )
    body = {**PLANNED, "owner_id": str(gas.person("crew")), "plan_id": row["id"]}
    raised = {"source_type": "office", "title": "t", "department": "market"}
    other = await made(stage, gas, "improvements", raised, "office")
    wrong = await refused(stage, gas, other, "improvements", "plan", "office", **{**body, "plan_id": own["id"]})
    assert wrong == (422, "improvement_plan_unknown")


async def test_unapproved_plan_is_breached_and_shows(stage: Stage, gas: Company) -> None:
    await stage.run_job(gas, PLAN_JOB)
    row = await plan_of(stage, gas, 2027)
    assert row["due_at"][:13] == "2026-12-30T16"
    stage.clock.set(datetime(2027, 1, 5, tzinfo=UTC))
    await stage.sweep()
    assert (await stage.clocks(gas, f"/v1/improvement-plans/{row['id']}"))["improvement_plan"]["state"] == "breached"


async def test_no_plan_is_drafted_for_a_year_that_ends_before_it_could_stand(stage: Stage, gas: Company) -> None:
    stage.clock.set(datetime(2026, 12, 20, tzinfo=UTC))
    await stage.run_job(gas, PLAN_JOB)
    found = await stage.get(gas, "/v1/improvement-plans", limit=200)
    assert {one["year"] for one in found["items"]} == {2027}
