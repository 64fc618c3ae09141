"""An authorisation from the request to the last signature: who, when, once; deputies, races, keys, work and clocks."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from services.complaint.cases.service import standing
from shared.contracts.customer import CustomerUpdated
from tests.complaint.integration.delegation.house import (
    PATH,
    act,
    approved,
    body_of,
    completed,
    customer,
    executed,
    pending,
    request,
    work,
)
from tests.complaint.integration.desk import facts, open_case
from tests.complaint.integration.judging import done, post
from tests.support.world import Company, World

_ALL = (
    *(f"complaint.authority_{one}" for one in ("requested", "signed", "approved", "rejected", "withdrawn", "used")),
    *(f"complaint.authority_{one}" for one in ("order_needed", "completed", "checked", "abused", "abuse_decided")),
    *("complaint.liaison_issued", "complaint.liaison_done", "complaint.ledger_locked"),
)


async def test_money_goes_through_confirmations_signatures_and_the_general_manager(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "blocking_resident", "account", quantity=2)
    one = await done(await request(complaints, gas, "account", body), 201)
    assert (one["state"], one["amount_fen"], one["number"][:2]) == ("pending", 40_000, "SQ")
    stages = [step["stage"] for step in one["steps"]]
    assert stages == ["confirm", "confirm", "decide", "sign", "sign", "approve"]
    assert set(one["posts"]) == {"market_head", "engineering_head"}
    assert ("authorisation", "confirm", one["id"]) in await work(complaints, gas, "engineeringhead")
    assert await work(complaints, gas, "financehead") == []
    early = await act(complaints, gas, one, "approve", "gm")
    assert (early.status_code, early.json()["code"]) == (403, "authority_post_not_allowed")
    one = await done(await act(complaints, gas, one, "sign", "engineeringhead"))
    assert one["posts"] == ["market_head"]
    assert await work(complaints, gas, "engineeringhead") == []
    one = await done(await act(complaints, gas, one, "sign", "markethead"))
    one = await done(await act(complaints, gas, one, "approve", "markethead", note="同意"))
    assert (one["decided_post"], one["state"]) == ("market_head", "pending")
    one = await done(await act(complaints, gas, one, "sign", "markethead"))
    one = await done(await act(complaints, gas, one, "sign", "engineeringhead"))
    paid = await act(complaints, gas, one, "execute", "account", result="已减免")
    assert (paid.status_code, paid.json()["code"]) == (409, "authority_steps_outstanding")
    assert ("authorisation", "approve", one["id"]) in await work(complaints, gas, "gm")
    one = await done(await act(complaints, gas, one, "approve", "gm"))
    assert (one["state"], one["posts"]) == ("approved", [])
    more = await act(complaints, gas, one, "execute", "account", result="已减免", executed_fen=40_001)
    assert more.json()["code"] == "authority_amount_beyond_approval"
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    back = await act(complaints, gas, one, "execute", "account", result="已减免", occurred_at=before)
    assert back.json()["code"] == "authority_occurred_at_invalid"
    other = await act(complaints, gas, one, "execute", "agent", result="已减免")
    assert other.status_code == 404
    one = await executed(complaints, gas, one, "account", executed_fen=20_000)
    assert (one["state"], one["executed_fen"]) == ("completed", 20_000)
    said = await facts(hot, gas, *_ALL)
    kinds = [fact["type"].removeprefix("complaint.authority_") for fact in said]
    assert kinds == ["requested", *["signed"] * 6, "approved", "used"]
    assert {fact["authorisation_id"] for fact in said} == {one["id"]}
    names = {person.name for person in gas.pack.common.demo_staff.values()}
    assert not any(name in json.dumps(said, ensure_ascii=False, default=str) for name in names)
    clocks = (await complaints.get(f"{PATH}/{one['id']}/clocks", headers=gas.headers("account"))).json()["items"]
    assert [(clock["metric"], clock["state"]) for clock in clocks] == [
        (stage, "met") for stage in ("confirm", "decide", "sign", "approve")
    ]


async def test_the_front_line_uses_its_own_and_the_order_is_filed_afterwards(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "work_without_order", "crew")
    occurred_at = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    body["use"] = {"result": "已更换阀门", "occurred_at": occurred_at}
    one = await done(await request(complaints, gas, "crew", body), 201)
    assert (one["state"], one["posts"]) == ("executed", ["repair_team_leader"])
    (needed,) = await facts(hot, gas, "complaint.authority_order_needed")
    assert (needed["work"], needed["is_filed_afterwards"], needed["unit"]) == ("repair", True, "calendar_day")
    assert needed["routing"]["department"] == "customer_service"
    assert ("authorisation", "follow", one["id"]) in await work(complaints, gas, "leader")
    bare = await act(complaints, gas, one, "sign", "leader")
    assert (bare.status_code, bare.json()["code"]) == (422, "authority_order_required")
    order = str(uuid.uuid4())
    one = await done(await act(complaints, gas, one, "sign", "leader", order_id=order))
    assert (one["state"], one["order_id"]) == ("completed", order)
    long_ago = (datetime.now(UTC) - timedelta(days=4)).isoformat()
    late = await request(complaints, gas, "crew", {**body, "use": {"result": "无", "occurred_at": long_ago}})
    assert late.json()["code"] == "authority_occurred_at_invalid"


async def test_a_waiver_is_used_at_once_and_signed_afterwards(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "priority_maintenance_fee", "crew", use={"result": "只收材料费"})
    one = await done(await request(complaints, gas, "crew", body), 201)
    assert (one["state"], one["posts"]) == ("executed", ["customer_service_head", "gm"])
    one = await completed(complaints, gas, one, "crew")
    assert {step["done_post"] for step in one["steps"]} == {"customer_service_head", "gm"}


async def test_a_liaison_note_is_the_receiving_departments_clock(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "pipeline_liaison", "networkhead")
    one = await done(await request(complaints, gas, "networkhead", body), 201)
    assert pending(one)[0]["posts"] == ["leader_in_charge"], "the head asked, so the leader in charge confirms"
    one = await executed(complaints, gas, await approved(complaints, gas, one, "networkhead"), "networkhead")
    (issued,) = await facts(hot, gas, "complaint.liaison_issued")
    assert (issued["to_department"], issued["routing"]["department"]) == ("engineering", "engineering")
    assert ("liaison", "comply", one["id"]) in await work(complaints, gas, "engineeringhead")
    clock = await hot.fetchrow("select deadline_at, department, state from clocks where subject_type = 'liaison'"
                               " and subject_id = $1", uuid.UUID(one["id"]))  # fmt: skip
    assert clock is not None
    wanted = datetime.fromisoformat(one["liaison_deadline_at"])
    assert timedelta(0) <= clock["deadline_at"] - wanted < timedelta(minutes=1)
    assert clock["department"] == "engineering"
    wrong = await act(complaints, gas, one, "sign", "markethead")
    assert wrong.status_code == 404
    one = await done(await act(complaints, gas, one, "sign", "engineeringhead", note="已配合"))
    assert one["state"] == "completed"
    assert await work(complaints, gas, "engineeringhead") == []
    past = {**body["liaison"], "deadline_at": "2020-01-01T00:00:00Z"}
    refused = await request(complaints, gas, "networkhead", {**body, "liaison": past})
    assert refused.json()["errors"][0]["pointer"] == "/liaison/deadline_at"
    stranger = {**body["liaison"], "owner_id": str(gas.person("crew"))}
    refused = await request(complaints, gas, "networkhead", {**body, "liaison": stranger})
    assert refused.json()["errors"][0]["pointer"] == "/liaison/owner_id"


async def test_what_somebody_may_not_decide_goes_up(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "earlier_work", "agent")
    one = await done(await request(complaints, gas, "agent", body), 201)
    assert (one["state"], one["posts"], one["decided_post"]) == ("pending", ["market_head"], None)
    own = await act(complaints, gas, one, "approve", "agent")
    assert (own.status_code, own.json()["code"]) == (403, "authority_own_request")
    hidden = await act(complaints, gas, one, "approve", "engineeringhead")
    assert hidden.status_code == 404
    one = await done(await act(complaints, gas, one, "reject", "markethead", reason="资料不全"))
    assert (one["state"], one["closed_at"] is None) == ("rejected", False)
    again = await act(complaints, gas, one, "approve", "markethead")
    assert (again.status_code, again.json()["code"]) in {(404, "authorisation_not_found"),
                                                         (409, "authorisation_step_not_allowed")}  # fmt: skip
    one = await done(await request(complaints, gas, "agent", body), 201)
    not_mine = await act(complaints, gas, one, "withdraw", "markethead")
    assert (not_mine.status_code, not_mine.json()["code"]) == (403, "authority_not_requester")
    assert (await done(await act(complaints, gas, one, "withdraw", "agent")))["state"] == "withdrawn"
    states = await hot.fetch("select distinct state from clocks where company = $1 and stopped_at is null", gas.code)
    assert [row["state"] for row in states] in ([], ["cancelled"])


async def test_a_deputy_acts_by_date_and_never_on_the_own(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    today = datetime.now(UTC).date()
    deputies = [
        {"staff_id": str(gas.person("account")), "from_on": str(today - timedelta(days=2)),
         "until_on": str(today + timedelta(days=2))},
        {"staff_id": str(gas.person("agent")), "from_on": str(today + timedelta(days=10)),
         "until_on": str(today + timedelta(days=12))},
    ]  # fmt: skip
    await hot.execute("update staff set deputies = $2, version = version + 1 where id = $1",
                      gas.person("markethead"), deputies)  # fmt: skip
    for app in world.apps:
        await app.state.runtime.staff.refresh()
    body = await body_of(complaints, hot, gas, "earlier_work", "agent")
    one = await done(await request(complaints, gas, "agent", body), 201)
    assert (await act(complaints, gas, one, "approve", "agent2")).status_code == 404
    one = await done(await act(complaints, gas, one, "approve", "account"))
    assert (one["state"], one["decided_by"]) == ("approved", str(gas.person("account")))
    own = await body_of(complaints, hot, gas, "blocking_resident", "account")
    one = await done(await request(complaints, gas, "account", own), 201)
    assert one["decided_post"] == "market_head"
    sole = [step for step in pending(one) if step["posts"] == ["market_head"]]
    assert sole == [], "the only one who acts as head asked: the pack's substitute confirms"


async def test_fifty_decisions_at_once_have_one_winner(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "earlier_work", "agent")
    one = await done(await request(complaints, gas, "agent", body), 201)
    verbs = [("approve", {}), ("reject", {"reason": "不同意"})] * 25
    answers = await asyncio.gather(*(act(complaints, gas, one, verb, "markethead", **more) for verb, more in verbs))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 404, 409, 412}
    decided = await facts(hot, gas, "complaint.authority_approved", "complaint.authority_rejected")
    assert len(decided) == 1
    assert await hot.fetchval("select count(*) from authorisation_acts where authorisation_id = $1",
                              uuid.UUID(one["id"])) == 2  # fmt: skip


async def test_fifty_executions_at_once_enter_the_ledger_once(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "rename_at_conversion", "crew")
    one = await done(await request(complaints, gas, "crew", body), 201)
    answers = await asyncio.gather(*(act(complaints, gas, one, "execute", "crew", result="已更名") for _ in range(50)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert await hot.fetchval("select count(*) from authority_ledger_entries where company = $1", gas.code) == 1


async def test_the_same_key_acts_once_and_versions_are_asked_for(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    body = await body_of(complaints, hot, gas, "rename_at_conversion", "crew")
    first = await post(complaints, gas, PATH, "crew", body=body, key="k-1")
    again = await post(complaints, gas, PATH, "crew", body=body, key="k-1")
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json()["id"] == again.json()["id"]
    other = await post(complaints, gas, PATH, "crew", body={**body, "reason": "别的"}, key="k-1")
    assert other.json()["code"] == "idempotency_key_reused"
    one = first.json()
    path = f"{PATH}/{one['id']}/execute"
    done_once = await post(complaints, gas, path, "crew", one["version"], {"result": "已更名"}, key="k-2")
    replayed = await post(complaints, gas, path, "crew", one["version"], {"result": "已更名"}, key="k-2")
    assert (done_once.status_code, replayed.headers["Idempotency-Replayed"]) == (200, "true")
    assert (await post(complaints, gas, path, "crew", 1, {"result": "已更名"})).status_code == 412
    missing = await complaints.post(path, json={"result": "x"}, headers=gas.headers("crew"))
    assert missing.status_code == 428


async def test_lists_are_filtered_paged_and_scoped(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    bodies = [await body_of(complaints, hot, gas, "rename_at_conversion", "crew") for _ in range(3)]
    made = [await done(await request(complaints, gas, "crew", body), 201) for body in bodies]
    first = await done(await complaints.get(f"{PATH}?limit=2", headers=gas.headers("office")))
    rest = await done(
        await complaints.get(f"{PATH}?limit=2&cursor={first['next_cursor']}", headers=gas.headers("office"))
    )
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in reversed(made)]
    one = await executed(complaints, gas, made[0], "crew")
    for query in ("state=completed", f"customer_id={one['customer_id']}", f"number={one['number']}"):
        found = await done(await complaints.get(f"{PATH}?{query}", headers=gas.headers("office")))
        assert [item["id"] for item in found["items"]] == [one["id"]], query
    assert (await done(await complaints.get(PATH, headers=gas.headers("emergency"))))["items"] == []
    hidden = await complaints.get(f"{PATH}/{one['id']}", headers=gas.headers("emergency"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "authorisation_not_found")


async def test_a_case_lends_its_matter_and_customer(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    known = await customer(hot, gas, tier="vip")
    case = await open_case(complaints, gas, customer_id=known)
    question = {"complaint_id": case["id"], "amount_fen": 1000}
    answer = await post(complaints, gas, "/v1/authorities/priority_maintenance_fee/check", "office", body=question)
    assert (await done(answer))["failed"] == []
    body = {"authority": "priority_maintenance_fee", "reason": "投诉处理中减免", "facts": {}, **question}
    one = await done(await request(complaints, gas, "agent", body), 201)
    assert (one["customer_id"], one["tier"]) == (known, "vip")
    (fact,) = await hot.fetch(
        "select matter_id from outbox where company = $1 and type = 'complaint.authority_requested'", gas.code
    )
    assert str(fact["matter_id"]) == case["matter_id"]
    wrong = await request(complaints, gas, "agent", {**body, "customer_id": await customer(hot, gas)})
    assert wrong.json()["errors"][0]["pointer"] == "/customer_id"


async def test_tags_come_with_the_customers_events(world: World, hot: asyncpg.Pool, gas: Company) -> None:
    app = next(app for app in world.apps if app.state.service == "complaint")
    state: dict[str, Any] = {"number": "1", "kind": "residential", "customer_class": "a", "party": "individual"}
    said = CustomerUpdated(customer_id=uuid.uuid4(), standing="active", tier="general", tags=["official"], **state)
    async with app.state.runtime.sessions.begin() as session:
        await standing.learn_customers(session, [standing.Said(gas.code, 3, said)])
    assert await hot.fetchval("select tags from customers where id = $1", said.customer_id) == ["official"]
