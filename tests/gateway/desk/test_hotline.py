"""The hotline's composite write: what each step says, and how it is resumed."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import orjson

from tests.gateway.conftest import House
from tests.gateway.desk.test_desk import CUSTOMER, furnish
from tests.gateway.standin import JSON, Reply, Seen, bound, refusal

CALL = {"started_at": "2026-11-22T10:00:00+08:00", "phone": "13800138000"}


async def test_call_is_recorded_once_and_the_caller_is_shown(house: House) -> None:
    furnish(house)
    made: dict[str, str] = {}

    async def record(seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply({"items": [], "next_cursor": None})
        (key,) = seen.values("idempotency-key")
        replayed = [(b"idempotency-replayed", b"true")] if key in made else []
        contact = made.setdefault(key, str(uuid4()))
        return Reply({"id": contact, "version": 1}, 201, [(b"content-type", b"application/json"), *replayed])

    house.services["customer"].answers["/v1/contacts"] = record
    house.services["customer"].answers["/v1/customers"] = Reply({"items": [{"id": CUSTOMER}], "next_cursor": None})
    headers = {**house.person("agent").headers, "Idempotency-Key": "call-1"}
    first = await house.client.post("/v1/hotline/calls", json=CALL, headers=headers)
    again = await house.client.post("/v1/hotline/calls", json=CALL, headers=headers)
    assert (first.status_code, again.status_code, len(made)) == (201, 201, 1)
    body: dict[str, Any] = first.json()
    (step,) = body["steps"]
    assert (step["name"], step["status"], step["resource"]) == (
        "record_contact",
        "done",
        f"/v1/contacts/{next(iter(made.values()))}",
    )
    assert (first.headers["location"], again.headers["idempotency-replayed"]) == (step["resource"], "true")
    assert again.json()["steps"][0]["status"] == "replayed"
    assert body["view"]["parts"]["customer"]["data"]["name"] == "张*"
    assert [one["id"] for one in body["candidates"]["data"]["items"]] == [CUSTOMER]
    posted = next(one for one in house.services["customer"].seen if one.method == "POST")
    said = orjson.loads(posted.body)
    assert said == CALL | {"channel": "hotline", "direction": "inbound"}


async def test_several_candidates_leave_the_choice_to_the_agent(house: House) -> None:
    furnish(house)
    house.services["customer"].answers["/v1/contacts"] = Reply({"id": str(uuid4()), "version": 1}, 201)
    cards = [{"id": str(uuid4())}, {"id": str(uuid4())}]
    house.services["customer"].answers["/v1/customers"] = Reply({"items": cards, "next_cursor": None})
    headers = {**house.person("agent").headers, "Idempotency-Key": "call-2"}
    body = (await house.client.post("/v1/hotline/calls", json=CALL, headers=headers)).json()
    assert (body["view"], body["candidates"]["data"]["items"]) == (None, cards)


async def test_caller_is_shown_although_the_record_failed_and_the_step_says_so(house: House) -> None:
    furnish(house)
    house.services["customer"].answers["/v1/contacts"] = refusal("unavailable")
    house.services["customer"].answers["/v1/customers"] = Reply({"items": [{"id": CUSTOMER}], "next_cursor": None})
    headers = {**house.person("agent").headers, "Idempotency-Key": "call-3"}
    answer = await house.client.post("/v1/hotline/calls", json=CALL, headers=headers)
    (step,) = answer.json()["steps"]
    assert (answer.status_code, step["status"], step["problem"]["code"]) == (200, "failed", "unavailable")
    assert answer.json()["view"]["customer_id"] == CUSTOMER


async def test_refused_record_is_refused_as_a_whole(house: House) -> None:
    house.services["customer"].answers["/v1/contacts"] = refusal("idempotency_key_reused")
    headers = house.person("agent").headers
    answer = await house.client.post("/v1/hotline/calls", json=CALL, headers={**headers, "Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert (await house.client.post("/v1/hotline/calls", json=CALL, headers=headers)).status_code == 400


CASE = {"category": "gas_supply", "summary": "停气"}
MATTER = str(uuid4())


def keyed(made: dict[str, str], **more: object) -> Callable[[Seen], Any]:
    """A door that makes something once per key, and refuses a key that was taken for another request."""

    async def answer(seen: Seen) -> Reply:
        if seen.method != "POST":
            contact = made.get("contact")
            return Reply({"id": contact, "version": 2, "matter_id": MATTER})
        (key,) = seen.values("idempotency-key")
        before = made.setdefault(f"print {key}", f"{seen.target} {seen.body!r}")
        if before != f"{seen.target} {seen.body!r}":
            return refusal("idempotency_key_reused")
        is_again = key in made
        body = {"id": made.setdefault(key, str(uuid4())), "version": 1, **more}
        made.setdefault("contact", str(body["id"]))
        return Reply(body, 201, [*JSON, (b"idempotency-replayed", b"true")] if is_again else list(JSON))

    return answer


async def send(house: House, key: str, body: dict[str, Any]) -> httpx.Response:
    headers = {**house.people[next(iter(house.people))].headers, "Idempotency-Key": key}
    return await house.client.post("/v1/hotline/calls", json={**CALL, **body}, headers=headers)


def lay(house: House) -> None:
    """A desk where a call can be recorded and linked; cases are not taken yet."""
    furnish(house)
    house.person("agent")
    made: dict[str, str] = {}
    customer = house.services["customer"].answers
    customer["/v1/contacts"] = keyed(made, customer_id=CUSTOMER)

    async def patch(seen: Seen) -> Reply:
        return Reply({"id": "linked", "version": 2, "matter_id": orjson.loads(seen.body)["matter_id"]})

    house.services["customer"].fallback = patch


def told(answer: httpx.Response) -> dict[str, str]:
    return {step["name"]: step["status"] for step in answer.json()["steps"]}


async def test_call_and_case_are_one_request_and_the_second_step_is_told_apart(house: House) -> None:
    lay(house)
    complaint = house.services["complaint"]
    complaint.answers["/v1/complaints"] = refusal("unavailable")
    first = await send(house, "k1", {"complaint": CASE})
    assert first.status_code == 200
    assert told(first) == {"record_contact": "done", "open_complaint": "failed", "link_contact": "not_tried"}
    resume = first.json()["resume"]
    assert (resume["idempotency_key"], resume["missing"]) == ("k1", ["open_complaint", "link_contact"])
    complaint.answers["/v1/complaints"] = keyed({}, matter_id=MATTER, number="TS261122-1")
    second = await send(house, "k1", {"complaint": CASE})
    assert (second.status_code, second.json()["is_complete"], second.json()["resume"]) == (201, True, None)
    assert told(second) == {"record_contact": "replayed", "open_complaint": "done", "link_contact": "done"}
    assert second.json()["steps"][1]["number"] == "TS261122-1"
    sent = orjson.loads(next(seen for seen in reversed(complaint.seen) if seen.method == "POST").body)
    assert (sent["channel"], sent["customer_id"], sent["category"]) == ("hotline", CUSTOMER, "gas_supply")
    third = await send(house, "k1", {"complaint": CASE})
    assert (told(third)["record_contact"], told(third)["open_complaint"]) == ("replayed", "replayed")


async def test_step_that_was_refused_is_corrected_under_the_same_key(house: House) -> None:
    lay(house)
    complaint = house.services["complaint"].answers
    complaint["/v1/complaints"] = refusal("validation_failed")
    first = await send(house, "k2", {"complaint": CASE})
    assert told(first)["open_complaint"] == "refused"
    assert first.json()["steps"][1]["problem"]["code"] == "validation_failed"
    complaint["/v1/complaints"] = keyed({}, matter_id=MATTER)
    second = await send(house, "k2", {"complaint": {**CASE, "summary": "停气已三天"}})
    assert told(second) == {"record_contact": "replayed", "open_complaint": "done", "link_contact": "done"}


async def test_key_stands_for_one_kind_of_second_step(house: House) -> None:
    lay(house)
    house.services["complaint"].answers["/v1/complaints"] = keyed({}, matter_id=MATTER)
    assert (await send(house, "k3", {"complaint": CASE})).status_code == 201
    order = {"work": "repair", "summary": "灶具打不着火"}
    for other in ({"order": order}, {}):
        answer = await send(house, "k3", other)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert not [seen for seen in house.services["customer"].seen if seen.target == "/v1/orders"]
    both = await send(house, "k4", {"complaint": CASE, "order": order})
    assert (both.status_code, both.json()["code"]) == (422, "validation_failed")


async def test_no_answer_is_not_called_a_failure_and_no_record_means_no_case(house: House) -> None:
    lay(house)
    complaint = house.services["complaint"]
    complaint.answers["/v1/complaints"] = Reply(b'{"id": ', 201)
    assert told(await send(house, "k5", {"complaint": CASE}))["open_complaint"] == "unknown"
    await complaint.stop()
    assert told(await send(house, "k6", {"complaint": CASE}))["open_complaint"] == "failed"
    await complaint.start()
    complaint.seen.clear()
    house.services["customer"].answers["/v1/contacts"] = refusal("unavailable")
    answer = await send(house, "k7", {"complaint": CASE})
    assert told(answer) == {"record_contact": "failed", "open_complaint": "not_tried", "link_contact": "not_tried"}
    assert not [seen for seen in complaint.seen if seen.method == "POST"]


async def test_case_that_may_have_been_opened_before_the_service_went_is_not_called_undone(house: House) -> None:
    lay(house)
    complaint = house.services["complaint"]
    await complaint.stop()
    gone = asyncio.Event()

    async def take_it_and_go(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"POST"):
            server.close()  # from now on connections are refused
            gone.set()
        writer.transport.abort()

    server = await asyncio.start_server(take_it_and_go, sock=bound(complaint.port))
    answer = await send(house, "k8", {"phone": None, "complaint": CASE})
    assert gone.is_set()
    assert told(answer)["open_complaint"] == "unknown"
