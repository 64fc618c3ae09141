"""From the execution plan to the inspection carried out, late, or missed; adjustments with their reasons."""

from datetime import UTC, datetime, timedelta

import pytest

from services.inspection.programme.service.figures import fulfilment, plan_fulfilment
from shared.errors import DomainError
from shared.ids import new_id
from tests.inspection.integration.programme.office import EXECUTION, Office
from tests.support.stage import Json, Stage
from tests.support.world import Company

DECEMBER = datetime(2026, 11, 30, 16, tzinfo=UTC)
"""Its first instant in Shanghai."""
TENTH = datetime(2026, 12, 10, 2, tzinfo=UTC)


async def refused(office: Office, row: Json, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        await office.take(row)
    assert caught.value.code == code
    assert (await office.again(row))["state"] == row["state"]


async def test_it_is_taken_only_approved_begun_and_with_its_execution_plan(office: Office) -> None:
    draft = await office.one(await office.plan("department", "network"))
    await refused(office, draft, "inspection_plan_not_approved")
    row = await office.one(await office.approved())
    await refused(office, row, "planned_inspection_not_begun")
    await office.at(TENTH)
    row = await office.again(row)
    assert set(clocks := await office.clocks(row)) == {"inspection", "execution_plan"}
    assert {clock["state"] for clock in clocks.values()} == {"running"}
    await refused(office, row, "inspection_execution_plan_missing")
    written = await office.written(row)
    assert (written["method"], written["sample_size"]) == ("on_site", 10)
    assert (await office.clocks(row))["execution_plan"]["state"] == "met"
    assert (await office.take(row)).state == "prepared"
    with pytest.raises(DomainError, match="planned_inspection_step_not_allowed"):
        await office.take(row)
    done = await office.carry_out(row)
    assert (done.state, done.is_late) == ("done", False)
    assert (await office.clocks(row))["inspection"]["state"] == "met"


async def test_a_missed_one_is_shown_and_made_up_for_late(office: Office, stage: Stage, gas: Company) -> None:
    row = await office.one(await office.approved())
    await office.at(DECEMBER)
    await office.at(datetime(2026, 12, 26, 2, tzinfo=UTC))
    assert (await office.again(row))["state"] == "missed"
    clocks = await office.clocks(row)
    assert {name: clock["state"] for name, clock in clocks.items()} == {
        "inspection": "breached",
        "execution_plan": "breached",
    }
    assert row["id"] in [one["planned_id"] for one in await stage.facts(gas, "inspection.inspection_missed")]
    missed = (await stage.get(gas, "/v1/planned-inspections", state="missed"))["items"]
    assert row["id"] in [one["id"] for one in missed]
    await office.written(await office.again(row), held_on="2026-12-28")
    await office.take(row)
    done = await office.carry_out(row)
    assert (done.state, done.is_late, done.missed_at is not None) == ("done", True, True)
    assert (await office.clocks(row))["inspection"]["state"] == "breached"


async def test_a_form_that_comes_late_is_judged_by_when_it_was_held(office: Office) -> None:
    row = await office.one(await office.approved())
    await office.at(TENTH)
    await office.written(await office.again(row))
    await office.take(row)
    held_at = datetime(2026, 12, 25, 8, tzinfo=UTC)
    await office.at(datetime(2026, 12, 26, 2, tzinfo=UTC))
    assert (await office.clocks(row))["inspection"]["state"] == "breached"
    done = await office.carry_out(row, held_at)
    assert (done.is_late, done.missed_at, done.done_at) == (False, None, held_at)
    clock = (await office.clocks(row))["inspection"]
    assert (clock["state"], clock["breach_retracted_at"] is not None) == ("met", True)


async def test_nothing_is_made_up_for_when_the_plan_ended(office: Office) -> None:
    plan = await office.approved()
    row = await office.one(plan)
    await office.at(DECEMBER)
    await office.at(datetime(2027, 1, 2, tzinfo=UTC))
    await office.at(datetime(2027, 2, 1, tzinfo=UTC))
    assert (await office.again(plan))["state"] == "ended"
    ended = await office.again(row)
    assert (ended["state"], ended["ended_at"] is not None) == ("missed", True)
    await refused(office, ended, "planned_inspection_ended")
    late = await office.step(ended, "execution-plan", office.login_of(ended["inspector_id"]), **EXECUTION)
    assert (late.status_code, late.json()["code"]) == (409, "planned_inspection_ended")


async def test_an_execution_plan_is_refused_with_what_is_wrong_of_it(office: Office, gas: Company) -> None:
    row = await office.one(await office.approved())
    login = office.login_of(row["inspector_id"])
    head = {"customer_service": "head", "call_centre": "callhead", "market": "markethead"}
    head |= {"network": "networkhead", "engineering": "engineeringhead", "safety": "safetyhead"}
    own = str(gas.person(head[row["department"]]))
    for more, code, pointer in (
        ({"method": "guess"}, "inspection_plan_code_unknown", "/method"),
        ({"held_on": "2026-11-30"}, "inspection_execution_date", "/held_on"),
        ({"held_on": "2026-12-26"}, "inspection_execution_date", "/held_on"),
        ({"companion_ids": [own]}, "inspector_of_own_department", "/companion_ids/0"),
        ({"companion_ids": [str(new_id())]}, "planned_inspection_inspector_unfit", "/companion_ids/0"),
    ):
        answer = await office.step(row, "execution-plan", login, **{**EXECUTION, **more})
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    foreign = await office.step(row, "execution-plan", head[row["department"]], **EXECUTION)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "inspection_plan_post_not_allowed")
    assert (await office.again(row))["version"] == row["version"]


