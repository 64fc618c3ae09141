"""Calls and messages afterwards, notices, standard answers, first contact resolved, the timeline."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.customer.contacts.service import figures
from shared.policy.book import Policy
from tests.customer.integration.conftest import Rig
from tests.customer.integration.interactions.desk import TODAY, Desk, refused
from tests.support.packs import policy_of

DAY = timedelta(days=1)


def policy_for(desk: Desk) -> Policy:
    return policy_of(desk.gas.pack.code, desk.gas.code)


async def figure(rig: Rig, desk: Desk, name: str) -> dict[str, tuple[int, int]]:
    now = datetime.now(UTC)
    async with rig.sessions.begin() as session:
        rows = await getattr(figures, name)(session, policy_for(desk), from_at=now - DAY, until_at=now + DAY)
    return {row["tier"]: (row["numerator"], row["denominator"]) for row in rows}


async def test_rings_seconds_and_the_share_answered_in_time(desk: Desk, rig: Rig) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    await desk.call(rings=2, ring_seconds=40)
    await desk.call(rings=3, ring_seconds=4)
    await desk.call(ring_seconds=14)
    await desk.call(ring_seconds=15)
    await desk.done(
        "/v1/contacts",
        {"channel": "hotline", "started_at": at.isoformat(), "ended_at": (at + timedelta(seconds=3)).isoformat()},
        "agent",
    )
    assert await figure(rig, desk, "answered_in_time") == {"general": (2, 5)}


async def test_what_becomes_known_of_a_contact_later(desk: Desk) -> None:
    home = await desk.home()
    at = datetime.now(UTC) - timedelta(minutes=5)
    ongoing = await desk.done("/v1/contacts", {"channel": "app", "started_at": at.isoformat()}, "agent")
    path = f"/v1/contacts/{ongoing['id']}"
    changes = {"customer_id": str(home.customer), "answered_at": (at + timedelta(seconds=9)).isoformat()}

    async def patch(body: dict[str, Any], version: int) -> Any:
        return await desk.client.patch(path, json=body, headers=desk.gas.headers("agent", version=version))

    known = (await patch(changes, 1)).json()
    assert (known["customer_id"], known["ring_seconds"], known["version"]) == (str(home.customer), 9, 2)
    assert (await patch({"topic": "billing"}, 1)).status_code == 412
    assert refused(await patch({"topic": "nothing"}, 2)) == (422, "unknown_contact_code", "/topic")
    assert refused(await patch({"delivery": "sent"}, 2)) == (422, "contact_times", "/delivery")
    assert refused(await patch({"customer_id": str(uuid4())}, 2))[:2] == (404, "contact_customer_not_found")
    early = {"ended_at": (at - timedelta(minutes=1)).isoformat()}
    assert refused(await patch(early, 2)) == (422, "contact_times", "/ended_at")
    assert (await desk.get(path, "agent"))["version"] == 2
    sent = {"channel": "sms", "direction": "outbound", "started_at": at.isoformat(), "delivery": "queued"}
    assert (await desk.done("/v1/contacts", sent, "agent"))["delivery"] == "queued"
    assert (await desk.facts())[:2] == ["customer.contact_recorded", "customer.contact_updated"]


async def test_a_matter_is_resolved_at_the_first_contact_unless_it_comes_again(desk: Desk, rig: Rig) -> None:
    settled, again, complained = [await desk.home() for _ in range(3)]
    first = await desk.call(customer_id=str(settled.customer), topic="repair", is_resolved=True)
    second = await desk.call(customer_id=str(again.customer), topic="repair", is_resolved=True)
    later = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    await desk.call(customer_id=str(again.customer), topic="repair", started_at=later, answered_at=None, ended_at=None)
    matter = uuid4()
    third = await desk.call(customer_id=str(complained.customer), matter_id=str(matter), is_resolved=True)
    await desk.pool.execute(
        "insert into matter_complaints (id, company, number, customer_id, matter_id, kind, category, state, opened_at,"
        " version) values ($1, $2, 'TS1', $3, $4, 'complaint', 'late', 'open', $5, 1)",
        uuid4(),
        desk.gas.code,
        complained.customer,
        matter,
        datetime.now(UTC),
    )
    policy = policy_for(desk)
    async with rig.sessions.begin() as session:
        assert await figures.judge(session, policy, now=datetime.now(UTC), limit=100) == 0
    async with rig.sessions.begin() as session:
        assert await figures.judge(session, policy, now=datetime.now(UTC) + 4 * DAY, limit=100) == 3
    flags = [
        (await desk.get(f"/v1/contacts/{one['id']}", "agent"))["first_contact_resolved"]
        for one in (first, second, third)
    ]
    assert flags == [True, False, False]
    assert await figure(rig, desk, "first_contact_resolved") == {"general": (1, 3)}
    fixed = await desk.client.patch(
        f"/v1/contacts/{first['id']}", json={"is_resolved": False}, headers=desk.gas.headers("agent", version=2)
    )
    assert refused(fixed)[:2] == (409, "contact_judged")


async def test_a_notice_is_delivered_within_its_time_or_withdrawn(desk: Desk) -> None:
    home = await desk.home()
    said = {"customer_id": str(home.customer), "kind": "hazard", "title": "隐患整改", "content": "请更换软管"}
    unknown = await desk.post("/v1/customer-notices", {**said, "kind": "nothing"}, "clerk")
    assert refused(unknown) == (422, "unknown_contact_code", "/kind")
    one = await desk.done("/v1/customer-notices", said, "clerk")
    path = f"/v1/customer-notices/{one['id']}"
    assert (await desk.clocks(path, "clerk"))["delivery"]["state"] == "running"
    badly = await desk.post(f"{path}/deliver", {"delivery": "pigeon"}, "clerk", version=1)
    assert refused(badly) == (422, "unknown_contact_code", "/delivery")
    proof = await desk.post(f"{path}/deliver", {"delivery": "in_hand", "file_id": str(uuid4())}, "clerk", version=1)
    assert refused(proof) == (422, "notice_slip_proof_unknown", "/file_id")
    done = await desk.done(f"{path}/deliver", {"delivery": "in_hand"}, "clerk", version=1)
    assert (done["state"], done["delivery"]) == ("delivered", "in_hand")
    assert (await desk.clocks(path, "clerk"))["delivery"]["state"] == "met"
    late = await desk.post(f"{path}/withdraw", {"reason": "重复"}, "clerk", version=2)
    assert refused(late)[:2] == (409, "notice_slip_ended")
    other = await desk.done("/v1/customer-notices", said, "clerk")
    gone = await desk.done(f"/v1/customer-notices/{other['id']}/withdraw", {"reason": "重复"}, "clerk", version=1)
    assert gone["state"] == "withdrawn"
    assert (await desk.clocks(f"/v1/customer-notices/{other['id']}", "clerk"))["delivery"]["state"] == "cancelled"


async def test_standard_answers_are_approved_by_the_office_found_and_used(generic: Desk) -> None:
    desk, path = generic, "/v1/standard-answers"
    said = {
        "code": "invoice",
        "topic": "billing",
        "question": "如何开具燃气发票",
        "answer": "在营业厅或应用中凭户号开具电子发票",
        "valid_from": TODAY.isoformat(),
    }
    bad = {**said, "valid_until": "2020-01-01"}
    assert refused(await desk.post(path, bad, "agent")) == (422, "standard_answer_dates", "/valid_until")
    one = await desk.done(path, said, "office")
    assert refused(await desk.post(path, said, "agent"))[:2] == (409, "standard_answer_draft_open")
    own = await desk.post(f"{path}/{one['id']}/approve", {}, "office", version=1)
    assert refused(own)[:2] == (403, "standard_answer_approver")
    home = await desk.home()
    call = await desk.call(customer_id=str(home.customer), topic="billing")
    early = await desk.post(f"{path}/{one['id']}/use", {"contact_id": call["id"]}, "agent")
    assert refused(early)[:2] == (422, "standard_answer_not_in_force")
    approved = await desk.done(f"{path}/{one['id']}/approve", {}, "officestaff", version=1)
    assert approved["state"] == "approved"
    found = await desk.get(f"{path}?q=电子发票&is_in_force=true", "agent")
    assert [item["code"] for item in found["items"]] == ["invoice"]
    assert (await desk.get(f"{path}?q=锅炉", "agent"))["items"] == []
    assert (await desk.get(f"{path}?q=票", "agent", 422))["code"] == "answer_fragment_too_short"
    contact = f"/v1/contacts/{call['id']}"
    settle = {"json": {"is_resolved": True}, "headers": desk.gas.headers("agent", version=1)}
    missing = await desk.client.patch(contact, **settle)  # type: ignore[arg-type]
    assert refused(missing) == (422, "standard_answer_missing", "/is_resolved")
    await desk.done(f"{path}/{one['id']}/use", {"contact_id": call["id"]}, "agent")
    assert (await desk.client.patch(contact, **settle)).status_code == 200  # type: ignore[arg-type]
    newer = await desk.done(path, {**said, "answer": "凭户号在应用中开具"}, "agent")
    assert newer["revision"] == 2
    await desk.done(f"{path}/{newer['id']}/approve", {}, "office", version=1)
    assert (await desk.get(f"{path}/{one['id']}", "agent"))["state"] == "retired"


async def test_the_timeline_merges_everything_and_pages(desk: Desk) -> None:
    home = await desk.home()
    key = str(home.customer)
    call = await desk.call(customer_id=key)
    await desk.done("/v1/hand-overs", {"kind": "other", "matter": "业务", "customer_id": key}, "agent")
    said = {"customer_id": key, "kind": "other", "title": "通知", "content": "内容"}
    await desk.done("/v1/customer-notices", said, "clerk")
    read = {"meter_id": str(home.meter), "reading_m3": "10", "read_on": TODAY.isoformat()}
    await desk.done("/v1/meter-readings", read, "meterreader")
    path = f"/v1/customers/{key}/timeline"
    whole = await desk.get(path, "agent")
    assert [entry["kind"] for entry in whole["items"]] == ["reading", "notice", "hand_over", "contact"]
    assert whole["items"][-1]["reference"] == f"/v1/contacts/{call['id']}"
    assert whole["items"][-1]["title"] == "contact.hotline"
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await desk.get(f"{path}?limit=1{f'&cursor={cursor}' if cursor else ''}", "agent")
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [entry["id"] for entry in whole["items"]]
    assert (await desk.get(f"/v1/customers/{uuid4()}/timeline", "agent", 404))["code"] == "customer_timeline_not_found"
