"""Nothing that a department's people can get tells who complained anonymously: what `discretion` promises."""

import json
from typing import Any

import asyncpg
import httpx
import pytest

from shared.ids import new_id
from tests.complaint.integration.desk import open_case
from tests.complaint.integration.dossier.steps import (
    REPAIR,
    Json,
    add_complainant,
    case_now,
    done,
    of_case,
    part_of,
    post,
    read,
    refused,
)
from tests.complaint.integration.test_attachments import upload
from tests.support.world import Company

PHONE, OTHER_PHONE, NAME, REFERENCE = "10012345678", "10012345679", "张三丰", "GOV-2026-778"
DEPARTMENT = ("crew", "clerk", "leader", "head", "deputy")
"""Its worker, clerk, team leader, head and leader in charge; `agent2` of the hotline did not take the case in."""
PARTS = ("", "/steps", "/clocks", "/complainants", "/conversations", "/investigation", "/investigation/index", "/links")


class Hidden:
    """An anonymous case that lies with a department, and everything that tells who complained."""

    def __init__(self, case: Json, secrets: list[str], files: list[str], customer: str) -> None:
        self.case = case
        self.secrets = secrets
        self.files = files
        self.customer = customer


@pytest.fixture
async def hidden(complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool) -> Hidden:
    """A case whose customer complained openly of the same kind of thing before, and again afterwards."""
    customer, further = str(new_id()), str(new_id())
    first = await open_case(complaints, gas, **REPAIR, customer_id=customer)
    files = [(await upload(complaints, gas)).json()["id"] for _ in range(2)]
    case = await open_case(
        complaints,
        gas,
        **{**REPAIR, "channel": "gov_12345", "external_reference": REFERENCE},
        is_anonymous=True,
        customer_id=customer,
        complainant={"name": NAME, "phone": PHONE},
        attachment_ids=files[:1],
    )
    later = await open_case(complaints, gas, **REPAIR, complainant={"phone": PHONE})
    assert (case["repeat_of_id"], later["repeat_of_id"]) == (None, None)
    assert case["customer_id"] == customer
    added = await add_complainant(complaints, gas, case, phone=OTHER_PHONE, customer_id=further)
    talk = {"channel": "hotline", "direction": "out", "party": "complainant", "summary": "张三丰称仍漏水"}
    done(await of_case(complaints, gas, case, "conversations", "agent", {**talk, "file_ids": files[1:]}), 201)
    note = {"kind": "note", "text": f"投诉人为{NAME}", "is_confidential": True}
    done(await of_case(complaints, gas, case, "investigation", "office", note), 201)
    routing: dict[str, Any] = {
        "owner_id": str(gas.person("crew")),
        "team": "repair_1",
        "department": "customer_service",
    }
    routing["posts"] = ["front_desk_clerk"]
    for one in (first, case, later):
        await hot.execute(
            "update complaints set owner_id = $2, team = 'repair_1', department = 'customer_service',"
            " posts = '{front_desk_clerk}' where id = $1::uuid",
            one["id"],
            gas.person("crew"),
        )
        await hot.execute("update clocks set routing = $2 where subject_id = $1::uuid", one["id"], routing)
    secrets = [customer, further, PHONE, OTHER_PHONE, NAME, REFERENCE, added["id"], *files]
    return Hidden(case, secrets, files, customer)


async def all_answers(client: httpx.AsyncClient, gas: Company, login: str, one: Hidden) -> dict[str, Any]:
    """Every answer on the case that a person can get, by address."""
    path = f"/v1/complaints/{one.case['id']}"
    found = {f"{path}{part}": (await read(client, gas, f"{path}{part}", login)) for part in PARTS}
    for query in ({}, {"number": one.case["number"]}, {"department": "customer_service"}, {"category": "repair"}):
        found[f"list {query}"] = await read(client, gas, "/v1/complaints", login, **query)
    found["work"] = await read(client, gas, "/v1/work", login)
    reason = {"reason": "回访"}
    found["contact"] = await of_case(client, gas, one.case, "contact", login, reason)
    wrong = one.case["version"] + 100
    found["stale"] = await of_case(client, gas, one.case, "acknowledge", login, {}, version=wrong)
    return {name: answer.text for name, answer in found.items()}


def about(name: str, text: str, case: Json) -> str:
    """What an answer says of the case: the item of a list, or the whole."""
    body = json.loads(text)
    if name == "work" or name.startswith("list"):
        return json.dumps([one for one in body["items"] if one["id"] == case["id"]], ensure_ascii=False)
    return text


@pytest.mark.parametrize("login", [*DEPARTMENT, "agent2"])
async def test_no_answer_tells_the_department_who_complained(
    complaints: httpx.AsyncClient, gas: Company, hidden: Hidden, login: str
) -> None:
    answers = await all_answers(complaints, gas, login, hidden)
    assert json.loads(answers[f"/v1/complaints/{hidden.case['id']}"]).get("number") == hidden.case["number"]
    for name, text in answers.items():
        said = about(name, text, hidden.case)
        assert [secret for secret in hidden.secrets if secret in said] == [], name
    shown = json.loads(answers[f"/v1/complaints/{hidden.case['id']}"])
    assert (shown["customer_id"], shown["has_contact"], shown["attachment_ids"]) == (None, False, [])
    assert (shown["repeat_of_id"], shown["grade_reason"], shown["circumstances"]) == (None, None, [])