async def test_a_draft_is_added_to_moved_and_cancelled_and_every_adjustment_is_kept(
    office: Office, stage: Stage, gas: Company
) -> None:
    plan = await office.plan()
    row = await office.one(plan)
    extra = {"kind": "unannounced", "theme": "conduct", "department": "network"}
    dates = {"from_on": "2026-12-05", "until_on": "2026-12-20"}
    plan = await office.done(plan, "adjust", "office", act="add", reason="投诉上升", **extra, **dates)
    plan = await office.done(
        plan, "adjust", "office", act="move", planned_id=row["id"], until_on="2026-12-31", reason="年终盘点"
    )
    plan = await office.done(plan, "adjust", "office", act="cancel", planned_id=row["id"], reason="合并到专题")
    kept = (await stage.get(gas, f"/v1/inspection-plans/{plan['id']}/adjustments"))["items"]
    assert [(one["position"], one["act"], one["is_after_approval"]) for one in kept] == [
        (1, "add", False),
        (2, "move", False),
        (3, "cancel", False),
    ]
    assert kept[1]["before"]["window_until"] != kept[1]["after"]["window_until"]
    assert (plan["adjustments"], (await office.again(row))["state"]) == (3, "cancelled")
    added = next(one for one in await office.holds(plan) if one["occasion"] is None)
    assert (added["department"], added["theme"], added["inspector_id"] is not None) == ("network", "conduct", True)
    types = ("planned", "moved", "cancelled")
    told = await stage.facts(gas, *(f"inspection.inspection_{name}" for name in types[1:]))
    assert [one["type"] for one in told] == ["inspection.inspection_moved", "inspection.inspection_cancelled"]


