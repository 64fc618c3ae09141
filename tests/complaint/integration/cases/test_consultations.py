"""Meetings and advice: asked at once by the pack or by a person, answered by the posts, seen in their work."""

import asyncpg
import httpx

from tests.complaint.integration.cases.walks import Json, known, read, special, work
from tests.complaint.integration.desk import facts, open_case, step
from tests.support.world import Company


async def asked(client: httpx.AsyncClient, company: Company, case: Json) -> list[Json]:
    answer = await client.get(f"/v1/complaints/{case['id']}/consultations", headers=company.headers("agent"))
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def ask(client: httpx.AsyncClient, company: Company, case: Json, **body: object) -> httpx.Response:
    path = f"/v1/complaints/{case['id']}/consultations"
    return await client.post(path, json={"question": "请会商", **body}, headers=company.headers("agent"))


async def answer(client: httpx.AsyncClient, company: Company, one: Json, login: str) -> httpx.Response:
    path = f"/v1/complaints/{one['complaint_id']}/consultations/{one['id']}/answer"
    return await client.post(path, json={"answer": "同意方案"}, headers=company.headers(login, version=one["version"]))


async def test_a_special_case_brings_its_meeting_with_it(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    case = await special(complaints, hot, generic)
    (meeting,) = await asked(complaints, generic, case)
    assert (meeting["coordination"], meeting["state"], meeting["requested_by"]) == ("meeting", "asked", None)
    assert set(meeting["posts"]) == {"customer_service_head", "market_head", "network_head", "engineering_head"}
    assert (meeting["id"], "consultation") in await work(complaints, generic, "networkhead")
    (said,) = await facts(hot, generic, "complaint.consultation_requested")
    assert said["routing"]["posts"] == meeting["posts"]
    found = await complaints.get(f"/v1/consultations/{meeting['id']}", headers=generic.headers("networkhead"))
    assert found.json()["complaint_id"] == case["id"]
    done = await answer(complaints, generic, meeting, "networkhead")
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["answered_post"]) == ("answered", "network_head")
    assert (meeting["id"], "consultation") not in await work(complaints, generic, "networkhead")
    again = await answer(complaints, generic, done.json(), "markethead")
    assert again.json()["code"] == "consultation_closed"


async def test_only_those_asked_answer(complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company) -> None:
    case = await special(complaints, hot, generic)
    (meeting,) = await asked(complaints, generic, case)
    assert (await answer(complaints, generic, meeting, "office")).json()["code"] == "complaint_post_not_allowed"
    assert (await answer(complaints, generic, meeting, "financehead")).status_code == 404
    assert (await answer(complaints, generic, {**meeting, "version": 9}, "head")).status_code == 412


async def test_a_person_asks_departments_and_experts(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    customer_id = await known(hot, generic, "first")
    case = await open_case(complaints, generic, customer_id=customer_id, category="repair")
    assert await asked(complaints, generic, case) == [], "no meeting at once"
    made = await ask(complaints, generic, case, coordination="experts", departments=["finance"])
    assert made.status_code == 201, made.text
    assert (made.json()["posts"], made.json()["departments"]) == (["expert", "finance_head"], ["finance"])
    for body, code in (
        ({}, "consultation_without_posts"),
        ({"coordination": "meeting"}, "unknown_policy_code"),
        ({"posts": ["nobody"]}, "unknown_policy_code"),
        ({"departments": ["nowhere"]}, "unknown_policy_code"),
    ):
        refused = await ask(complaints, generic, case, **body)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    assert len(await asked(complaints, generic, case)) == 1


async def test_a_resolution_withdraws_what_is_not_answered(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    case = await special(complaints, hot, generic)
    case = await step(complaints, generic, case, "acknowledge")
    case = await step(complaints, generic, case, "resolve", resolution="已处理")
    assert [one["state"] for one in await asked(complaints, generic, case)] == ["withdrawn"]
    assert await work(complaints, generic, "networkhead", metric="consultation") == []
    case = await step(complaints, generic, case, "reopen", login="office", reason="客户不满意")
    assert [one["state"] for one in await asked(complaints, generic, case)] == ["withdrawn", "asked"]


async def test_leaders_coordinate_grave_cases_in_person(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, generic: Company
) -> None:
    grave = await special(complaints, hot, generic, category="gas_leak")
    assert (grave["leader_post"], grave["leader_id"]) == ("deputy_gm", str(generic.person("deputy")))
    light = await special(complaints, hot, generic)
    assert light["leader_post"] is None
    light = await step(complaints, generic, light, "regrade", login="office", grade="1", reason="媒体介入")
    assert light["leader_post"] == "deputy_gm"
    said = await facts(hot, generic, "complaint.leader_named")
    assert [fact["leader_id"] for fact in said] == [str(generic.person("deputy"))] * 2
    complex_one = await special(complaints, hot, generic)
    assert (await ask(complaints, generic, complex_one, coordination="grave")).status_code == 201
    assert (await read(complaints, generic, complex_one))["leader_post"] == "deputy_gm"


async def test_the_account_manager_coordinates_a_vips_case(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, chaohu: Company
) -> None:
    manager = chaohu.person("account")
    customer_id = await known(hot, chaohu, "vip", manager=manager)
    case = await open_case(complaints, chaohu, customer_id=customer_id)
    assert (case["owner_id"], case["first_responsible_id"]) == (str(manager), str(chaohu.person("agent")))


async def test_the_handling_level_is_by_class_and_starts_no_plan(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, liaoning: Company
) -> None:
    for tier, channel, level in (
        ("a_plus", "account_manager", "level_1"),
        ("a", "account_manager", "level_1"),
        ("b", "account_manager", "level_2"),
        ("c", "account_manager", "level_3"),
        *((tier, "hotline", "call_centre") for tier in ("a_plus", "a", "b", "c")),
    ):
        customer_id = await known(hot, liaoning, tier)
        case = await open_case(complaints, liaoning, customer_id=customer_id, channel=channel, category="other")
        assert (case["handling_level"], case["grade"], case["emergency_steps"]) == (level, "3", [])
