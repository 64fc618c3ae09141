"""Observations: clocks, four eyes, what they lead to, what is published."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.inspection.supervisors.service.figures import answered_on_time
from shared.ids import new_id
from tests.inspection.integration.supervisors.network import (
    ACTIVITIES,
    OBSERVATIONS,
    SEEN,
    SUPERVISORS,
    appointed,
    filed,
    invited,
    refused,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


async def answered(stage: Stage, gas: Company, row: Json) -> Json:
    """Answered by the department, accepted by the office."""
    drafted = await step(stage, gas, OBSERVATIONS, row, "answer", "head", words="已加派人手")
    return await step(stage, gas, OBSERVATIONS, drafted, "review", "office", is_accepted=True)


async def on_time(stage: Stage, gas: Company) -> tuple[int, int, int, int]:
    async with stage.runtime.sessions() as session:
        found = await answered_on_time(session, gas.code, SINCE, UNTIL, now=stage.clock.now())
    return found.numerator, found.denominator, found.untargeted, found.unanswered


async def test_an_observation_is_answered_reviewed_and_told_within_its_clocks(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    path = f"{OBSERVATIONS}/{one['id']}"
    clock = (await stage.clocks(gas, path))["observation_answer"]
    assert (clock["state"], clock["deadline_at"]) == ("running", one["answer_due_at"])
    assert await on_time(stage, gas) == (0, 0, 0, 1)
    accepted = await answered(stage, gas, one)
    assert (accepted["state"], accepted["is_on_time"]) == ("answered", True)
    told = await step(stage, gas, OBSERVATIONS, accepted, "tell", "officestaff", note="电话告知")
    states = {metric: clock["state"] for metric, clock in (await stage.clocks(gas, path)).items()}
    assert states == dict.fromkeys(("observation_answer", "observation_review", "observation_tell"), "met")
    assert told["state"] == "told"
    assert await on_time(stage, gas) == (1, 1, 0, 0)
    kinds = ["filed", "drafted", "answered", "told"]
    facts = await stage.facts(gas, *(f"inspection.observation_{kind}" for kind in kinds))
    assert [fact["type"].removeprefix("inspection.observation_") for fact in facts] == kinds
    assert not any(text in str(facts) for text in (SEEN["words"], SEEN["place"], "钟玉兰", told["supervisor_id"]))


async def test_a_late_answer_and_an_untold_member_breach(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    stage.clock.set(datetime.fromisoformat(one["answer_due_at"]) + timedelta(minutes=1))
    await stage.sweep()
    path = f"{OBSERVATIONS}/{one['id']}"
    assert (await stage.clocks(gas, path))["observation_answer"]["state"] == "breached"
    assert await on_time(stage, gas) == (0, 1, 0, 0)
    assert (await answered(stage, gas, one))["is_on_time"] is False
    stage.clock.set(stage.clock.now() + timedelta(days=7))
    await stage.sweep()
    assert (await stage.clocks(gas, path))["observation_tell"]["state"] == "breached"


async def test_a_returned_answer_gets_a_new_clock_but_not_a_new_first_deadline(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    drafted = await step(stage, gas, OBSERVATIONS, await filed(stage, gas), "answer", "head", words="知道了")
    empty = await stage.post(
        gas, f"{OBSERVATIONS}/{drafted['id']}/review", {"is_accepted": False}, login="office", version=2
    )
    assert empty.status_code == 422
    back = await step(stage, gas, OBSERVATIONS, drafted, "review", "office", is_accepted=False, reason="未说明措施")
    assert (back["state"], back["answer_due_at"]) == ("filed", drafted["answer_due_at"])
    assert (await stage.clocks(gas, f"{OBSERVATIONS}/{back['id']}"))["observation_answer"]["state"] == "running"
    stage.clock.set(datetime.fromisoformat(back["answer_due_at"]) + timedelta(minutes=1))
    assert (await answered(stage, gas, back))["is_on_time"] is False


async def test_four_eyes_and_own_department(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    one = await filed(stage, gas, "office", supervisor_id=member["id"], department="service_office")
    await refused(stage, gas, OBSERVATIONS, one, "answer", "office", "observation_own_answer", words="本人登记本人答")
    drafted = await step(stage, gas, OBSERVATIONS, one, "answer", "officestaff", words="已改进")
    await refused(
        stage, gas, OBSERVATIONS, drafted, "review", "officestaff", "observation_own_review", is_accepted=True
    )
    await step(stage, gas, OBSERVATIONS, drafted, "review", "committee", is_accepted=True)
    theirs = await filed(stage, gas)
    await refused(stage, gas, OBSERVATIONS, theirs, "answer", "networkhead", "observation_not_found", words="代答")
    denied = await stage.post(
        gas, f"{OBSERVATIONS}/{theirs['id']}/answer", {"words": "自答"}, login="supervisor", version=1
    )
    assert denied.status_code == 403


async def test_two_answers_at_once_one_is_stale(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    path = f"{OBSERVATIONS}/{one['id']}/answer"
    both = await asyncio.gather(
        *(stage.post(gas, path, {"words": "答复"}, login=login, version=1) for login in ("head", "deputy"))
    )
    assert sorted(answer.status_code for answer in both) == [200, 412]


async def test_a_department_answers_without_learning_whose_it_is(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    one = await filed(stage, gas)
    seen = await stage.get(gas, f"{OBSERVATIONS}/{one['id']}", login="head")
    assert (seen["words"], seen["supervisor_id"], seen["filed_by"]) == (SEEN["words"], None, None)
    assert (await stage.get(gas, f"{OBSERVATIONS}/{one['id']}", login="supervisor"))["supervisor_id"] == member["id"]
    assert (await stage.get(gas, OBSERVATIONS, login="networkhead"))["items"] == []


async def test_a_false_observation_is_refused(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    wrong: list[tuple[dict[str, object], str, str]] = [
        ({"kind": "weather"}, "supervisor_code_unknown", "/kind"),
        ({"department": "moon"}, "supervisor_code_unknown", "/department"),
        ({"seen_at": "2026-11-25T02:00:00Z"}, "observation_time", "/seen_at"),
        ({"activity_id": str(new_id())}, "observation_activity_unknown", "/activity_id"),
        ({"evidence_ids": [str(new_id())]}, "supervisor_evidence_unknown", "/evidence_ids/0"),
    ]
    for change, code, pointer in wrong:
        answer = await stage.post(gas, OBSERVATIONS, {**SEEN, **change}, login="supervisor")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert await stage.pool.fetchval("select count(*) from observations where company = $1", gas.code) == 0


async def test_who_files_for_whom(stage: Stage, gas: Company) -> None:
    nobody = await stage.post(gas, OBSERVATIONS, SEEN, login="supervisor")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "supervisor_not_found")
    own = await appointed(stage, gas)
    other = await appointed(stage, gas, is_own=False, phone="13900139000")
    unsaid = await stage.post(gas, OBSERVATIONS, SEEN, login="office")
    assert unsaid.json()["code"] == "observation_supervisor_required"
    foreign = await stage.post(gas, OBSERVATIONS, {**SEEN, "supervisor_id": other["id"]}, login="supervisor")
    assert foreign.status_code == 404
    invitation = await invited(stage, gas, own)
    early = await stage.post(gas, OBSERVATIONS, {**SEEN, "activity_id": invitation["id"]}, login="supervisor")
    assert early.json()["code"] == "observation_activity_unknown"
    await step(stage, gas, ACTIVITIES, invitation, "answer", "supervisor", is_accepted=True)
    assert (await filed(stage, gas, activity_id=invitation["id"]))["activity_id"] == invitation["id"]


async def test_another_department_takes_over_with_the_time_that_is_left(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    await refused(
        stage, gas, OBSERVATIONS, one, "move", "office", "supervisor_code_unknown", department="moon", reason="错"
    )
    moved = await step(stage, gas, OBSERVATIONS, one, "move", "office", department="network", reason="属管网")
    assert (moved["department"], moved["answer_due_at"]) == ("network", one["answer_due_at"])
    await refused(stage, gas, OBSERVATIONS, moved, "answer", "head", "observation_not_found", words="已不归我")
    await step(stage, gas, OBSERVATIONS, moved, "answer", "networkhead", words="已整改")


async def test_an_observation_becomes_a_finding_once(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    judged = {"clause": "inspection-finding", "severity": "minor", "words": "窗口空岗"}
    await refused(
        stage, gas, OBSERVATIONS, one, "finding", "office", "inspection_finding_clause_unknown",
        **{**judged, "clause": "no-such-clause"},
    )  # fmt: skip
    found = await step(stage, gas, OBSERVATIONS, one, "finding", "office", **judged)
    finding = await stage.get(gas, f"/v1/findings/{found['finding_id']}")
    assert (finding["source_type"], finding["source_id"]) == ("observation", one["id"])
    await refused(stage, gas, OBSERVATIONS, found, "finding", "office", "observation_already_finding", **judged)


async def test_an_observation_becomes_a_complaint_once(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    one = await filed(stage, gas)
    customer_id = str(new_id())
    passed = await step(stage, gas, OBSERVATIONS, one, "complaint", "office", customer_id=customer_id)
    (fact,) = await stage.facts(gas, "inspection.observation_complained")
    said = {name: fact["payload"][name] for name in ("callback_id", "customer_id", "category", "subject_type")}
    assert said == {
        "callback_id": one["id"],
        "customer_id": customer_id,
        "category": "staff_conduct",
        "subject_type": "customer",
    }
    await refused(
        stage, gas, OBSERVATIONS, passed, "complaint", "office", "observation_already_complained",
        customer_id=customer_id,
    )  # fmt: skip


async def test_what_is_published_leads_to_nobody(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    one = await filed(stage, gas)
    public = {"public_words": "窗口无人应答", "public_answer": "已加派人手"}
    await refused(stage, gas, OBSERVATIONS, one, "publish", "office", "observation_step_not_allowed", **public)
    accepted = await answered(stage, gas, one)
    for leak in ("钟玉兰反映无人应答", "请致电13800138000"):
        await refused(
            stage, gas, OBSERVATIONS, accepted, "publish", "office", "observation_names_supervisor",
            **{**public, "public_words": leak},
        )  # fmt: skip
    await step(stage, gas, OBSERVATIONS, accepted, "publish", "office", **public)
    await filed(stage, gas, department="network")
    told = await stage.get(
        gas, f"{SUPERVISORS}/publication", login="reporter", since=SINCE.isoformat(), until=UNTIL.isoformat()
    )
    assert told["observations"] == [
        {"month": "2026-11", "kind": "attitude", "department": "customer_service", "words": public["public_words"],
         "answer": public["public_answer"]}
    ]  # fmt: skip
    assert [(row["department"], row["filed"], row["answered"], row["on_time"]) for row in told["figures"]] == [
        ("customer_service", 1, 1, 1),
        ("network", 1, 0, 0),
    ]
    assert not any(text in str(told) for text in (member["id"], one["id"], one["number"], SEEN["place"], "钟"))


async def test_the_same_key_files_once(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    key = str(new_id())
    twice = [await stage.post(gas, OBSERVATIONS, SEEN, login="supervisor", key=key) for _ in range(2)]
    assert twice[0].json()["id"] == twice[1].json()["id"]
    assert await stage.pool.fetchval("select count(*) from observations where company = $1", gas.code) == 1
