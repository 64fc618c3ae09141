"""Each kind has its own answer; praise and constructive suggestions say what incentives need (domain.md 2.6, 6)."""

import uuid

import asyncpg
import httpx
import pytest

from tests.complaint.integration.cases.walks import read
from tests.complaint.integration.desk import INTAKE, facts, open_case, step, take
from tests.support.world import Company


@pytest.mark.parametrize("kind", ["suggestion", "opinion", "praise"])
async def test_a_kind_with_answers_needs_one_of_the_pack(
    complaints: httpx.AsyncClient, gas: Company, kind: str
) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas, kind=kind, category="hotline"), "acknowledge")
    for body, code in (({}, "complaint_answer_required"), ({"answer": "whatever"}, "unknown_policy_code")):
        refused = await take(complaints, gas, case, "resolve", resolution="已答复", **body)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert refused.json()["errors"][0]["pointer"] == "/answer"
    assert (await read(complaints, gas, case))["version"] == case["version"], "a bad call changes nothing"


async def test_a_complaint_has_no_answer_by_code(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    refused = await take(complaints, gas, case, "resolve", resolution="已处理", answer="adopted")
    assert refused.json()["code"] == "unknown_policy_code"
    refused = await take(complaints, gas, case, "resolve", resolution="已处理", is_constructive=True)
    assert refused.json()["code"] == "answer_not_adopting"


async def test_a_constructive_suggestion_is_told_to_incentive(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas, kind="suggestion", category="hotline")
    case = await step(complaints, gas, case, "acknowledge")
    refused = await take(
        complaints, gas, case, "resolve", resolution="说明理由", answer="not_adopted", is_constructive=True
    )
    assert refused.json()["code"] == "answer_not_adopting"
    case = await step(complaints, gas, case, "resolve", resolution="增开窗口", answer="adopted", is_constructive=True)
    assert (case["answer"], case["is_constructive"]) == ("adopted", True)
    (said,) = await facts(hot, gas, "complaint.suggestion_adopted")
    assert (said["complaint_id"], said["answer"]) == (case["id"], "adopted")


async def test_praise_names_staff_and_says_so_at_once(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    crew, leader = str(gas.person("crew")), str(gas.person("leader"))
    case = await open_case(complaints, gas, kind="praise", category="repair", praised_staff_ids=[crew])
    assert case["praised_staff_ids"] == [crew]
    (said,) = await facts(hot, gas, "complaint.praise_recorded")
    assert (said["staff_ids"], said["recorded_by"]) == ([crew], str(gas.person("agent")))
    case = await step(complaints, gas, case, "acknowledge")
    case = await step(
        complaints, gas, case, "resolve", resolution="已转达", answer="thanked", praised_staff_ids=[crew, leader]
    )
    both = await facts(hot, gas, "complaint.praise_recorded")
    assert [fact["staff_ids"] for fact in both] == [[crew], [leader]], "each is praised once"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "praise", "praised_staff_ids": [str(uuid.uuid4())]}, "unknown_staff"),
        ({"kind": "complaint", "praised_staff_ids": [str(uuid.uuid4())]}, "praise_not_for_kind"),
    ],
)
async def test_staff_who_cannot_be_praised(
    complaints: httpx.AsyncClient, gas: Company, more: dict[str, object], code: str
) -> None:
    answer = await complaints.post("/v1/complaints", json={**INTAKE, **more}, headers=gas.headers("agent"))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/praised_staff_ids"


async def test_reasons_that_the_pack_asks_for(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    for action, login, body in (
        ("regrade", "office", {"grade": "3"}),
        ("transfer", "agent", {"department": "customer_service"}),
    ):
        refused = await take(complaints, gas, case, action, login, **body)
        assert (refused.status_code, refused.json()["code"]) == (422, "reason_required"), refused.text
        assert refused.json()["errors"][0]["pointer"] == "/reason"
    case = await step(complaints, gas, case, "resolve", resolution="已处理")
    refused = await take(complaints, gas, case, "reopen")
    assert refused.json()["code"] == "reason_required"


async def test_who_hands_a_case_out_of_his_reach_still_gets_his_answer(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await open_case(complaints, gas, login="crew")
    moved = await step(
        complaints, gas, case, "transfer", login="crew", owner_id=str(gas.person("account")), reason="转客户经理"
    )
    assert moved["owner_id"] == str(gas.person("account"))


async def test_the_investigation_is_told_to_the_superior_posts(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await step(complaints, gas, await open_case(complaints, gas), "acknowledge")
    assert case["grade"] == "2"
    case = await step(complaints, gas, case, "assess", investigation="录音证实态度生硬")
    assert case["investigation"] == "录音证实态度生硬"
    (said,) = await facts(hot, gas, "complaint.investigation_reported")
    assert set(said["reported_to"]) == {"customer_service_head", "service_office_director"}
    assert set(said["reported_to"]) <= set(said["routing"]["posts"])
    assert "录音" not in str(said)
    assert (await read(complaints, gas, case, "head"))["investigation"], "whoever is told may read"
