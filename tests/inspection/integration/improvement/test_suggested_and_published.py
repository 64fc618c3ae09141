"""What is heard suggests an improvement, once; good examples are published by a second person."""

from datetime import timedelta

from services.inspection.improvement.service import figures
from shared.contracts.callback_surveys import SurveyClosed, SurveyTierResult
from shared.contracts.finding import FindingConfirmed, FindingOverturned
from shared.contracts.inspection_findings import (
    InspectionFindingConfirmed,
    InspectionFindingFact,
    InspectionFindingOverturned,
)
from shared.ids import new_id
from tests.inspection.integration.findings.book import confirmed, raised
from tests.inspection.integration.findings.book import step as finding_step
from tests.inspection.integration.improvement.book import (
    IMPROVEMENT,
    made,
    planned,
    refused,
    refused_new,
    status,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company

EXAMPLES = "good-examples"


async def candidates(stage: Stage, gas: Company) -> list[Json]:
    found: list[Json] = (await stage.get(gas, "/v1/improvements", state="candidate"))["items"]
    return found


def said_of(stage: Stage, row: Json, kind: type[InspectionFindingFact]) -> InspectionFindingFact:
    shown: Json = {name: row[name] for name in kind.model_fields if name in row}
    if kind is InspectionFindingConfirmed:
        shown["confirmed_by"] = new_id()
    return kind(finding_id=row["id"], matter_id=new_id(), occurred_at=stage.clock.now(), **shown)


async def test_same_clause_found_often_in_a_month_is_suggested_once(stage: Stage, gas: Company) -> None:
    rows = [await confirmed(stage, gas) for _ in range(4)]
    for row in rows[:2]:
        event = stage.event(gas, said_of(stage, row, InspectionFindingConfirmed), version=2)
        await stage.hear(event)
        assert await stage.hear(event) is False
    await stage.hear(stage.event(gas, said_of(stage, rows[1], InspectionFindingOverturned), version=3))
    await stage.hear(stage.event(gas, said_of(stage, rows[2], InspectionFindingConfirmed), version=2))
    assert await candidates(stage, gas) == [], "one of three fell"
    for row in (rows[3], rows[0]):
        await stage.hear(stage.event(gas, said_of(stage, row, InspectionFindingConfirmed), version=2))
    (one,) = await candidates(stage, gas)
    assert (one["clause"], one["department"], one["proposer_id"]) == ("inspection-finding", "customer_service", None)
    clocks = await stage.clocks(gas, f"/v1/improvements/{one['id']}")
    assert clocks["improvement_decide"]["state"] == "running"
    await step(stage, gas, one, "improvements", "decline", "office", reason="已在做")
    await stage.hear(stage.event(gas, said_of(stage, rows[3], InspectionFindingConfirmed), version=4))
    assert await candidates(stage, gas) == []
    assert len(await stage.facts(gas, "inspection.improvement_suggested")) == 1


def complaint(stage: Stage, number: str, *, is_overturned: bool = False) -> FindingConfirmed | FindingOverturned:
    said: Json = {
        "finding_id": new_id(),
        "complaint_id": new_id(),
        "number": number,
        "cycle": 1,
        "revision": 1,
        "state": "confirmed",
        "verdict": "justified",
        "holds_responsible": True,
        "responsible_department": "market",
        "category": "staff_conduct",
        "grade": "3",
        "tier": None,
        "occurred_at": stage.clock.now(),
    }
    if is_overturned:
        return FindingOverturned(**said, appeal_id=new_id())
    return FindingConfirmed(**said)


async def test_complaints_of_a_category_are_suggested_from_what_stands(stage: Stage, gas: Company) -> None:
    for place in range(2):
        await stage.hear(stage.event(gas, complaint(stage, f"TS{place}")))
    await stage.hear(stage.event(gas, complaint(stage, "TS9", is_overturned=True)))
    assert await candidates(stage, gas) == []
    last = complaint(stage, "TS2")
    await stage.hear(stage.event(gas, last))
    (one,) = await candidates(stage, gas)
    assert (one["source_type"], one["source_id"], one["department"]) == ("complaint", str(last.complaint_id), "market")


def survey(stage: Stage, number: str, *, is_met: bool) -> SurveyClosed:
    result = SurveyTierResult(
        tier="vip", population=10, sampled=10, responded=9, satisfied=5, rated=9, unanswered=1, is_target_met=is_met
    )
    return SurveyClosed(
        survey_id=new_id(),
        number=number,
        period="2026-Q4",
        questionnaire="csat",
        questionnaire_version=1,
        state="closed",
        occurred_at=stage.clock.now(),
        confidence=95,
        results=[result],
    )


async def test_survey_below_its_target_is_suggested_and_a_closed_one_may_be_named(stage: Stage, gas: Company) -> None:
    good = survey(stage, "DC1", is_met=True)
    await stage.hear(stage.event(gas, good))
    assert await candidates(stage, gas) == []
    row = await made(
        stage, gas, "improvements", {**IMPROVEMENT, "source_type": "survey", "source_number": "DC1"}, "office"
    )
    assert row["source_id"] == str(good.survey_id)
    await stage.hear(stage.event(gas, survey(stage, "DC2", is_met=False)))
    (one,) = await candidates(stage, gas)
    assert (one["source_type"], one["source_number"], one["department"]) == ("survey", "DC2", "service_office")


async def example(stage: Stage, gas: Company, **more: object) -> Json:
    said: Json = {"severity": None, "is_good_example": True, "is_publishable": True, **more}
    return await finding_step(stage, gas, await raised(stage, gas, **said), "confirm", "office")


async def test_good_example_is_published_by_a_second_person_for_everybody(stage: Stage, gas: Company) -> None:
    finding = await example(stage, gas)
    body = {"finding_id": finding["id"], "title": "主动上门", "words": "雨夜两次上门排除隐患"}
    row = await made(stage, gas, EXAMPLES, body, "office")
    assert await status(stage, gas, f"/v1/good-examples/{row['id']}", "crew") == 404
    assert (await stage.get(gas, "/v1/good-examples", login="crew", state="drafted"))["items"] == []
    assert await refused_new(stage, gas, EXAMPLES, body, "officestaff") == (409, "good_example_already_drafted", [])
    assert await refused(stage, gas, row, EXAMPLES, "publish", "office") == (403, "good_example_four_eyes")
    row = await step(stage, gas, row, EXAMPLES, "publish", "officestaff")
    (shown,) = (await stage.get(gas, "/v1/good-examples", login="crew"))["items"]
    assert (shown["state"], shown["words"], "person_id" in shown) == ("published", body["words"], False)
    assert len(await stage.facts(gas, "inspection.good_example_published")) == 1
    row = await step(stage, gas, row, EXAMPLES, "withdraw", "office", reason="更正")
    assert (await stage.get(gas, "/v1/good-examples", login="crew"))["items"] == []
    assert await refused(stage, gas, row, EXAMPLES, "publish", "officestaff") == (409, "good_example_step_not_allowed")
    assert (await made(stage, gas, EXAMPLES, body, "office"))["state"] == "drafted"


async def test_only_a_confirmed_publishable_good_example_is_published_and_names_nobody(
    stage: Stage, gas: Company
) -> None:
    words = {"title": "t", "words": "w"}
    hidden = await example(stage, gas, is_publishable=False)
    draft = await raised(stage, gas, severity=None, is_good_example=True, is_publishable=True)
    fault = await confirmed(stage, gas)
    for finding_id in (hidden["id"], draft["id"], fault["id"], str(new_id())):
        found = await refused_new(stage, gas, EXAMPLES, {"finding_id": finding_id, **words}, "office")
        assert found == (422, "good_example_not_publishable", ["/finding_id"])
    good = await example(stage, gas)
    found = await refused_new(
        stage, gas, EXAMPLES, {"finding_id": good["id"], "title": "t", "words": "电话 13800138000"}, "office"
    )
    assert found == (422, "good_example_personal_data", ["/words"])
    assert (await refused_new(stage, gas, EXAMPLES, {"finding_id": good["id"], **words}, "head"))[0] == 403


async def test_figures_count_what_was_due_in_the_period(stage: Stage, gas: Company) -> None:
    late = await step(stage, gas, await planned(stage, gas, due_on="2026-11-25"), "improvements", "begin", "crew")
    in_time = await step(stage, gas, await planned(stage, gas), "improvements", "begin", "crew")
    await planned(stage, gas, due_on="2026-12-21")
    await planned(stage, gas, due_on="2027-02-01")
    await step(stage, gas, in_time, "improvements", "done", "crew", words="完成")
    since = stage.clock.now()
    stage.clock.set(since + timedelta(days=3))
    await step(stage, gas, late, "improvements", "done", "crew", words="完成")
    async with stage.runtime.sessions.begin() as session:
        (found,) = await figures.plan_fulfilment(session, [gas.code], since, since + timedelta(days=35))
    assert (found.planned, found.done_in_time, found.done_late, found.not_done) == (3, 1, 1, 1)
