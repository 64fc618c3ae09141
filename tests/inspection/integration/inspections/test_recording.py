"""The form: scored, late from far, sent twice; what is not in order becomes findings."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.ids import new_id
from tests.inspection.integration.inspections.forms import INSPECTIONS, POINTS, Inspecting
from tests.inspection.integration.programme.office import Office
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_form_is_scored_and_what_is_not_in_order_becomes_a_finding(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    row = await house.prepared()
    photo = await house.stored_file()
    points = house.failing("attitude", evidence_ids=[photo], person_id=str(gas.person("clerk")), advice="培训")
    points[-1] = {"point": "follow_up", "answer": "not_applicable"}
    good = [{"clause": "inspection-finding", "words": "耐心安抚老人", "is_publishable": True}]
    present = [str(gas.person("head"))]
    after = await house.held(row, points=points, good_examples=good, present_ids=present, place="营业厅")
    assert (after["state"], after["is_late"], after["version"]) == ("recorded", False, 2)
    assert (after["score_got"], after["score_of"], after["score"]) == (70, 90, 7778)
    problem, example = [await stage.get(gas, f"/v1/findings/{one}") for one in after["finding_ids"]]
    if problem["is_good_example"]:
        problem, example = example, problem
    checked = {one["point"]: one for one in after["points"]}
    assert checked["attitude"]["finding_id"] == problem["id"]
    assert (problem["clause"], problem["severity"], problem["source_type"]) == (
        "check-conduct-attitude",
        "ordinary",
        "inspection",
    )
    assert (problem["inspection_id"], problem["inspection_kind"], problem["remedy"]) == (
        row["id"],
        "routine",
        "on_spot",
    )
    assert (problem["person_id"], problem["words"], problem["advice"], problem["evidence_ids"]) == (
        str(gas.person("clerk")),
        "未按规定",
        "培训",
        [photo],
    )
    assert (problem["raised_by"], problem["found_at"]) == (str(gas.person("inspector")), after["held_at"])
    assert (example["is_good_example"], example["is_publishable"], example["severity"]) == (True, True, None)
    assert {(one["staff_id"], one["part"]) for one in after["people"]} == {
        (str(gas.person("inspector")), "inspector"),
        (str(gas.person("head")), "present"),
    }
    clocks = await house.clocks(row)
    assert {name: one["state"] for name, one in clocks.items()} == {
        "inspection_record": "met",
        "inspection_reply": "running",
    }
    (told,) = await stage.facts(gas, "inspection.recorded")
    assert (told["score"], told["finding_ids"], told["good_example_ids"]) == (7778, [problem["id"]], [example["id"]])
    assert told["routing"]["department"] == "customer_service"
    for login, status in (("head", 200), ("networkhead", 404)):
        assert await house.status(f"/v1/files/{photo}", login) == status


async def test_form_is_refused_with_what_is_wrong_of_it(house: Inspecting, stage: Stage, gas: Company) -> None:
    row = await house.prepared()
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    now, good = stage.clock.now(), house.form()["points"]
    early, later = (now - timedelta(hours=2)).isoformat(), (now + timedelta(minutes=1)).isoformat()
    text, foreign = await house.stored_file(content=b"text", name="a.txt"), await house.stored_file("office")
    nobody = str(new_id())
    example = {"clause": "inspection-finding", "words": "好"}
    cases: list[tuple[Json, str, str]] = [
        ({"held_at": None}, "form_times_required", "/held_at"),
        ({"ended_at": None}, "form_times_required", "/ended_at"),
        ({"ended_at": early}, "form_times_order", "/ended_at"),
        ({"ended_at": later}, "form_times_future", "/ended_at"),
        ({"held_at": early}, "form_before_preparation", "/held_at"),
        ({"points": good[1:]}, "point_missing", "/points"),
        ({"points": [*good, good[0]]}, "point_repeated", "/points/7/point"),
        ({"points": [*good, {"point": "no-such", "answer": "ok"}]}, "point_unknown", "/points/7/point"),
        ({"points": [{**good[0], "answer": "not_applicable"}, *good[1:]]}, "point_applicable", "/points/0/answer"),
        ({"points": house.failing("dress", remarks=None)}, "remarks_required", "/points/0/remarks"),
        ({"points": house.failing("dress")}, "evidence_required", "/points/0/evidence_ids"),
        (
            {"points": house.failing("dress", evidence_ids=[nobody])},
            "evidence_unknown",
            "/points/0/evidence_ids/0",
        ),
        (
            {"points": house.failing("dress", evidence_ids=[foreign])},
            "evidence_unknown",
            "/points/0/evidence_ids/0",
        ),
        ({"points": house.failing("dress", evidence_ids=[text])}, "evidence_type", "/points/0/evidence_ids/0"),
        ({"points": [{**good[0], "person_id": nobody}, *good[1:]]}, "person_unknown", "/points/0/person_id"),
        ({"present_ids": [nobody]}, "person_unknown", "/present_ids/0"),
        ({"team": "no-such"}, "code_unknown", "/team"),
        ({"good_examples": [{**example, "clause": "no-such"}]}, "clause_unknown", "/good_examples/0/clause"),
        ({"subjects": [{"subject_id": nobody, "outcome": "ok"}]}, "subject_unknown", "/subjects/0/subject_id"),
    ]
    for more, code, pointer in cases:
        refusal = await house.refused(row, "record", "inspector", **house.form(**more))
        assert refusal == (422, f"inspection_{code}", pointer), more
    for login, status, code in (("head", 403, "not_inspector"), ("networkhead", 404, "not_found")):
        refusal = await house.refused(row, "record", login, **house.form())
        assert refusal[:2] == (status, f"inspection_{code}")
    assert await stage.facts(gas, "inspection.recorded", "inspection.finding_raised") == []


async def test_form_comes_late_with_its_own_times_and_is_judged_by_them(
    house: Inspecting, office: Office, stage: Stage, gas: Company
) -> None:
    """Filled on the day of the inspection, sent when its plan's window had ended and its clocks were breached."""
    row = await office.one(await office.approved())
    await office.at(datetime(2026, 12, 24, 2, tzinfo=UTC))
    await office.written(await office.again(row), held_on="2026-12-24", method="video")
    prepared = await house.prepared(
        office.login_of(row["inspector_id"]),
        kind=None,
        department=None,
        method=None,
        checks=None,
        planned_id=row["id"],
    )
    filled = datetime(2026, 12, 24, 4, tzinfo=UTC)
    times = {"held_at": "2026-12-24T02:30:00Z", "ended_at": "2026-12-24T03:30:00Z", "filled_at": filled.isoformat()}
    await office.at(datetime(2026, 12, 27, 2, tzinfo=UTC))
    login = office.login_of(row["inspector_id"])
    assert (await office.clocks(row))["inspection"]["state"] == "breached"
    after = await house.step(prepared, "record", login, **house.form(**times))
    assert (after["is_late"], after["recorded_at"] > after["filled_at"]) == (False, True)
    done = await office.again(row)
    assert (done["state"], done["is_late"], done["inspection_id"]) == ("done", False, prepared["id"])
    assert (await house.clocks(prepared))["inspection_record"]["state"] == "met"


