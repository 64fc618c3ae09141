"""What departments owe and hold, judged by the held date; what meetings decided."""

from datetime import UTC, datetime, timedelta

from services.inspection.improvement.service import figures
from shared.ids import new_id
from tests.inspection.integration.improvement.book import GATHERING_JOB, made, refused, refused_new, step, stored, work
from tests.support.stage import Json, Stage
from tests.support.world import Company

MEETINGS, TRAININGS, DECISIONS = "service-meetings", "trainings", "meeting-decisions"


async def body_of(stage: Stage, gas: Company, login: str = "head", **more: object) -> Json:
    return {
        "department": "customer_service",
        "subject": "十一月服务例会",
        "held_at": stage.clock.now().isoformat(),
        "minutes": 60,
        "person_ids": [str(gas.person("crew"))],
        "file_ids": [await stored(stage, gas, login)],
        **more,
    }


async def duty(stage: Stage, gas: Company, kind: str = "meeting", period: str = "2026-11") -> Json:
    found = await stage.get(gas, "/v1/gathering-duties", kind=kind, period=period, department="customer_service")
    row: Json = found["items"][0]
    return row


async def test_meeting_is_owed_each_month_and_training_each_quarter_until_one_is_recorded(
    stage: Stage, gas: Company
) -> None:
    for _ in range(2):
        await stage.run_job(gas, GATHERING_JOB)
    found = await stage.get(gas, "/v1/gathering-duties", limit=200)
    assert len(found["items"]) == 12, "six departments, each once"
    owed = await duty(stage, gas)
    assert (owed["id"], "service_meeting") in await work(stage, gas, "head")
    assert (await duty(stage, gas, "training", "2026-Q4"))["state"] == "owed"
    row = await made(stage, gas, MEETINGS, await body_of(stage, gas), "head")
    assert row["duty_id"] == owed["id"]
    held = await duty(stage, gas)
    assert (held["state"], held["record_id"], held["is_late"]) == ("held", row["id"], False)
    assert (await stage.clocks(gas, f"/v1/gathering-duties/{owed['id']}"))["service_meeting"]["state"] == "met"
    second = await made(stage, gas, MEETINGS, await body_of(stage, gas), "head")
    assert second["duty_id"] is None
    training = await body_of(stage, gas, assessed=1, passed=1)
    assert (await made(stage, gas, TRAININGS, training, "head"))["passed"] == 1
    assert (await duty(stage, gas, "training", "2026-Q4"))["state"] == "held"
    told = await stage.facts(gas, "inspection.service_meeting_recorded", "inspection.training_recorded")
    assert [one["period"] for one in told] == ["2026-11", None, "2026-Q4"]


async def test_missing_meeting_is_breached_and_a_late_record_of_one_held_in_time_takes_it_back(
    stage: Stage, gas: Company
) -> None:
    await stage.run_job(gas, GATHERING_JOB)
    stage.clock.set(datetime(2026, 12, 2, 2, 0, tzinfo=UTC))
    await stage.sweep()
    await stage.run_job(gas, GATHERING_JOB)
    missed = await duty(stage, gas)
    assert missed["state"] == "missed"
    assert (await stage.clocks(gas, f"/v1/gathering-duties/{missed['id']}"))["service_meeting"]["state"] == "breached"
    assert {one["period"] for one in await stage.facts(gas, "inspection.gathering_missed")} == {"2026-11"}
    assert (await duty(stage, gas, period="2026-12"))["state"] == "owed"
    in_time = await body_of(stage, gas, held_at="2026-11-30T15:00:00+08:00")
    await made(stage, gas, MEETINGS, in_time, "head")
    held = await duty(stage, gas)
    assert (held["state"], held["is_late"], held["missed_at"]) == ("held", False, None)
    assert (await stage.clocks(gas, f"/v1/gathering-duties/{held['id']}"))["service_meeting"]["state"] == "met"
    assert len(await stage.facts(gas, "sla.breach_retracted")) == 1


