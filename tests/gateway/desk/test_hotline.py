"""The hotline's composite write: what each step says, and how it is resumed."""

from typing import Any
from uuid import uuid4

import orjson

from tests.gateway.conftest import House
from tests.gateway.desk.test_desk import CUSTOMER, furnish
from tests.gateway.standin import Reply, Seen, refusal

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
