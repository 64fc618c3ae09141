"""Holding replies and answers owed outside: clocks beside ours, which never move ours."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.cases.walks import read, work
from tests.complaint.integration.desk import INTAKE, clock_of, facts, open_case, step, take
from tests.support.world import Company


def soon(**delta: int) -> str:
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(**delta)).isoformat()


async def test_a_holding_reply_is_answered_by_the_next_or_the_resolution(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    ours = clock_of(case, "resolution")["deadline_at"]
    for until in (soon(days=9), soon(minutes=-5)):
        refused = await take(complaints, gas, case, "holding-reply", until=until)
        assert (refused.status_code, refused.json()["code"]) == (422, "holding_until_out_of_range")
        assert refused.json()["errors"][0]["pointer"] == "/until"
    until = soon(hours=20)
    case = await step(complaints, gas, case, "holding-reply", until=until, note="等配件")
    held = clock_of(case, "holding")
    assert datetime.fromisoformat(held["deadline_at"]) == datetime.fromisoformat(until)
    assert (case["holding_count"], clock_of(case, "resolution")["deadline_at"]) == (1, ours)
    case = await step(complaints, gas, case, "holding-reply", until=soon(hours=30))
    assert [one["state"] for one in case["clocks"] if one["metric"] == "holding"] == ["met", "running"]
    refused = await take(complaints, gas, case, "holding-reply", until=soon(hours=40))
    assert refused.json()["code"] == "holding_count_reached"
    case = await step(complaints, gas, case, "regrade", login="office", grade="3", reason="情节较轻")
    assert clock_of(case, "holding")["state"] == "running", "no grade promised it"
    case = await step(complaints, gas, case, "resolve", resolution="已更换配件")
    assert clock_of(case, "holding")["state"] == "met"
    assert [fact["count"] for fact in await facts(hot, gas, "complaint.holding_replied")] == [1, 2]


async def external(client: httpx.AsyncClient, gas: Company, **more: Any) -> dict[str, Any]:
    body = {"channel": "gov_12345", "external_reference": f"12345-{uuid.uuid4()}", "category": "repair"}
    return await open_case(client, gas, **{**body, **more})


async def test_an_outside_deadline_stands_beside_ours(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    given = soon(hours=30)
    case = await external(complaints, gas, external_deadline_at=given)
    owed = clock_of(case, "external_answer")
    assert datetime.fromisoformat(owed["deadline_at"]) == datetime.fromisoformat(given)
    assert clock_of(case, "resolution")["deadline_at"] != owed["deadline_at"]
    assert (case["id"], "external_answer") in await work(complaints, gas, "office", metric="external_answer")
    assert (case["id"], "external_answer") in await work(complaints, gas, "office"), "beside our own promise"
    wrong = await take(complaints, gas, case, "answer-external", answer="已办结")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "complaint_post_not_allowed")
    case = await step(complaints, gas, case, "transfer", owner_id=str(gas.person("leader")), reason="转维修班")
    assert (case["id"], "external_answer") in await work(complaints, gas, "office", metric="external_answer")
    case = await step(complaints, gas, case, "answer-external", login="office", answer="已办结")
    assert (clock_of(case, "external_answer")["state"], case["external_answer"]) == ("met", "已办结")
    (said,) = await facts(hot, gas, "complaint.external_answered")
    assert said["external_reference"] == case["external_reference"]
    again = await take(complaints, gas, case, "answer-external", login="office", answer="再答")
    assert again.json()["code"] == "external_answered"


async def test_without_a_deadline_given_the_centres_limit_counts(complaints: httpx.AsyncClient, gas: Company) -> None:
    for channel in ("gov_12345", "supervision_centre", "regulator"):
        case = await external(complaints, gas, channel=channel)
        owed = clock_of(case, "external_answer")
        assert owed["deadline_at"] is not None
        assert case["external_deadline_at"] == owed["deadline_at"]


async def test_an_outside_answer_is_owed_on_after_a_reopening(complaints: httpx.AsyncClient, gas: Company) -> None:
    given = soon(hours=30)
    case = await external(complaints, gas, external_deadline_at=given)
    case = await step(complaints, gas, case, "acknowledge")
    case = await step(complaints, gas, case, "resolve", resolution="已处理")
    case = await step(complaints, gas, case, "reopen", reason="未解决")
    owed = clock_of(case, "external_answer", 2)
    assert datetime.fromisoformat(owed["deadline_at"]) == datetime.fromisoformat(given)
    case = await step(complaints, gas, case, "answer-external", login="office", answer="说明进展")
    assert clock_of(case, "external_answer", 2)["state"] == "met"


async def test_what_cannot_be_owed_outside(complaints: httpx.AsyncClient, gas: Company) -> None:
    body = {**INTAKE, "channel": "gov_12345", "external_reference": "x", "external_deadline_at": soon(hours=-1)}
    late = await complaints.post("/v1/complaints", json=body, headers=gas.headers("agent"))
    assert (late.status_code, late.json()["code"]) == (422, "external_deadline_past")
    plain = await open_case(complaints, gas)
    refused = await take(complaints, gas, plain, "answer-external", login="office", answer="答复")
    assert refused.json()["code"] == "complaint_not_external"


async def test_an_anonymous_case_says_no_reference(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await external(complaints, gas, is_anonymous=True)
    await step(complaints, gas, await read(complaints, gas, case), "answer-external", login="office", answer="已办结")
    (said,) = await facts(hot, gas, "complaint.external_answered")
    assert said["external_reference"] is None
