"""Duplicates: found, merged with everything that belongs to them, undone, and told to others."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.complaint.consumers import handlers
from services.customer.merging.service import pairs
from shared.contracts.base import Routing
from shared.contracts.customer import CustomerMerged
from shared.contracts.relations import CustomerUnmerged
from shared.database import create_engine, create_sessions
from shared.events.envelope import Event
from shared.jobs.model import JobState, JobView
from tests.customer.integration.conftest import NOW
from tests.customer.integration.relations.conftest import Desk, refused
from tests.support.servers import TestPostgres

WHY = {"reason": "同一住户重复建档"}
ADDRESS = {"address": "云湖市东城区锦绣家园12栋301室", "kind": "residence"}


async def twins(desk: Desk, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two rows of the same household; the first is to end."""
    body = {"phones": ["10012345678"], "premises": ADDRESS, **more}
    return await desk.customer(**body), await desk.customer(**body)


async def merge(desk: Desk, losing: dict[str, Any], into: dict[str, Any], **more: Any) -> Any:
    body = {"into_customer_id": into["id"], "into_version": into["version"], **WHY}
    return await desk.post(f"/customers/{losing['id']}/merge", body, version=losing["version"], by="keeper", **more)


async def whole(desk: Desk, customer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await desk.get(f"/customers/{customer['id']}")
    return found


BELONGINGS = ("premises", "phones", "meters")
UNSTEADY = ("version", "updated_at")


def belongings(said: dict[str, Any]) -> dict[str, Any]:
    """What belongs to a customer, without versions."""
    rows = {name: [{k: v for k, v in one.items() if k not in UNSTEADY} for one in said[name]] for name in BELONGINGS}
    return {**rows, "tags": said["tags"], "standing": said["standing"], "merged_into": said["merged_into"]}


async def test_everything_moves_is_found_by_the_old_number_and_goes_back(desk: Desk) -> None:
    losing, into = await twins(desk, tags=["official"])
    into = (await desk.patch(f"/customers/{into['id']}", {"tags": []}, version=into["version"])).json()
    losing = await desk.done(f"/customers/{losing['id']}/phones", {"phone": "10099999999"})
    call = {"channel": "hotline", "phone": "10012345678", "customer_id": losing["id"], "started_at": NOW.isoformat()}
    contact = await desk.post("/contacts", call, by="agent")
    assert contact.status_code == 201, contact.text
    losing, into = await whole(desk, losing), await whole(desk, into)
    before = belongings(losing), belongings(into)
    like = (await desk.get(f"/customers/{losing['id']}/merge-candidates", by="keeper"))["items"]
    assert like == [{"customer_id": into["id"], "rules": ["phone_and_name", "address_and_name"]}]
    answer = await merge(desk, losing, into)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    moved = {(one["place"], one["has_moved"]): one["rows"] for one in made["moved"]}
    assert moved[("phones.customer_id", True)] == moved[("phones.customer_id", False)] == 1
    assert (moved[("premises.customer_id", True)], moved[("contacts.customer_id", True)]) == (1, 1)
    assert made["rules"] == ["phone_and_name", "address_and_name"]
    ended, kept = await whole(desk, losing), await whole(desk, into)
    assert (ended["standing"], ended["merged_into"], ended["premises"]) == ("merged", into["id"], [])
    assert (kept["tags"], len(kept["premises"]), len(kept["phones"])) == (["official"], 2, 2)
    assert sum(one["is_primary"] for one in kept["premises"]) == 1
    for query in ({"number": losing["number"]}, {"q": losing["number"]}, {"phone": "10099999999"}, {"q": "锦绣家园"}):
        found = (await desk.get("/customers", **query))["items"]
        assert {one["id"] for one in found} == {into["id"]}, query
    listed = (await desk.get("/contacts", by="agent", customer_id=into["id"]))["items"]
    assert [one["id"] for one in listed] == [contact.json()["id"]]
    (said,) = await desk.facts("customer.merged")
    assert (said["customer_id"], said["into_customer_id"], said["version"]) == (
        *(losing["id"], into["id"]),
        ended["version"],
    )
    undone = await desk.done(f"/customer-merges/{made['id']}/undo", {"reason": "是两户"}, version=1, by="office")
    assert (undone["state"], undone["blockers"]) == ("undone", [])
    losing, into = await whole(desk, losing), await whole(desk, into)
    assert (belongings(losing), belongings(into)) == before
    (back,) = await desk.facts("customer.unmerged")
    assert (back["customer_id"], back["version"]) == (losing["id"], losing["version"])
    again = await desk.post(f"/customer-merges/{made['id']}/undo", {"reason": "x"}, version=2, by="office")
    refused(again, 409, "customer_merge_undone")
    assert (await desk.get("/customers", number=losing["number"]))["items"][0]["id"] == losing["id"]
    assert (await merge(desk, losing, into)).status_code == 201, "merged anew"


async def test_what_cannot_be_one_customer_is_refused(desk: Desk) -> None:
    losing, into = await twins(desk)
    stale = {**into, "version": 9}
    refused(await merge(desk, losing, stale), 412, "customer_merge_stale")
    refused(await merge(desk, {**losing, "version": 9}, into), 412, "customer_merge_stale")
    refused(await merge(desk, losing, losing), 422, "customers_unlike", "/into_customer_id")
    refused(await merge(desk, losing, {"id": str(uuid4()), "version": 1}), 404, "customer_not_found")
    shop = await desk.customer(kind="commercial", party="individual")
    refused(await merge(desk, losing, shop), 422, "customers_unlike", "/into_customer_id")
    unit = await desk.customer(kind="commercial", party="unit")
    refused(await merge(desk, shop, unit), 422, "customers_unlike", "/into_customer_id")
    body = {"into_customer_id": into["id"], "into_version": 1, **WHY}
    refused(await desk.post(f"/customers/{losing['id']}/merge", body, version=1, by="clerk"), 403, "permission_denied")
    for one, number in ((losing, "a"), (into, "b")):
        await desk.pool.execute(
            "update customers set identity_index = $2, identity_kind = 'other' where id = $1", UUID(one["id"]), number
        )
    refused(await merge(desk, losing, into), 422, "customers_unlike", "/into_customer_id")
    assert await desk.facts("customer.merged") == []
    assert (await desk.get("/customer-merges"))["items"] == []


async def test_a_row_that_ended_takes_nothing_in_and_chains_are_followed(desk: Desk) -> None:
    first, second = await twins(desk)
    third = await desk.customer()
    made = (await merge(desk, first, second)).json()
    answer = await merge(desk, third, await whole(desk, first))
    refused(answer, 409, "customer_already_merged")
    assert second["id"] in answer.json()["detail"], "the one that stays is named"
    second = await whole(desk, second)
    later = await merge(desk, second, third)
    assert later.status_code == 201, later.text
    found = (await desk.get("/customers", number=first["number"]))["items"]
    assert [one["id"] for one in found] == [third["id"]], "through both"
    blocked = await desk.get(f"/customer-merges/{made['id']}")
    assert {one["kind"] for one in blocked["blockers"]} == {"ended", "moved_on"}
    undo = f"/customer-merges/{made['id']}/undo"
    answer = await desk.post(undo, {"reason": "误并"}, version=1, by="office")
    refused(answer, 409, "merge_undo_forbidden")
    assert "已并入其他客户" in answer.json()["detail"]
    await desk.done(f"/customer-merges/{later.json()['id']}/undo", {"reason": "误并"}, version=1, by="office")
    assert (await desk.post(undo, {"reason": "误并"}, version=1, by="clerk")).status_code == 403
    refused(await desk.post(undo, {"reason": "误并"}, version=5, by="office"), 412, "customer_merge_stale")
    await desk.pool.execute("update premises set version = version + 1 where customer_id = $1", UUID(second["id"]))
    answer = await desk.post(undo, {"reason": "误并"}, version=1, by="office")
    refused(answer, 409, "merge_undo_forbidden")
    assert [one["code"] for one in answer.json()["errors"]] == ["merge_undo_forbidden_changed"]
    assert (await whole(desk, first))["standing"] == "merged", "nothing changed"


async def test_what_was_entered_since_forbids_undoing_or_goes_back_with_what_it_hangs_on(desk: Desk) -> None:
    losing, into = await twins(desk)
    losing = await desk.done(f"/customers/{losing['id']}/meters", {"number": f"M{uuid4().hex[:12]}", "kind": "iot"})
    premises, meter = losing["premises"][0]["id"], losing["meters"][0]["id"]
    made = (await merge(desk, losing, into)).json()
    await desk.pool.execute(
        "insert into meter_readings (id, company, customer_id, meter_id, method, read_on, reading_m3, state, reader_id,"
        " recorded_by, recorded_at) values (gen_random_uuid(), $1, $2, $3, 'actual', '2026-11-01', 5, 'recorded', $4,"
        " $4, now())",
        *(desk.gas.code, UUID(into["id"]), UUID(meter), desk.gas.person("clerk")),
    )
    undo = f"/customer-merges/{made['id']}/undo"
    body = {"number": f"M{uuid4().hex[:12]}", "kind": "iot", "premises_id": premises}
    added = await desk.done(f"/customers/{into['id']}/meters", body)
    answer = await desk.post(undo, {"reason": "误并"}, version=1, by="office")
    refused(answer, 409, "merge_undo_forbidden", "/meters.customer_id")
    assert answer.json()["detail"] == "燃气表登记在移入的用气地址上（1）"
    extra = next(one["id"] for one in added["meters"] if one["premises_id"] == premises)
    await desk.pool.execute("update meters set premises_id = null where id = $1", UUID(extra))
    await desk.done(undo, {"reason": "误并"}, version=1, by="office")
    owner = await desk.pool.fetchval("select customer_id from meter_readings where meter_id = $1", UUID(meter))
    assert str(owner) == losing["id"], "a reading belongs to its meter"


async def test_fifty_at_once_make_one_merge(desk: Desk) -> None:
    losing, into = await twins(desk)
    answers = await asyncio.gather(*(merge(desk, losing, into) for _ in range(50)))
    made = [answer for answer in answers if answer.status_code == 201]
    others = {(answer.status_code, answer.json()["code"]) for answer in answers if answer.status_code != 201}
    assert (len(made), others) == (1, {(409, "customer_already_merged")})
    assert len(await desk.facts("customer.merged")) == 1
    crossed = await asyncio.gather(
        *(merge(desk, one, two) for one, two in (await _pair(desk), (await _pair(desk))[::-1]))
    )
    assert all(answer.status_code == 201 for answer in crossed)
    once = str(uuid4())
    one, two = await _pair(desk)
    twice = [await merge(desk, one, two, key=once) for _ in range(2)]
    assert [answer.json()["id"] for answer in twice] == [twice[0].json()["id"]] * 2
    assert twice[1].headers["Idempotency-Replayed"] == "true"


async def _pair(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    return await desk.customer(), await desk.customer()


async def test_the_search_finds_pairs_once_and_a_person_may_dismiss_them(desk: Desk, postgres: TestPostgres) -> None:
    first, second = await twins(desk)
    await desk.customer()
    asked = await desk.done("/merge-candidates/search", by="keeper")
    assert asked["job_id"]
    engine = create_engine(postgres.url("customer"), application_name="test", schema="customer")
    sessions = create_sessions(engine)

    async def search() -> int:
        async with sessions.begin() as session:
            step = await pairs.search_stretch(session, job, now=NOW)
        return int((step.result or {})["found"])

    job = JobView(
        id=UUID(asked["job_id"]),
        company=desk.gas.code,
        kind=pairs.SEARCH_JOB,
        args={},
        state=JobState.RUNNING,
        progress_done=0,
        progress_total=None,
        cursor={},
        result={},
        error=None,
        attempts=1,
        run_after=NOW,
        created_by=None,
        created_at=NOW,
        started_at=NOW,
        finished_at=None,
        version=1,
    )
    assert (await search(), await search()) == (1, 0)
    (one,) = (await desk.get("/merge-candidates", by="keeper"))["items"]
    assert ({one["first_id"], one["second_id"]}, one["rules"]) == (
        *({first["id"], second["id"]},),
        ["phone_and_name", "address_and_name"],
    )
    at = f"/merge-candidates/{one['id']}/dismiss"
    refused(await desk.post(at, WHY, version=4, by="keeper"), 412, "customer_merge_stale")
    assert (await desk.done(at, WHY, version=1, by="keeper"))["state"] == "dismissed"
    refused(await desk.post(at, WHY, version=2, by="keeper"), 409, "merge_candidate_decided")
    assert await search() == 0
    assert (await desk.get("/merge-candidates", by="keeper"))["items"] == []
    await engine.dispose()


async def test_members_teams_and_sizes_follow_the_merge_and_come_back(desk: Desk) -> None:
    losing, into = await desk.group(), await desk.group()
    person = {"number": "G1", "name": "赵大明", "duty": "leader", "unit_place": 1}
    for group in (losing, into):
        await desk.done(f"/customers/{group['id']}/members", person)
        await desk.tier(group["id"], "vip")
    body = {"slot": "account_manager", "reason": "指派"}
    served = await desk.done(f"/customers/{losing['id']}/service-team", body, by="head")
    made = (await merge(desk, await whole(desk, losing), await whole(desk, into))).json()
    kept = await whole(desk, into)
    assert (kept["member_count"], kept["account_manager_id"]) == (2, served["staff_id"])
    numbers = [one["number"] for one in (await desk.get(f"/customers/{into['id']}/members"))["items"]]
    assert numbers == ["G1", f"G1_{losing['number']}"]
    assert (await desk.get(f"/service-assignments/{served['id']}"))["state"] == "ended"
    await desk.done(f"/customer-merges/{made['id']}/undo", {"reason": "误并"}, version=1, by="office")
    assert (await desk.get(f"/service-assignments/{served['id']}"))["state"] == "active"
    for group in (losing, into):
        assert (await whole(desk, group))["member_count"] == 1
        numbers = [one["number"] for one in (await desk.get(f"/customers/{group['id']}/members"))["items"]]
        assert numbers == ["G1"]
    assert (await whole(desk, into))["account_manager_id"] is None


@pytest.mark.parametrize("is_in_order", [True, False])
async def test_complaint_keeps_and_drops_the_alias_in_whichever_order_it_hears(
    postgres: TestPostgres, company: str, is_in_order: bool
) -> None:
    losing, into = uuid4(), uuid4()
    merged = CustomerMerged(customer_id=losing, into_customer_id=into, merged_at=NOW)
    unmerged = CustomerUnmerged(customer_id=losing, from_customer_id=into, unmerged_at=NOW)
    said = [(merged, 2), (unmerged, 3)]
    engine = create_engine(postgres.url("complaint"), application_name="test", schema="complaint")
    known = handlers(None, None, None, lambda: NOW)  # type: ignore[arg-type]  # neither asks the policy
    for payload, version in said if is_in_order else reversed(said):
        event = Event(
            id=uuid4(),
            type=payload.TYPE,
            source="/customer",
            subject=losing,
            time=NOW,
            company=company,
            aggregate_version=version,
            correlation_id=uuid4(),
            causation_id=None,
            matter_id=None,
            hops=0,
            actor=None,
            traceparent=None,
            routing=Routing(),
            payload=payload,
            data={},
        )
        async with create_sessions(engine).begin() as session:
            await known[payload.TYPE](session, event)
    async with create_sessions(engine).begin() as session:
        row = (
            await session.execute(text("select to_id from customer_aliases where from_id = :id"), {"id": losing})
        ).one()
    assert UUID(str(row.to_id)) == losing, "it stands for itself again"
    await engine.dispose()
