"""The registry's doors: status codes, keys, versions, masking, pages."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.customer.contacts.routes import router as contacts_router
from services.customer.registry.routes import routers
from services.customer.registry.service.reading import FileReader
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.http.app import create_fastapi, install
from shared.policy.book import Policy
from tests.customer.integration.conftest import NOW, Rig
from tests.customer.integration.test_registry_reveal import VERIFIER, person
from tests.support.packs import policy_of

REASON = "identity_check"


class Standing:
    """Answers the principal whose role the token names; the verifier has its own tests."""

    def __init__(self, company: str) -> None:
        self.people: dict[str, Principal] = {role.value: person(company, role) for role in Role}

    async def principal(self, token: str, *, on: date) -> Principal:
        assert on == date(2026, 11, 22)
        return self.people[token]


class InForce:
    """The shipped pack, for the test's own company."""

    def __init__(self, company: str) -> None:
        self.found = policy_of("xxx-gas", company)

    def policy(self, company: str, at: datetime) -> Policy:
        assert (company, at) == (self.found.company, NOW)
        return self.found


@pytest.fixture
async def client(rig: Rig, company: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_fastapi(title="customer")
    app.state.runtime = SimpleNamespace(
        sessions=rig.sessions,
        hot=rig.pool,
        engine=rig.engine,
        clock=rig.clock,
        principals=Standing(company),
        cursor_key=bytes(32),
        cipher=rig.vault.cipher,
        blind_index=rig.vault.index,
        grants=VERIFIER,
        policy=InForce(company),
    )
    install(app, service="customer", has_database=False)
    for router in (*routers, contacts_router):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://customer") as client:
        yield client


def headers(role: str = "clerk", **said: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {role}", **{name.replace("_", "-"): value for name, value in said.items()}}


def new(role: str = "clerk", **said: str) -> dict[str, str]:
    return headers(role, Idempotency_Key=str(uuid4()), **said)


BODY: dict[str, Any] = {
    "name": "欧阳小明",
    "kind": "residential",
    "phones": ["10012345678"],
    "premises": {"address": "云湖市东城区锦绣家园12栋301室", "kind": "residence"},
    "meter": {"number": "M20000001", "kind": "iot"},
    "capacity_m3_day": "0.5",
}


async def test_a_customer_is_registered_once_read_and_changed(client: httpx.AsyncClient) -> None:
    key = new()
    answer = await client.post("/v1/customers", json=BODY, headers=key)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["tier"], made["version"]) == ("欧阳**", "general", 1)
    assert answer.headers["Location"] == f"/v1/customers/{made['id']}"
    again = await client.post("/v1/customers", json=BODY, headers=key)
    assert (again.status_code, again.json()["id"], again.headers["Idempotency-Replayed"]) == (201, made["id"], "true")
    read = await client.get(f"/v1/customers/{made['id']}", headers=headers("agent"))
    assert (read.status_code, read.headers["ETag"], read.json()) == (200, '"1"', made)
    change: dict[str, Any] = {"tags": ["official"], "district": None}
    stale = await client.patch(f"/v1/customers/{made['id']}", json=change, headers=headers(If_Match='"7"'))
    assert (stale.status_code, stale.json()["code"]) == (412, "customer_stale")
    done = await client.patch(f"/v1/customers/{made['id']}", json=change, headers=headers(If_Match='"1"'))
    assert (done.status_code, done.json()["tags"], done.headers["ETag"]) == (200, ["official"], '"2"')
    assert (await client.get(f"/v1/customers/{uuid4()}", headers=headers())).status_code == 404
    assert (await client.post("/v1/customers", json=BODY, headers=new("crew"))).status_code == 403


async def test_tags_are_those_of_the_pack(rig: Rig, client: httpx.AsyncClient) -> None:
    refused = await client.post("/v1/customers", json={**BODY, "tags": ["official", "celebrity"]}, headers=new())
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_policy_code")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/tags/1"]
    made = (await client.post("/v1/customers", json={**BODY, "tags": ["key"]}, headers=new())).json()
    path = f"/v1/customers/{made['id']}"
    unknown = await client.patch(path, json={"tags": ["celebrity"]}, headers=headers(If_Match='"1"'))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_policy_code")
    await rig.rows("update customers set tags = '{celebrity}' where id = :id returning id", id=UUID(made["id"]))
    change = {"tags": ["celebrity", "government_leader"]}
    kept = await client.patch(path, json=change, headers=headers(If_Match='"1"'))
    assert (kept.status_code, kept.json()["tags"]) == (200, ["celebrity", "government_leader"])


async def test_look_ups_answer_masked_candidates_in_pages(client: httpx.AsyncClient) -> None:
    ids = []
    for n in range(3):
        body = {**BODY, "name": f"云湖大酒店{'分' * n}", "kind": "commercial", "meter": None}
        ids.append((await client.post("/v1/customers", json=body, headers=new())).json()["id"])
    for query in ("phone=10012345678", "q=云湖大酒店", "q=锦绣家园", "tier=general"):
        page = (await client.get(f"/v1/customers?{query}&limit=2", headers=headers("agent"))).json()
        assert [card["id"] for card in page["items"]] == ids[:2], query
        cursor = page["next_cursor"]
        rest = (await client.get(f"/v1/customers?{query}&limit=2&cursor={cursor}", headers=headers("agent"))).json()
        assert ([card["id"] for card in rest["items"]], rest["next_cursor"]) == (ids[2:], None)
    card = page["items"][0]
    assert (card["name"], card["phone"], card["address"]) == ("云湖***", "100****5678", "云湖市东城区锦绣家园***")
    by_ids = await client.get("/v1/customers", params={"ids": ids}, headers=headers("agent"))
    assert [card["id"] for card in by_ids.json()["items"]] == ids
    assert (await client.get("/v1/customers?q=云", headers=headers("agent"))).json()["code"] == "fragment_too_short"
    assert (await client.get("/v1/customers?phone=1", headers=headers("agent"))).json()["code"] == "phone_invalid"
    assert (await client.get("/v1/customers?phone=10012345678", headers=headers("auditor"))).status_code == 403
    assert (await client.get("/v1/customers?limit=51", headers=headers("agent"))).status_code == 422
    assert (await client.get("/v1/customers", headers=headers("crew"))).status_code == 403


