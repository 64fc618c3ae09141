"""A case from intake to close through the service's HTTP door."""

import asyncio
import uuid

import httpx
import pytest

from services.complaint.cases.schemas import Complaint, ComplaintPage
from tests.complaint.integration.desk import INTAKE, open_case, step
from tests.support.world import Company


async def test_case_is_handled_from_intake_to_close(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas)
    assert case["tier"] == "general"
    assert case["is_tier_default"] is True
    assert case["number"].startswith("TS")
    clocks = {clock["metric"]: clock for clock in case["clocks"]}
    assert {"response", "resolution"} <= clocks.keys()
    case = await step(complaints, gas, case, "acknowledge")
    case = await step(complaints, gas, case, "assess", note="已联系维修班核实")
    case = await step(complaints, gas, case, "plan")
    case = await step(complaints, gas, case, "resolve", resolution="当面道歉，重新维修")
    closed = await step(complaints, gas, case, "close", login="office")
    assert closed["state"] == "closed"
    assert {clock["state"] for clock in closed["clocks"]} <= {"met", "cancelled"}


async def test_answers_are_what_the_contract_says(complaints: httpx.AsyncClient, gas: Company) -> None:
    opened = await complaints.post(
        "/v1/complaints", json={**INTAKE, "category": "gas_leak"}, headers=gas.headers("agent")
    )
    case = Complaint.model_validate_json(opened.content)
    assert case.emergency_steps
    assert case.clocks
    read = await complaints.get(f"/v1/complaints/{case.id}", headers=gas.headers("agent"))
    assert (Complaint.model_validate_json(read.content), read.headers["ETag"]) == (case, f'"{case.version}"')
    page = await complaints.get("/v1/complaints", headers=gas.headers("agent"))
    assert ComplaintPage.model_validate_json(page.content).items == [case]


async def test_twenty_parallel_posts_with_one_key_make_one_case(complaints: httpx.AsyncClient, gas: Company) -> None:
    headers = gas.headers("agent", key=str(uuid.uuid4()))
    answers = await asyncio.gather(
        *(complaints.post("/v1/complaints", json=INTAKE, headers=headers) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("category", "no_such_thing", "unknown_policy_code"),
        ("channel", "pigeon", "unknown_policy_code"),
        ("channel", "gov_12345", "external_reference_required"),
        ("occurred_at", "2099-01-01T00:00:00+08:00", "occurred_in_future"),
    ],
)
async def test_bad_intake_names_field_and_rule(
    complaints: httpx.AsyncClient, gas: Company, field: str, value: str, code: str
) -> None:
    answer = await complaints.post("/v1/complaints", json={**INTAKE, field: value}, headers=gas.headers("agent"))
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    listed = await complaints.get("/v1/complaints", headers=gas.headers("office"))
    assert listed.json()["items"] == []