async def test_months_in_which_nobody_looked_are_owed_and_missed_too(stage: Stage, gas: Company) -> None:
    await stage.run_job(gas, GATHERING_JOB)
    stage.clock.set(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    await stage.run_job(gas, GATHERING_JOB)
    found = await stage.get(gas, "/v1/gathering-duties", kind="meeting", department="market")
    states = {one["period"]: one["state"] for one in found["items"]}
    assert states == {"2026-11": "missed", "2026-12": "missed", "2027-01": "owed"}


async def test_missed_meeting_is_made_up_for_late_and_not_for_ever(stage: Stage, gas: Company) -> None:
    await stage.run_job(gas, GATHERING_JOB)
    stage.clock.set(datetime(2026, 12, 5, 2, 0, tzinfo=UTC))
    await stage.sweep()
    await stage.run_job(gas, GATHERING_JOB)
    ahead = await body_of(stage, gas, makes_up="2026-10")
    assert await refused_new(stage, gas, MEETINGS, ahead, "head") == (422, "gathering_period_invalid", ["/makes_up"])
    await made(stage, gas, MEETINGS, await body_of(stage, gas, makes_up="2026-11"), "head")
    assert [(await duty(stage, gas))[name] for name in ("state", "is_late")] == ["held", True]
    assert (await duty(stage, gas, period="2026-12"))["state"] == "owed"
    stage.clock.set(datetime(2026, 12, 22, 2, 0, tzinfo=UTC))
    await stage.run_job(gas, GATHERING_JOB)
    market = (await stage.get(gas, "/v1/gathering-duties", period="2026-11", department="market", kind="meeting"))[
        "items"
    ][0]
    assert (market["state"], market["ended_at"] is None) == ("missed", False)
    gone = await body_of(stage, gas, "markethead", department="market", makes_up="2026-11")
    assert (await refused_new(stage, gas, MEETINGS, gone, "markethead"))[1] == "gathering_period_invalid"
    async with stage.runtime.sessions.begin() as session:
        since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        counted = await figures.gatherings(session, [gas.code], since, until)
        held = await figures.held(session, [gas.code], until, until + timedelta(days=31))
    of = {one.department: one for one in counted if one.kind == "meeting"}
    assert (of["customer_service"].owed, of["customer_service"].held_late, of["market"].missed) == (1, 1, 1)
    assert [(one.kind, one.held, one.minutes) for one in held] == [("meeting", 1, 60)]


async def test_nothing_is_recorded_when_what_is_said_is_wrong(stage: Stage, gas: Company) -> None:
    body, unknown = await body_of(stage, gas), str(new_id())
    later = (stage.clock.now() + timedelta(hours=1)).isoformat()
    cases: list[tuple[str, str, Json]] = [
        ("gathering_held_invalid", "/held_at", {"held_at": later}),
        ("gathering_held_invalid", "/held_at", {"held_at": "2026-10-05T10:00:00+08:00"}),
        ("gathering_minutes_missing", "/file_ids", {"file_ids": []}),
        ("improvement_person_unknown", "/person_ids/0", {"person_ids": [unknown]}),
        ("improvement_person_unknown", "/led_by", {"led_by": unknown}),
        ("improvement_file_unknown", "/file_ids/0", {"file_ids": [unknown]}),
        ("improvement_code_unknown", "/team", {"team": "no-such"}),
        ("gathering_period_invalid", "/makes_up", {"makes_up": "2026-12"}),
        (
            "improvement_due_invalid",
            "/decisions/0/due_on",
            {"decisions": [{"words": "w", "owner_id": body["person_ids"][0], "due_on": "2026-11-24"}]},
        ),
    ]
    for code, pointer, more in cases:
        assert await refused_new(stage, gas, MEETINGS, {**body, **more}, "head") == (422, code, [pointer])
    elsewhere = {**body, "department": "market"}
    assert (await refused_new(stage, gas, MEETINGS, elsewhere, "head"))[:2] == (403, "improvement_post_not_allowed")
    assert (await refused_new(stage, gas, MEETINGS, body, "leader"))[:2] == (403, "improvement_post_not_allowed")
    assert (await stage.get(gas, "/v1/service-meetings"))["items"] == []
    own = await body_of(stage, gas, "leader", team="repair_1")
    assert (await made(stage, gas, MEETINGS, own, "leader"))["team"] == "repair_1"


async def test_decision_is_done_late_or_becomes_an_improvement(stage: Stage, gas: Company) -> None:
    crew = str(gas.person("crew"))
    decisions = [{"words": f"决定 {place}", "owner_id": crew, "due_on": "2026-11-27"} for place in range(3)]
    meeting = await made(stage, gas, MEETINGS, await body_of(stage, gas, decisions=decisions), "head")
    one, two, three = meeting["decisions"]
    assert (one["id"], "meeting_decision") in await work(stage, gas, "crew")
    assert (await refused(stage, gas, one, DECISIONS, "done", "head", words="x")) == (403, "improvement_not_owner")
    one = await step(stage, gas, one, DECISIONS, "done", "crew", words="已落实")
    assert (one["state"], one["is_late"]) == ("done", False)
    assert await refused(stage, gas, one, DECISIONS, "done", "crew", words="x") == (
        409,
        "meeting_decision_step_not_allowed",
    )
    two = await step(stage, gas, two, DECISIONS, "improve", "crew", title="简化交接")
    improvement = await stage.get(gas, f"/v1/improvements/{two['improvement_id']}")
    assert (improvement["source_type"], improvement["source_id"], improvement["proposer_id"]) == (
        "meeting",
        meeting["id"],
        crew,
    )
    assert (await stage.clocks(gas, f"/v1/meeting-decisions/{two['id']}"))["meeting_decision"]["state"] == "cancelled"
    stage.clock.set(stage.clock.now() + timedelta(days=5))
    await stage.sweep()
    clocks = await stage.clocks(gas, f"/v1/meeting-decisions/{three['id']}")
    assert clocks["meeting_decision"]["state"] == "breached"
    assert (await step(stage, gas, three, DECISIONS, "done", "crew", words="已落实"))["is_late"] is True