async def test_belongings_have_their_own_doors(client: httpx.AsyncClient) -> None:
    group = {"name": "云湖钢铁集团", "kind": "industrial", "party": "group"}
    made = (await client.post("/v1/customers", json=group, headers=new())).json()
    at = f"/v1/customers/{made['id']}"
    assert (await client.post(f"{at}/phones", json={"phone": "10055555555"}, headers=new())).status_code == 201
    assert (await client.post(f"{at}/premises", json={"address": "长江路9号"}, headers=new())).status_code == 201
    shown = (await client.post(f"{at}/meters", json={"number": "B9"}, headers=new())).json()
    taken = await client.post(f"{at}/meters", json={"number": "B9"}, headers=new())
    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")
    ended = await client.post(
        f"{at}/meters/{shown['meters'][0]['id']}/withdraw", headers=new(If_Match='"4"'), json=None
    )
    assert (ended.status_code, ended.json()["meters"][0]["state"]) == (200, "removed")


async def test_a_reveal_is_counted_once_per_key(client: httpx.AsyncClient, rig: Rig) -> None:
    made = (await client.post("/v1/customers", json=BODY, headers=new())).json()
    key, body = new("agent"), {"field": "phone", "reason": REASON}
    answer = await client.post(f"/v1/customers/{made['id']}/reveal", json=body, headers=key)
    assert (answer.status_code, [v["value"] for v in answer.json()["values"]]) == (200, ["10012345678"])
    assert answer.headers["Cache-Control"] == "no-store"
    again = await client.post(f"/v1/customers/{made['id']}/reveal", json=body, headers=key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (answer.json(), "true")
    counted = await rig.rows("select 1 from reveals where customer_id = :id", id=UUID(made["id"]))
    assert len(counted) == 1
    wrong = await client.post(f"/v1/customers/{made['id']}/reveal", json={**body, "reason": "x"}, headers=new("agent"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "reveal_reason_unknown")


@pytest.mark.parametrize("is_multipart", [True, False])
async def test_an_import_is_uploaded_once_and_reports_row_column_rule(
    client: httpx.AsyncClient, rig: Rig, company: str, is_multipart: bool
) -> None:
    rows = (
        "客户编号,客户名称,客户类别,用气地址,联系电话",
        "1,王小明,民用,人民路1号,10011111111",
        "2,李,民用,人民路2号,x",
    )
    data = "\n".join(rows).encode()
    key = new("keeper")
    sent: dict[str, Any] = {"files": {"file": ("客户.csv", data, "text/csv")}}
    if not is_multipart:
        sent = {"content": data}
        key["Content-Type"] = "text/csv"
    answer = await client.post("/v1/customers/imports", headers=key, **sent)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    where = answer.headers["Location"]
    again = await client.post("/v1/customers/imports", headers=key, **sent)
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (answer.json()["id"], "true")
    await rig.run_jobs(company, FileReader())
    done = (await client.get(f"{where}?limit=1", headers=headers("keeper"))).json()
    assert (done["state"], done["created"], done["refused"], done["rows_total"]) == ("done", 1, 1, 2)
    assert done["errors_by_rule"] == {"too_short": 1, "phone_invalid": 1}
    assert [(e["row"], e["column"], e["rule"]) for e in done["errors"]] == [(3, "客户名称", "too_short")]
    rest = (await client.get(f"{where}?limit=1&cursor={done['next_cursor']}", headers=headers("keeper"))).json()
    assert [(e["row"], e["column"], e["rule"]) for e in rest["errors"]] == [(3, "联系电话", "phone_invalid")]
    assert (await client.get(where, headers=headers("crew"))).status_code == 403


async def test_a_call_is_recorded_and_linked(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/customers", json=BODY, headers=new())).json()
    call = {"channel": "hotline", "phone": "10012345678", "started_at": NOW.isoformat(), "line": "热线1"}
    key = new("agent")
    answer = await client.post("/v1/contacts", json=call, headers=key)
    assert answer.status_code == 201, answer.text
    contact = answer.json()
    assert (contact["customer_id"], contact["phone"], contact["outcome"]) == (made["id"], "100****5678", "ongoing")
    again = await client.post("/v1/contacts", json=call, headers=key)
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, contact, "true")
    other = await client.post("/v1/contacts", json={**call, "line": "热线2"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    listed = (await client.get(f"/v1/contacts?customer_id={made['id']}", headers=headers("agent"))).json()
    assert [one["id"] for one in listed["items"]] == [contact["id"]]
    assert (await client.get(f"/v1/contacts/{contact['id']}", headers=headers("agent"))).json() == contact
    unknown = await client.post("/v1/contacts", json={**call, "customer_id": str(uuid4())}, headers=new("agent"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "contact_not_found")