async def test_late_form_is_shown_as_late_and_after_the_packs_days_refused(house: Inspecting, stage: Stage) -> None:
    late, never = await house.prepared(), await house.prepared()
    start = stage.clock.now()
    times = {
        "held_at": (start + timedelta(minutes=5)).isoformat(),
        "ended_at": (start + timedelta(minutes=65)).isoformat(),
    }
    stage.clock.set(start + timedelta(days=6))
    await stage.sweep()
    assert (await house.clocks(late))["inspection_record"]["state"] == "breached"
    assert (await house.step(late, "record", "inspector", **house.form(**times)))["is_late"] is True
    stage.clock.set(start + timedelta(days=9))
    refusal = await house.refused(never, "record", "inspector", **house.form(**times))
    assert refusal == (422, "inspection_form_too_late", "/ended_at")


async def test_same_form_sent_twice_counts_once(house: Inspecting, stage: Stage, gas: Company) -> None:
    row, other = await house.prepared(), await house.prepared()
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    good = [{"clause": "inspection-finding", "words": "好的做法"}]
    form = house.form(good_examples=good)
    first = await house.step(row, "record", "inspector", **form)
    again = await house.step(row, "record", "inspector", **form)
    assert (again["version"], again["recorded_at"]) == (2, first["recorded_at"])
    assert (await house.count("findings"), len(await stage.facts(gas, "inspection.recorded"))) == (1, 1)
    changed = {**form, "remarks": "改动"}
    assert (await house.refused(first, "record", "inspector", **changed))[:2] == (409, "inspection_form_reused")
    assert (await house.refused(other, "record", "inspector", **form))[:2] == (409, "inspection_form_reused")
    assert (await house.refused(first, "record", "inspector", **house.form()))[:2] == (
        409,
        "inspection_step_not_allowed",
    )


