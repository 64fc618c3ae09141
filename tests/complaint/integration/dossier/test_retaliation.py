"""A report of retaliation: the office knows and decides, nobody else learns of it."""

import json
from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.desk import facts, open_case
from tests.complaint.integration.dossier.steps import (
    REPAIR,
    Json,
    case_now,
    done,
    of_case,
    part_of,
    post,
    read,
    refused,
    steps_of,
)
from tests.support.world import Company

STATEMENT = "维修人员上门威胁撤诉"


def report(gas: Company, **more: object) -> Json:
    return {"source": "complainant", "statement": STATEMENT, "person_ids": [str(gas.person("crew"))], **more}


async def reported(client: httpx.AsyncClient, gas: Company, case: Json, login: str = "agent", **more: object) -> Json:
    return done(await of_case(client, gas, case, "retaliation", login, report(gas, **more)), 201)


async def decide(
    client: httpx.AsyncClient,
    gas: Company,
    case: Json,
    made: Json,
    login: str = "office",
    version: int = 1,
    **body: object,
) -> httpx.Response:
    path = f"retaliation/{made['id']}/decide"
    return await of_case(client, gas, case, path, login, {"reason": "查证属实", **body}, version=version)


async def test_a_report_is_known_to_the_office_only(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, login="clerk", **REPAIR)
    made = await reported(complaints, gas, case, "clerk")
    assert set(made) == {"id", "reported_at"}
    (shown,) = (await part_of(complaints, gas, case, "retaliation"))["items"]
    assert (shown["statement"], shown["state"]) == (STATEMENT, "reported")
    for login in ("crew", "clerk", "leader", "head", "deputy", "agent"):
        path = f"/v1/complaints/{case['id']}"
        assert (await read(complaints, gas, f"{path}/retaliation", login)).status_code == 403
        for address in (path, f"{path}/steps", f"{path}/clocks", "/v1/complaints", "/v1/work"):
            text = (await read(complaints, gas, address, login)).text
            assert made["id"] not in text, (login, address)
            assert "retaliation" not in text, (login, address)
    assert (await case_now(complaints, gas, case))["version"] == 1
    assert await steps_of(complaints, gas, case) == ["open"]
    (fact,) = await facts(hot, gas, "complaint.retaliation_reported")
    assert fact["routing"]["posts"] == ["service_office_director", "service_office_staff"]
    assert (fact["routing"]["owner_id"], fact["routing"]["department"]) == (None, None)
    assert STATEMENT not in json.dumps(fact, ensure_ascii=False, default=str)
    assert str(gas.person("crew")) not in json.dumps(fact, default=str)
    matter = await hot.fetchval(
        "select matter_id from outbox where company = $1 and type = 'complaint.retaliation_reported'", gas.code
    )
    assert str(matter) == case["matter_id"]


async def test_the_office_has_a_clock_and_decides_with_the_packs_consequence(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    made = await reported(complaints, gas, case)
    work = done(await read(complaints, gas, "/v1/work", "officestaff", metric="retaliation_answer"))["items"]
    assert [(one["id"], one["kind"], one["title_code"]) for one in work] == [(made["id"], "retaliation", "retaliation")]
    nobody = await decide(complaints, gas, case, made, is_confirmed=True)
    refused(nobody, 422, "retaliation_accused_missing")
    crew = [str(gas.person("crew"))]
    refused(
        await decide(complaints, gas, case, made, version=2, is_confirmed=True, person_ids=crew), 412, "stale_version"
    )
    result = done(await decide(complaints, gas, case, made, is_confirmed=True, person_ids=crew))
    assert (result["state"], result["mark"], result["consequence"]) == ("confirmed", "retaliation", "penalty-3")
    refused(await decide(complaints, gas, case, made, version=2, is_confirmed=False), 409, "retaliation_report_decided")
    (fact,) = await facts(hot, gas, "complaint.retaliation_decided")
    assert (fact["state"], fact["clause"], fact["person_ids"]) == ("confirmed", "penalty-3", crew)
    assert len(await facts(hot, gas, "sla.met")) == 1


async def test_an_unfounded_report_carries_no_consequence(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    made = await reported(complaints, gas, case)
    result = done(await decide(complaints, gas, case, made, is_confirmed=False))
    assert (result["state"], result["consequence"]) == ("unfounded", None)
    (fact,) = await facts(hot, gas, "complaint.retaliation_decided")
    assert (fact["clause"], fact["person_ids"]) == (None, [])


async def test_whoever_reports_or_is_accused_does_not_decide(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    accused = await reported(complaints, gas, case, person_ids=[str(gas.person("office"))])
    own = await reported(complaints, gas, case, "officestaff", source="staff")
    assert [one["id"] for one in (await part_of(complaints, gas, case, "retaliation"))["items"]] == [own["id"]]
    crew: dict[str, Any] = {"is_confirmed": True, "person_ids": [str(gas.person("crew"))]}
    refused(await decide(complaints, gas, case, accused, "office", **crew), 404, "retaliation_report_not_found")
    refused(await decide(complaints, gas, case, own, "officestaff", **crew), 403, "retaliation_decider")
    assert done(await decide(complaints, gas, case, own, "office", **crew))["state"] == "confirmed"


async def test_a_bad_report_changes_nothing(complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    for wrong, pointer in (
        ({"person_ids": [case["id"]]}, "/person_ids"),
        ({"department": "nowhere"}, "/department"),
        ({"file_ids": [case["id"]]}, "/file_ids"),
    ):
        answer = await of_case(complaints, gas, case, "retaliation", "agent", report(gas, **wrong))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await hot.fetchval("select count(*) from retaliation_reports where company = $1", gas.code) == 0
    path = f"/v1/complaints/{case['id']}/retaliation"
    one = await post(complaints, gas, path, "agent", report(gas), key="once")
    same = await post(complaints, gas, path, "agent", report(gas), key="once")
    assert one.json() == same.json()
