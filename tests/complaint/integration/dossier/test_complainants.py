"""Several complainants of one case: kept encrypted, counted, found by their telephone, withdrawn, reached."""

import asyncpg
import httpx

from shared.ids import new_id
from tests.complaint.integration.desk import clock_of, facts, open_case, take
from tests.complaint.integration.dossier.steps import (
    REPAIR,
    add_complainant,
    case_now,
    done,
    everything_written,
    of_case,
    part_of,
    post,
    read,
    refused,
    steps_of,
)
from tests.support.world import Company

PHONE, NAME = "10012345678", "张三丰"


async def test_another_complainant_is_kept_encrypted_and_found_by_phone(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    added = await add_complainant(complaints, gas, case, name=NAME, phone=PHONE)
    assert (added["has_contact"], added["affected_customers"], added["complaint_version"]) == (True, 2, 2)
    row = await hot.fetchrow("select name, phone, phone_index from complainants where id = $1::uuid", added["id"])
    assert row is not None
    assert PHONE not in row["phone"]
    assert NAME not in row["name"]
    found = done(await read(complaints, gas, "/v1/complaints", "agent", phone="100 1234 5678"))
    assert [one["id"] for one in found["items"]] == [case["id"]]
    assert done(await read(complaints, gas, "/v1/complaints", "agent", phone="10012345679"))["items"] == []
    refused(await read(complaints, gas, "/v1/complaints", "agent", phone="999"), 422, "phone_invalid")
    shown = await part_of(complaints, gas, case, "complainants")
    assert [one["id"] for one in shown["items"]] == [None, added["id"]]
    assert shown["is_withheld"] is False
    written = await everything_written(hot, gas)
    assert NAME not in written
    assert PHONE not in written
    (fact,) = await facts(hot, gas, "complaint.complainant_added")
    assert (fact["complainant_id"], fact["affected_customers"]) == (added["id"], 2)
    assert await steps_of(complaints, gas, case) == ["open", "complainant"]


async def test_ten_complainants_make_the_case_graver_with_its_clocks(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    assert case["grade"] == "3"
    for number in range(9):
        added = await add_complainant(complaints, gas, case, phone=f"1001234560{number}")
    assert (added["affected_customers"], added["grade"]) == (10, "1")
    now = await case_now(complaints, gas, case)
    assert (now["grade"], now["grade_reason"]) == ("1", "many_customers")
    assert now["emergency_started_at"] is not None
    assert clock_of(now, "response")["deadline_at"] < clock_of(case, "response")["deadline_at"]
    (regraded,) = await facts(hot, gas, "complaint.regraded")
    assert (regraded["from_grade"], regraded["grade"]) == ("3", "1")
    steps = (await part_of(complaints, gas, case, "steps"))["items"]
    assert "many_customers" in next(one["note"] for one in steps if one["action"] == "regrade")
    assert added["complaint_version"] == now["version"]


async def test_a_complainant_is_withdrawn_never_deleted(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    added = await add_complainant(complaints, gas, case, phone=PHONE)
    path, version = f"complainants/{added['id']}/withdraw", added["complaint_version"]
    refused(await of_case(complaints, gas, case, path, "agent", {"reason": "误报"}, version=1), 412, "stale_version")
    gone = done(await of_case(complaints, gas, case, path, "agent", {"reason": "已和解"}, version=version))
    assert (gone["withdrawn_at"] is not None, gone["withdrawal_reason"]) == (True, "已和解")
    assert gone["affected_customers"] == 2
    assert len((await part_of(complaints, gas, case, "complainants"))["items"]) == 2
    again = await of_case(complaints, gas, case, path, "agent", {"reason": "x"}, version=gone["complaint_version"])
    refused(again, 409, "complainant_withdrawn")
    assert done(await read(complaints, gas, "/v1/complaints", "agent", phone=PHONE))["items"] == []


async def test_nobody_stands_twice_and_somebody_must_be_named(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR, complainant={"phone": PHONE})
    same = await of_case(complaints, gas, case, "complainants", "agent", {"phone": PHONE}, version=1)
    refused(same, 409, "complainant_exists")
    empty = await of_case(complaints, gas, case, "complainants", "agent", {}, version=1)
    refused(empty, 422, "complainant_without_identity")
    bad = await of_case(complaints, gas, case, "complainants", "agent", {"phone": "999"}, version=1)
    assert refused(bad, 422, "phone_invalid")["errors"][0]["pointer"] == "/phone"
    assert (await case_now(complaints, gas, case))["version"] == 1


async def test_one_key_adds_one_complainant(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    path, body = f"/v1/complaints/{case['id']}/complainants", {"customer_id": str(new_id())}
    first = await post(complaints, gas, path, "agent", body, version=1, key="once")
    second = await post(complaints, gas, path, "agent", body, version=1, key="once")
    assert (first.status_code, second.status_code) == (201, 201), second.text
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.headers["ETag"] == second.headers["ETag"] == '"2"'


async def test_a_further_complainants_contact_is_revealed_with_a_reason(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    stored = await add_complainant(complaints, gas, case, name=NAME, phone=PHONE)
    linked = await add_complainant(complaints, gas, case, customer_id=str(new_id()))
    reason = {"reason": "核实情况"}
    shown = done(await of_case(complaints, gas, case, f"complainants/{stored['id']}/contact", "agent", reason))
    assert (shown["name"], shown["phone"]) == (NAME, "+8610012345678")
    granted = done(await of_case(complaints, gas, case, f"complainants/{linked['id']}/contact", "agent", reason))
    assert granted["grant"]
    seen = await hot.fetchval(
        "select count(*) from audit where company = $1 and action = 'reveal_complainant_contact'", gas.code
    )
    assert seen == 2


async def test_a_case_outside_the_scope_is_absent(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    answer = await of_case(complaints, gas, case, "complainants", "networkhead", {"phone": PHONE}, version=1)
    refused(answer, 404, "complaint_not_found")
    assert (await take(complaints, gas, case, "acknowledge")).status_code == 200
