"""After the work: invited, accepted or refused, reported; remedies and their authority (domain.md 4, 6)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.cases.walks import known, read, resolved, special, work
from tests.complaint.integration.delegation.house import body_of
from tests.complaint.integration.desk import clock_of, facts, open_case, step, take
from tests.complaint.integration.judging import done, post
from tests.support.world import Company


async def test_invited_accepted_reported(complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company) -> None:
    case = await resolved(complaints, generic, await special(complaints, hot, generic))
    acceptance, report = clock_of(case, "acceptance"), clock_of(case, "report")
    resolved_at = datetime.fromisoformat(case["resolved_at"])
    assert datetime.fromisoformat(acceptance["deadline_at"]) - resolved_at == timedelta(hours=24)
    assert report["state"] == "running"
    assert (case["id"], "acceptance") in await work(complaints, generic, "office", metric="acceptance")
    early = await take(complaints, generic, case, "accept")
    assert early.json()["code"] == "acceptance_not_invited"
    early = await take(complaints, generic, case, "report", text="服务报告")
    assert early.json()["code"] == "report_before_acceptance"
    case = await step(complaints, generic, case, "invite")
    assert (case["acceptance"], clock_of(case, "acceptance")["state"]) == ("invited", "met")
    silent = await take(complaints, generic, case, "accept", is_tacit=True)
    assert silent.json()["code"] == "acceptance_not_tacit"
    case = await step(complaints, generic, case, "accept", note="客户签字")
    assert case["acceptance"] == "accepted"
    assert (case["id"], "report") in await work(complaints, generic, "office", metric="report")
    case = await step(complaints, generic, case, "close", login="office")
    case = await step(complaints, generic, case, "report", text="需求、处理、方案、结果、反馈")
    assert clock_of(case, "report")["state"] == "met"
    (said,) = await facts(hot, generic, "complaint.reported")
    assert (said["report"], {"deputy_gm", "gm"} <= set(said["routing"]["posts"])) == ("report", True)
    again = await take(complaints, generic, case, "report", text="再来一次")
    assert again.json()["code"] == "report_written"
    refused = await take(complaints, generic, case, "refuse", reason="反悔")
    assert refused.json()["code"] == "acceptance_given"


async def test_silence_for_the_packs_time_is_acceptance(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    case = await resolved(complaints, generic, await special(complaints, hot, generic))
    case = await step(complaints, generic, case, "invite")
    lapsed = timedelta(minutes=generic.pack.chapters["complaint"].acceptance.tacit_after_minutes)  # type: ignore[attr-defined]
    await hot.execute(
        "update complaints set invited_at = invited_at - $2::interval where id = $1", uuid.UUID(case["id"]), lapsed
    )
    case = await step(complaints, generic, case, "accept", is_tacit=True)
    assert case["acceptance"] == "accepted"
    (said,) = await facts(hot, generic, "complaint.accepted")
    assert said["is_tacit"] is True


async def test_the_third_level_is_told_and_asked_for_more(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    customer_id = await known(hot, generic, "third")
    case = await resolved(complaints, generic, await open_case(complaints, generic, customer_id=customer_id))
    assert clock_of(case, "acceptance")["deadline_at"] is None, "untargeted"
    case = await step(complaints, generic, case, "invite", note="客户没有其他需求")
    assert case["acceptance"] == "told"
    case = await step(complaints, generic, case, "report", text="列入定期汇总")
    assert [fact["report"] for fact in await facts(hot, generic, "complaint.reported")] == ["periodic"]


async def test_a_pack_without_reports_refuses_them(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await resolved(complaints, gas, await open_case(complaints, gas))
    assert (await take(complaints, gas, case, "report", text="报告")).json()["code"] == "report_not_required"


async def test_refused_begins_anew_until_the_office_has_it(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    case = await special(complaints, hot, generic)
    for cycle in (1, 2, 3):
        case = await resolved(complaints, generic, case)
        case = await step(complaints, generic, case, "invite")
        case = await step(complaints, generic, case, "refuse", reason="仍未解决")
        assert (case["cycle"], case["state"], case["acceptance"]) == (cycle + 1, "received", None)
        assert clock_of(case, "response", cycle)["state"] == "met"
        assert clock_of(case, "response", cycle + 1)["state"] == "running"
    assert case["posts"] != ["service_office_director"]
    case = await resolved(complaints, generic, case)
    plain = await take(complaints, generic, case, "reopen", login="office", reason="再办")
    assert plain.json()["code"] == "reopen_count_reached"
    case = await step(complaints, generic, case, "invite")
    case = await step(complaints, generic, case, "refuse", reason="仍未解决")
    assert (case["cycle"], case["owner_id"], case["posts"]) == (5, None, ["service_office_director"])
    said = await facts(hot, generic, "complaint.refused")
    assert [fact["is_beyond_limit"] for fact in said] == [False, False, False, True]
    versions = await hot.fetch(
        "select aggregate_version as v from outbox where aggregate_id = $1 order by seq", uuid.UUID(case["id"])
    )
    assert [row["v"] for row in versions] == list(range(1, case["version"] + 1))


async def test_compensation_needs_a_used_authority_of_the_case(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    bad: list[tuple[dict[str, Any], str, str]] = [
        ({"remedies": ["flowers"]}, "unknown_policy_code", "/remedies"),
        ({"remedies": ["compensation"]}, "authorisation_required", "/authorisation_id"),
        (
            {"remedies": ["compensation"], "authorisation_id": str(uuid.uuid4())},
            "authorisation_required",
            "/authorisation_id",
        ),
    ]
    for body, code, pointer in bad:
        refused = await take(complaints, gas, case, "resolve", resolution="已处理", **body)
        assert (refused.json()["code"], refused.json()["errors"][0]["pointer"]) == (code, pointer), refused.text
    ask = await body_of(complaints, hot, gas, "vulnerable_service", "agent", complaint_id=case["id"])
    ask.pop("customer_id")
    ask["use"] = {"result": "当日派单"}
    used = await done(await post(complaints, gas, "/v1/authorisations", "agent", body=ask), 201)
    assert used["state"] in {"executed", "completed"}
    other = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    said: dict[str, Any] = {
        "resolution": "补偿",
        "remedies": ["apology", "compensation"],
        "authorisation_id": used["id"],
    }
    foreign = await take(complaints, gas, other, "resolve", **said)
    assert foreign.json()["code"] == "authorisation_required"
    case = await step(complaints, gas, case, "resolve", **said)
    assert (case["remedies"], case["authorisation_id"]) == (["apology", "compensation"], used["id"])
    (fact,) = await facts(hot, gas, "complaint.resolved")
    assert fact["remedies"] == ["apology", "compensation"]


async def test_a_retarget_of_a_resolved_case_keeps_what_it_owes(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    case = await resolved(complaints, generic, await open_case(complaints, generic))
    special_id = await known(hot, generic, "special")
    case = await step(complaints, generic, case, "link-customer", customer_id=special_id)
    assert case["tier"] == "special"
    assert clock_of(case, "acceptance")["state"] == "running"
    assert (await read(complaints, generic, case))["state"] == "resolved"
