"""Appeals in the pack's steps: who may lodge, who decides, what it does to the finding, races and keys."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from tests.complaint.integration.desk import facts
from tests.complaint.integration.judging import (
    Json,
    appeal_step,
    confirmed,
    current,
    done,
    drafted,
    finding_step,
    lodge,
    post,
    reviewed,
    worked_case,
)
from tests.support.world import Company, World


async def contested(client: httpx.AsyncClient, company: Company, **more: object) -> tuple[Json, Json]:
    """A case and the employee's appeal against its finding."""
    case = await worked_case(client, company)
    await confirmed(client, company, case, **more)
    return case, await done(await lodge(client, company, case, "crew", "employee"), 201)


async def test_an_appeal_walks_the_pack_s_steps_each_with_its_clock_and_post(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case, appeal = await contested(complaints, gas)
    assert (appeal["state"], appeal["step"], appeal["posts"]) == ("lodged", "accept", ["service_office_director"])
    assert appeal["number"].startswith("SS")
    appeal = await done(await appeal_step(complaints, gas, appeal, "accept", "office"))
    assert (appeal["state"], appeal["step"]) == ("in_review", "review")
    assert (await current(complaints, gas, case))["state"] == "suspended"
    appeal = await done(
        await appeal_step(complaints, gas, appeal, "decide", "office", outcome="upheld", reason="事实清楚")
    )
    assert (appeal["state"], appeal["step"], appeal["outcome"]) == ("in_review", "decide", None)
    assert appeal["posts"] == ["service_management_committee"]
    wrong = await appeal_step(complaints, gas, appeal, "decide", "officestaff", outcome="upheld", reason="无")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "appeal_decider_excluded")
    by_gm = await appeal_step(complaints, gas, appeal, "decide", "gm", outcome="upheld", reason="无")
    assert (by_gm.status_code, by_gm.json()["code"]) == (403, "appeal_post_not_allowed")
    appeal = await done(
        await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="upheld", reason="维持原认定")
    )
    assert (appeal["state"], appeal["outcome"], appeal["step"]) == ("decided", "upheld", "tell")
    assert (await current(complaints, gas, case))["state"] == "confirmed"
    appeal = await done(await appeal_step(complaints, gas, appeal, "tell", "office", note="已书面答复"))
    assert appeal["state"] == "closed"
    clocks = (await complaints.get(f"/v1/appeals/{appeal['id']}/clocks", headers=gas.headers("crew"))).json()["items"]
    assert [(one["metric"], one["state"], one["budget"]) for one in clocks] == [
        ("accept", "met", 1),
        ("review", "met", 5),
        ("decide", "met", 3),
        ("tell", "met", 1),
    ]
    path = f"/v1/appeals/{appeal['id']}/clocks/{clocks[0]['id']}/explanation"
    assert (await complaints.get(path, headers=gas.headers("crew"))).status_code == 200
    said = await facts(hot, gas, *_ALL)
    assert [fact["type"].removeprefix("complaint.") for fact in said] == [
        "appeal_lodged",
        "appeal_admitted",
        "finding_suspended",
        "appeal_reviewed",
        "appeal_decided",
        "finding_upheld",
        "appeal_told",
    ]
    names = {one.name for one in gas.pack.common.demo_staff.values()}
    assert not any(name in json.dumps(said, ensure_ascii=False, default=str) for name in names)
    matters = await hot.fetch(
        "select distinct matter_id from outbox where company = $1 and type like 'complaint.%'", gas.code
    )
    assert {str(row["matter_id"]) for row in matters} == {case["matter_id"]}


_ALL = (
    *(f"complaint.appeal_{one}" for one in ("lodged", "admitted", "refused", "reviewed", "decided", "told")),
    *(f"complaint.appeal_{one}" for one in ("withdrawn", "escalated")),
    *(f"complaint.finding_{one}" for one in ("suspended", "upheld", "revised", "overturned")),
)


async def test_a_decision_may_revise_the_finding_as_a_new_version(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case, appeal = await contested(complaints, gas)
    appeal = await reviewed(complaints, gas, appeal)
    bare = await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="changed", reason="责任在班组")
    assert (bare.status_code, bare.json()["code"]) == (422, "appeal_revision_required")
    revision = {
        "verdict": "partly",
        "department": "customer_service",
        "person_ids": [str(gas.person("leader"))],
        "is_preventable": False,
    }
    unknown = await appeal_step(
        complaints,
        gas,
        appeal,
        "decide",
        "committee",
        outcome="changed",
        reason="责任在班组",
        revision={**revision, "verdict": "maybe"},
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "complaint_finding_code_unknown")
    appeal = await done(
        await appeal_step(
            complaints,
            gas,
            appeal,
            "decide",
            "committee",
            outcome="changed",
            reason="责任在班组",
            revision=revision,
        )
    )
    finding = await current(complaints, gas, case)
    assert (finding["state"], finding["revision"], finding["verdict"], finding["marks"]) == (
        "confirmed",
        2,
        "partly",
        [],
    )
    assert finding["person_ids"] == [str(gas.person("leader"))]
    assert appeal["finding_revision"] == 2
    kept = [one["content"]["verdict"] for one in finding["versions"] if one["content"]]
    assert kept == ["substantiated", "partly"]
    (fact,) = await facts(hot, gas, "complaint.finding_revised")
    assert (fact["revision"], fact["consequences"], fact["appeal_id"]) == (2, [], appeal["id"])