async def test_an_adjustment_that_breaks_a_rule_changes_nothing(office: Office, gas: Company) -> None:
    plan = await office.plan("department", "network")
    row = await office.one(plan)
    add = {"act": "add", "kind": "routine", "department": "network", "from_on": "2026-12-05", "until_on": "2026-12-20"}
    move = {"act": "move", "planned_id": row["id"], "until_on": "2026-12-20"}
    own, other = str(gas.person("networkhead")), str(gas.person("clerk"))
    for body, code, pointer in (
        ({**add, "kind": None}, "inspection_adjustment_field_missing", "/kind"),
        ({**move, "kind": "routine"}, "inspection_adjustment_field_surplus", "/kind"),
        ({**add, "kind": "none"}, "inspection_plan_code_unknown", "/kind"),
        ({**add, "theme": "none"}, "inspection_plan_code_unknown", "/theme"),
        ({**add, "department": "market"}, "inspection_plan_place_outside", "/department"),
        ({**add, "until_on": "2026-12-04"}, "planned_inspection_window", "/until_on"),
        ({**add, "from_on": "2026-11-20"}, "planned_inspection_window", "/from_on"),
        ({**add, "inspector_id": own}, "inspector_of_own_department", "/inspector_id"),
        ({**add, "inspector_id": other}, "planned_inspection_inspector_unfit", "/inspector_id"),
        ({**move, "until_on": "2027-01-06"}, "planned_inspection_window", "/until_on"),
        ({**move, "until_on": "2026-12-25"}, "planned_inspection_window", "/until_on"),
    ):
        answer = await office.step(plan, "adjust", "networkhead", reason="试", **body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    for until_on in ("2026-12-20", "2026-12-21"):
        plan = await office.done(plan, "adjust", "networkhead", reason="试", **{**move, "until_on": until_on})
    spent = await office.step(plan, "adjust", "networkhead", reason="试", **{**move, "until_on": "2026-12-22"})
    assert (spent.status_code, spent.json()["code"]) == (409, "planned_inspection_moves_spent")
    assert (await office.again(plan))["adjustments"] == 2


async def test_an_approved_plan_is_cut_only_by_those_who_approve(office: Office) -> None:
    plan = await office.approved()
    row = await office.one(plan)
    cancel = {"act": "cancel", "planned_id": row["id"], "reason": "忙"}
    denied = await office.step(plan, "adjust", "office", **cancel)
    assert (denied.status_code, denied.json()["code"]) == (403, "inspection_plan_post_not_allowed")
    more = {"act": "add", "kind": "unannounced", "department": "safety", "reason": "必要时"}
    plan = await office.done(plan, "adjust", "office", from_on="2026-12-05", until_on="2026-12-20", **more)
    plan = await office.done(plan, "adjust", "deputy", **cancel)
    assert (plan["state"], (await office.again(row))["state"]) == ("approved", "cancelled")


async def test_a_running_clock_follows_a_move(office: Office) -> None:
    plan = await office.approved()
    row = await office.one(plan)
    await office.at(TENTH)
    fixed = await office.step(
        plan,
        "adjust",
        "deputy",
        act="move",
        planned_id=row["id"],
        from_on="2026-12-12",
        until_on="2026-12-30",
        reason="x",
    )
    assert (fixed.status_code, fixed.json()["errors"][0]["pointer"]) == (422, "/from_on")
    await office.done(
        plan, "adjust", "deputy", act="move", planned_id=row["id"], until_on="2026-12-30", reason="停气检修"
    )
    clocks = await office.clocks(row)
    assert datetime.fromisoformat(clocks["inspection"]["deadline_at"]) == datetime(2026, 12, 30, 16, tzinfo=UTC)
    assert clocks["execution_plan"]["state"] == "running"
    await office.at(datetime(2026, 12, 26, 2, tzinfo=UTC))
    assert (await office.clocks(row))["inspection"]["state"] == "running"


async def test_of_two_who_adjust_one_wins(office: Office) -> None:
    plan = await office.plan()
    row = await office.one(plan)
    body = {"act": "cancel", "planned_id": row["id"], "reason": "x"}
    await office.done(plan, "adjust", "office", **body)
    assert (await office.step(plan, "adjust", "officestaff", **body)).status_code == 412


async def test_another_goes_when_one_is_named_and_a_gap_is_listed(office: Office, stage: Stage, gas: Company) -> None:
    plan = await office.plan()
    row = await office.one(plan)
    named = str(gas.person("officestaff"))
    body = {"act": "assign", "planned_id": row["id"], "inspector_id": named, "reason": "熟悉业务"}
    await office.done(plan, "adjust", "office", **body)
    after = await office.again(row)
    assert (after["inspector_id"], after["is_named"], after["gap"]) == (named, True, None)
    plan = await office.again(plan)
    add = {"act": "add", "kind": "routine", "department": "service_office", "reason": "自查由外部进行"}
    await office.done(plan, "adjust", "office", from_on="2026-12-05", until_on="2026-12-20", **add)
    gaps = (await stage.get(gas, "/v1/planned-inspections", is_gap="true"))["items"]
    assert [(one["department"], one["gap"], one["posts"]) for one in gaps] == [
        ("service_office", "no_inspector", ["service_office_director", "service_office_staff"])
    ]
    plan = await office.done(await office.again(plan), "submit", "office")
    await office.done(plan, "approve", "deputy")
    await office.at(TENTH)
    await refused(office, await office.again(gaps[0]), "planned_inspection_without_inspector")


async def test_figures_tell_done_late_and_missed(office: Office, stage: Stage, gas: Company) -> None:
    plan = await office.approved("department", "network", "networkhead")
    late = await office.approved("department", "market", "markethead")
    in_time, other = await office.one(plan), await office.one(late)
    await office.at(TENTH)
    await office.written(await office.again(in_time))
    await office.take(in_time)
    await office.carry_out(in_time)
    await office.at(datetime(2026, 12, 26, 2, tzinfo=UTC))
    await office.written(await office.again(other), held_on="2026-12-26")
    await office.take(other)
    await office.carry_out(other)
    async with stage.runtime.sessions.begin() as session:
        until = DECEMBER + timedelta(days=31)
        found = await fulfilment(session, [gas.code], DECEMBER, until)
        plans = await plan_fulfilment(session, [gas.code], DECEMBER - timedelta(days=5), until)
    by_department = {one.department: one for one in found if one.level == "department"}
    network, market, safety = (by_department[name] for name in ("network", "market", "safety"))
    assert (network.planned, network.done_in_time, network.done_late, network.missed) == (1, 1, 0, 0)
    assert (market.planned, market.done_in_time, market.done_late, market.missed) == (1, 0, 1, 0)
    assert (safety.planned, safety.missed, safety.open) == (1, 1, 0)
    assert all(one.planned == one.done_in_time + one.done_late + one.missed + one.open for one in found)
    approved = {(one.level, one.department): one for one in plans}
    assert approved["department", "network"].approved_in_time == 1
    assert approved["department", "safety"].unapproved == 1