async def test_of_two_forms_at_once_one_wins(house: Inspecting, stage: Stage, gas: Company) -> None:
    row = await house.prepared()
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    path = f"{INSPECTIONS}/{row['id']}/record"
    sent = (stage.post(gas, path, house.form(), login=login, version=1) for login in ("inspector", "office"))
    answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [200, 412]
    assert len(await stage.facts(gas, "inspection.recorded")) == 1
    other = await house.prepared()
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    path, form = f"{INSPECTIONS}/{other['id']}/record", house.form()
    answers = await asyncio.gather(*(stage.post(gas, path, form, login="inspector", version=1) for _ in range(2)))
    assert [one.status_code for one in answers] == [200, 200], "the same form twice"
    assert len(await stage.facts(gas, "inspection.recorded")) == 2


async def test_every_drawn_subject_has_its_outcome_and_a_failed_one_its_finding(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    await house.orders(3, stage.clock.now() - timedelta(days=3))
    row = await house.prepared(method="on_site")
    photo = await house.stored_file()
    drawn = [one["subject_id"] for one in row["sample"]["members"]]
    failing = house.failing("commitment", evidence_ids=[photo])
    passed = [{"subject_id": one, "outcome": "ok"} for one in drawn[1:]]
    failed = {"subject_id": drawn[0], "outcome": "failed", "words": "超时到场", "point": "commitment"}
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    cases: list[tuple[list[Json], str, str]] = [
        (passed, "subject_missing", "/subjects"),
        ([failed, failed], "subject_unknown", "/subjects/1/subject_id"),
        ([{**failed, "words": None}, *passed], "remarks_required", "/subjects/0/words"),
        ([{**failed, "point": None}, *passed], "subject_point", "/subjects/0/point"),
        ([{**failed, "point": "dress"}, *passed], "subject_point", "/subjects/0/point"),
        ([{**failed, "outcome": "unchecked"}, *passed], "subject_point", "/subjects/0/point"),
    ]
    for subjects, code, pointer in cases:
        form = house.form(points=failing, subjects=subjects)
        assert await house.refused(row, "record", "inspector", **form) == (422, f"inspection_{code}", pointer)
    after = await house.step(row, "record", "inspector", **house.form(points=failing, subjects=[failed, *passed]))
    assert [(one["position"], one["outcome"]) for one in after["subjects"]] == [(1, "failed"), (2, "ok"), (3, "ok")]
    (told,) = await stage.facts(gas, "inspection.finding_raised")
    assert str(told["matter_id"]) == drawn[0], "the matter of the one order that failed"
    assert POINTS[4] == "commitment"