async def test_who_may_appeal_and_when(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    finding = await drafted(complaints, gas, case)
    early = await lodge(complaints, gas, case, "agent", "customer", channel="hotline")
    assert (early.status_code, early.json()["code"]) == (409, "appeal_finding_not_confirmed")
    await done(await finding_step(complaints, gas, finding, "confirm", "officestaff"))
    stranger = await lodge(complaints, gas, case, "emergency", "employee")
    assert stranger.status_code == 404
    agent = await lodge(complaints, gas, case, "agent", "employee")
    assert (agent.status_code, agent.json()["code"]) == (403, "appeal_not_appellant")
    other_head = await lodge(complaints, gas, case, "office", "department")
    assert other_head.json()["code"] == "appeal_not_appellant"
    no_channel = await lodge(complaints, gas, case, "agent", "customer")
    assert (no_channel.status_code, no_channel.json()["code"]) == (422, "appeal_channel_required")
    ground = await lodge(complaints, gas, case, "crew", "employee", grounds=["outcome_unsatisfied"])
    assert (ground.json()["code"], ground.json()["errors"][0]["pointer"]) == ("appeal_ground_not_allowed", "/grounds")
    customer = await done(await lodge(complaints, gas, case, "agent", "customer", channel="hotline"), 201)
    assert (customer["channel"], customer["lodged_by"]) == ("hotline", str(gas.person("agent")))
    head = await done(await lodge(complaints, gas, case, "head", "department"), 201)
    assert head["appellant_department"] == "customer_service"
    twice = await lodge(complaints, gas, case, "head", "department")
    assert (twice.status_code, twice.json()["code"]) == (409, "appeal_already_open")


async def test_a_refused_appeal_is_counted_a_withdrawn_one_is_not(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case, appeal = await contested(complaints, gas)
    appeal = await done(await appeal_step(complaints, gas, appeal, "accept", "office"))
    foreign = await appeal_step(complaints, gas, appeal, "withdraw", "agent", reason="代为撤回")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "appeal_not_appellant")
    appeal = await done(await appeal_step(complaints, gas, appeal, "withdraw", "crew", reason="不再申诉"))
    assert appeal["state"] == "withdrawn"
    assert (await current(complaints, gas, case))["state"] == "confirmed"
    (upheld,) = await facts(hot, gas, "complaint.finding_upheld")
    assert upheld["is_withdrawn"] is True
    second = await done(await lodge(complaints, gas, case, "crew", "employee"), 201)
    second = await done(await appeal_step(complaints, gas, second, "refuse", "office", reason="没有新的理由"))
    assert (second["state"], second["outcome_reason"]) == ("refused", "没有新的理由")
    assert (await current(complaints, gas, case))["state"] == "confirmed"
    third = await lodge(complaints, gas, case, "crew", "employee")
    assert (third.status_code, third.json()["code"]) == (422, "appeal_count_reached")
    late = await appeal_step(complaints, gas, second, "accept", "office")
    assert (late.status_code, late.json()["code"]) == (409, "appeal_step_not_allowed")


async def test_two_appeals_hold_a_finding_back_until_both_are_decided(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case, first = await contested(complaints, gas)
    second = await done(await lodge(complaints, gas, case, "agent", "customer", channel="hall"), 201)
    first = await done(await appeal_step(complaints, gas, first, "accept", "office"))
    second = await done(await appeal_step(complaints, gas, second, "accept", "office"))
    first = await done(await appeal_step(complaints, gas, first, "withdraw", "crew"))
    assert (await current(complaints, gas, case))["state"] == "suspended"
    second = await done(await appeal_step(complaints, gas, second, "withdraw", "agent"))
    assert (await current(complaints, gas, case))["state"] == "confirmed"


async def test_fifty_decisions_at_once_have_one_winner(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case, appeal = await contested(complaints, gas)
    appeal = await reviewed(complaints, gas, appeal)
    outcomes = ["upheld", "revoked"] * 25
    answers = await asyncio.gather(
        *(
            appeal_step(complaints, gas, appeal, "decide", "committee", outcome=outcome, reason="合议结论")
            for outcome in outcomes
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert len(await facts(hot, gas, "complaint.appeal_decided")) == 1
    finding = await current(complaints, gas, case)
    acts = [one["act"] for one in finding["versions"] if one["act"] in {"uphold", "overturn"}]
    assert len(acts) == 1


async def test_the_same_key_decides_once(complaints: httpx.AsyncClient, gas: Company) -> None:
    _, appeal = await contested(complaints, gas)
    path = f"/v1/appeals/{appeal['id']}/accept"
    first = await post(complaints, gas, path, "office", appeal["version"], key="a-1")
    again = await post(complaints, gas, path, "office", appeal["version"], key="a-1")
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    stale = await post(complaints, gas, path, "office", appeal["version"])
    assert stale.status_code == 412
    assert (await complaints.post(path, json={}, headers=gas.headers("office"))).status_code == 428


async def test_appeals_are_listed_with_filters_and_cursor(complaints: httpx.AsyncClient, gas: Company) -> None:
    made = [(await contested(complaints, gas))[1] for _ in range(3)]
    await done(await appeal_step(complaints, gas, made[0], "refuse", "office", reason="理由不明"))
    path = "/v1/appeals?limit=2"
    first = (await complaints.get(path, headers=gas.headers("office"))).json()
    rest = (await complaints.get(f"{path}&cursor={first['next_cursor']}", headers=gas.headers("office"))).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in reversed(made)]
    refused = (await complaints.get("/v1/appeals?state=refused", headers=gas.headers("office"))).json()["items"]
    assert [one["id"] for one in refused] == [made[0]["id"]]
    own = (await complaints.get("/v1/appeals", headers=gas.headers("crew"))).json()["items"]
    assert len(own) == 3
    assert (await complaints.get("/v1/appeals", headers=gas.headers("emergency"))).json()["items"] == []
    hidden = await complaints.get(f"/v1/appeals/{made[1]['id']}", headers=gas.headers("emergency"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "appeal_not_found")


async def test_appeals_wait_in_the_work_list_of_their_post(complaints: httpx.AsyncClient, gas: Company) -> None:
    _, appeal = await contested(complaints, gas)
    work = (await complaints.get("/v1/work", headers=gas.headers("office"))).json()["items"]
    (entry,) = [one for one in work if one["kind"] == "appeal"]
    assert (entry["id"], entry["metric"], entry["posts"]) == (appeal["id"], "accept", ["service_office_director"])


async def test_the_window_runs_from_being_told_and_from_the_confirmation(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await worked_case(complaints, gas)
    finding = await confirmed(complaints, gas, case)
    long_ago = datetime.now(UTC) - timedelta(days=30)
    await hot.execute("update complaint_findings set confirmed_at = $2 where id = $1", finding["id"], long_ago)
    late = await lodge(complaints, gas, case, "crew", "employee")
    assert (late.status_code, late.json()["code"]) == (422, "appeal_window_passed")
    finding = await done(await finding_step(complaints, gas, finding, "tell", "agent"))
    again = await finding_step(complaints, gas, finding, "tell", "agent")
    assert again.json()["code"] == "complaint_finding_step_not_allowed"
    await done(await lodge(complaints, gas, case, "agent", "customer", channel="web"), 201)


@pytest.mark.parametrize(
    ("pack", "window", "count", "steps"),
    [
        ("xxx-gas", (5, "working_day"), 1, ["accept", "review", "decide", "tell"]),
        ("chaohu", (5, "working_day"), 1, ["accept", "review", "decide", "tell"]),
        ("generic", (10080, "natural"), 2, ["accept", "review", "decide", "tell"]),
        ("liaoning", (10, "working_day"), 1, ["accept", "review", "decide", "tell", "final", "tell_final"]),
    ],
)
async def test_every_pack_s_appeal_is_walked_to_its_end(
    world: World,
    complaints: httpx.AsyncClient,
    company: str,
    pack: str,
    window: tuple[int, str],
    count: int,
    steps: list[str],
) -> None:
    house = await world.company(f"{company}-{pack[:3]}", pack)
    terms = house.pack.chapters["complaint"].appeals  # type: ignore[attr-defined]
    assert ((terms.window.budget, terms.window.unit.value), terms.max_count) == (window, count)
    assert [code for code, _ in terms.ordered()] == steps
    case, appeal = await contested(complaints, house)
    appeal = await reviewed(complaints, house, appeal)
    appeal = await done(
        await appeal_step(complaints, house, appeal, "decide", "committee", outcome="upheld", reason="维持")
    )
    appeal = await done(await appeal_step(complaints, house, appeal, "tell", "office"))
    asked = await appeal_step(complaints, house, appeal, "escalate", "crew", reason="请求再次裁决")
    if "final" not in steps:
        assert (asked.status_code, asked.json()["code"]) == (422, "appeal_no_further_step")
        again = await lodge(complaints, house, case, "crew", "employee")
        assert again.status_code == (201 if count > 1 else 422)
        return
    appeal = await done(asked)
    assert (appeal["state"], appeal["step"], appeal["posts"]) == ("in_review", "final", ["gm"])
    assert (await current(complaints, house, case))["state"] == "suspended"
    before = await appeal_step(complaints, house, appeal, "decide", "committee", outcome="upheld", reason="维持")
    assert before.json()["code"] == "appeal_decider_excluded"
    appeal = await done(await appeal_step(complaints, house, appeal, "decide", "gm", outcome="revoked", reason="撤销"))
    assert (await current(complaints, house, case))["state"] == "overturned"
    assert appeal["step"] == "tell_final"