@pytest.mark.parametrize("login", DEPARTMENT)
async def test_the_department_cannot_find_out_by_asking(
    complaints: httpx.AsyncClient, gas: Company, hidden: Hidden, login: str
) -> None:
    case = hidden.case
    for query in (
        {"customer_id": hidden.customer},
        {"phone": PHONE},
        {"phone": OTHER_PHONE},
        {"external_reference": REFERENCE},
    ):
        found = done(await read(complaints, gas, "/v1/complaints", login, **query))["items"]
        assert case["id"] not in {one["id"] for one in found}, query
    work = done(await read(complaints, gas, "/v1/work", login, customer_id=hidden.customer))["items"]
    assert case["id"] not in {one["id"] for one in work}
    for file_id in hidden.files:
        assert (await read(complaints, gas, f"/v1/files/{file_id}", login)).status_code == 404
    shown = await part_of(complaints, gas, case, "complainants", login)
    assert shown == {"items": [], "is_withheld": True}
    same = {"phone": OTHER_PHONE}
    version = (await case_now(complaints, gas, case))["version"]
    answer = await of_case(complaints, gas, case, "complainants", login, same, version=version)
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] in {"complainant_hidden", "permission_denied"}
    contact = await of_case(complaints, gas, case, "contact", login, {"reason": "回访"})
    assert contact.json()["code"] in {"complainant_hidden", "complaint_not_found"}, contact.text


async def test_other_cases_do_not_tell_either(complaints: httpx.AsyncClient, gas: Company, hidden: Hidden) -> None:
    found = done(await read(complaints, gas, "/v1/complaints", "head", category="repair"))["items"]
    assert len(found) == 3
    assert hidden.case["id"] not in json.dumps([one for one in found if one["id"] != hidden.case["id"]])
    assert all(one["circumstances"] == [] and one["repeat_of_id"] is None for one in found)
    for one in found:
        assert (await part_of(complaints, gas, one, "links", "head"))["items"] == []


@pytest.mark.parametrize("login", ["office", "officestaff", "inspector", "gm"])
async def test_the_managing_department_knows(
    complaints: httpx.AsyncClient, gas: Company, hidden: Hidden, login: str
) -> None:
    shown = await case_now(complaints, gas, hidden.case, login)
    assert shown["customer_id"] == hidden.customer
    assert shown["circumstances"] == ["repeat"]
    assert shown["repeat_of_id"] is not None
    assert len((await part_of(complaints, gas, hidden.case, "complainants", login))["items"]) == 2
    assert len((await part_of(complaints, gas, hidden.case, "conversations", login))["items"]) == 1
    found = done(await read(complaints, gas, "/v1/complaints", login, phone=OTHER_PHONE))["items"]
    assert [one["id"] for one in found] == [hidden.case["id"]]
    assert (await read(complaints, gas, f"/v1/files/{hidden.files[0]}", login)).status_code == 200


async def test_the_first_responsible_knows(complaints: httpx.AsyncClient, gas: Company, hidden: Hidden) -> None:
    assert (await case_now(complaints, gas, hidden.case, "agent"))["customer_id"] == hidden.customer
    answer = done(await of_case(complaints, gas, hidden.case, "contact", "agent", {"reason": "核实"}))
    assert answer["name"] == NAME


async def test_no_fact_of_the_case_tells(gas: Company, hot: asyncpg.Pool, hidden: Hidden) -> None:
    rows = await hot.fetch(
        "select type, payload::text as said from outbox where company = $1 and payload::text like '%' || $2 || '%'",
        gas.code,
        hidden.case["id"],
    )
    assert {row["type"] for row in rows} >= {"complaint.opened", "complaint.complainant_added", "sla.started"}
    kept = [secret for secret in hidden.secrets if secret != hidden.secrets[6]]
    for row in rows:
        assert [secret for secret in kept if secret in row["said"]] == [], row["type"]
    customers = await hot.fetch("select customer_id from clocks where subject_id = $1::uuid", hidden.case["id"])
    assert {row["customer_id"] for row in customers} == {None}


async def test_one_anonymous_complainant_of_a_named_case_stays_unknown(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await open_case(complaints, gas, login="clerk", **REPAIR, complainant={"phone": PHONE})
    added = await add_complainant(complaints, gas, case, phone=OTHER_PHONE, is_anonymous=True)
    talk = {"channel": "hotline", "direction": "in", "party": "complainant", "summary": "补充情况"}
    body = {**talk, "complainant_id": added["id"]}
    done(await of_case(complaints, gas, case, "conversations", "agent", body), 201)
    shown = await part_of(complaints, gas, case, "complainants", "head")
    assert ([one["id"] for one in shown["items"]], shown["is_withheld"]) == ([None], True)
    assert (await part_of(complaints, gas, case, "conversations", "head"))["items"] == []
    assert done(await read(complaints, gas, "/v1/complaints", "head", phone=OTHER_PHONE))["items"] == []
    path = f"/v1/complaints/{case['id']}/complainants/{added['id']}/contact"
    refused(await post(complaints, gas, path, "head", {"reason": "回访"}), 403, "complainant_hidden")
    assert len((await part_of(complaints, gas, case, "complainants"))["items"]) == 2
