"""The merged view, the look-up and the hotline's composite write."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import orjson

from tests.gateway.conftest import House, Opening
from tests.gateway.standin import Reply, Seen, broken_server, refusal

CUSTOMER = "0199c0de-0000-7000-8000-000000000001"
PATH = f"/v1/desk/customers/{CUSTOMER}"
PARTS = {"customer", "tier", "complaints", "contacts", "callbacks", "inspections"}


def furnish(house: House, customer_id: str = CUSTOMER) -> None:
    customer, work = house.services["customer"].answers, Reply({"items": [], "next_cursor": None})
    customer[f"/v1/customers/{customer_id}"] = Reply({"id": customer_id, "name": "张*", "version": 3})
    customer[f"/v1/customers/{customer_id}/tier"] = Reply({"tier": "vip1"})
    customer["/v1/contacts"] = Reply({"items": [{"id": "c1"}], "next_cursor": None})
    cases = [{"id": "t1", "state": "received", "clocks": [{"metric": "response"}]}, {"id": "t2", "state": "closed"}]
    house.services["complaint"].answers["/v1/complaints"] = Reply({"items": cases, "next_cursor": None})
    mine = [{"id": "k1", "customer_id": customer_id}, {"id": "k2", "customer_id": str(uuid4())}]
    house.services["callback"].answers["/v1/work"] = Reply({"items": mine, "next_cursor": None})
    house.services["inspection"].answers["/v1/work"] = work


async def test_view_puts_all_parts_together_with_the_callers_own_token(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    answer = await house.get(person, PATH)
    body = answer.json()
    assert (answer.status_code, body["is_complete"], set(body["parts"])) == (200, True, PARTS)
    assert all(part["status"] == "ok" and part["as_of"] and part["problem"] is None for part in body["parts"].values())
    assert body["parts"]["customer"]["data"]["name"] == "张*"
    assert [case["id"] for case in body["parts"]["complaints"]["data"]["items"]] == ["t1"]
    assert [entry["id"] for entry in body["parts"]["callbacks"]["data"]["items"]] == ["k1"]
    for service in ("customer", "complaint", "callback", "inspection"):
        for seen in house.services[service].seen:
            assert seen.values("authorization") == [f"Bearer {person.token}"]
            assert 0 < int(seen.values("x-deadline-ms")[0]) < 1000


async def test_every_kind_of_failure_is_told_in_its_part_within_the_deadline(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    house.services["complaint"].delay = 5.0
    house.services["callback"].answers["/v1/work"] = refusal("permission_denied")
    house.services["customer"].answers["/v1/contacts"] = Reply(b"<html>", 200, [(b"content-type", b"text/html")])
    house.services["customer"].answers[f"/v1/customers/{CUSTOMER}/tier"] = Reply(b'{"tier": ')
    inspection = house.services["inspection"]
    await inspection.stop()
    began = time.perf_counter()
    answer = await house.get(person, PATH)
    assert time.perf_counter() - began < 1.5 + 0.25
    parts = answer.json()["parts"]
    assert {name: part["status"] for name, part in parts.items() if name != "customer"} == dict.fromkeys(
        PARTS - {"customer"}, "unavailable"
    )
    assert parts["customer"]["status"] == "ok"
    assert {name: part["problem"]["code"] for name, part in parts.items() if part["problem"]} == {
        "complaints": "upstream_timeout",
        "callbacks": "permission_denied",
        "contacts": "upstream_failed",
        "tier": "upstream_failed",
        "inspections": "upstream_unavailable",
    }
    assert all(part["data"] is None for name, part in parts.items() if name != "customer")


async def test_frozen_service_costs_one_part_and_not_the_answer(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    complaint = house.services["complaint"]
    await complaint.stop()
    async with broken_server(complaint.port, says=None):
        began = time.perf_counter()
        answer = await house.get(person, PATH)
        assert time.perf_counter() - began < 1.75
    assert answer.json()["parts"]["complaints"]["status"] == "unavailable"


async def test_part_of_the_last_minute_stands_in_but_never_for_another_person_or_customer(house: House) -> None:
    other = str(uuid4())
    furnish(house, other)
    furnish(house)
    person, stranger = house.person("agent"), house.person("agent")
    fresh = (await house.get(person, PATH)).json()["parts"]["complaints"]
    house.services["complaint"].answers["/v1/complaints"] = refusal("unavailable")
    stale = (await house.get(person, PATH)).json()
    part = stale["parts"]["complaints"]
    assert (stale["is_complete"], part["status"], part["problem"]["code"]) == (False, "stale", "unavailable")
    assert (part["as_of"], part["data"]) == (fresh["as_of"], fresh["data"])
    for asking, path in ((stranger, PATH), (person, f"/v1/desk/customers/{other}")):
        part = (await house.get(asking, path)).json()["parts"]["complaints"]
        assert (part["status"], part["data"]) == ("unavailable", None)


async def test_part_that_was_refused_is_not_served_from_memory_afterwards(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    await house.get(person, PATH)
    answers = house.services["complaint"].answers
    for reply in (refusal("permission_denied"), refusal("unavailable")):
        answers["/v1/complaints"] = reply
        assert (await house.get(person, PATH)).json()["parts"]["complaints"]["status"] == "unavailable"


async def test_unknown_customer_is_not_found_and_nothing_else_is_told(house: House) -> None:
    furnish(house)
    house.services["customer"].answers[f"/v1/customers/{CUSTOMER}"] = refusal("not_found")
    answer = await house.get(house.person("agent"), PATH)
    assert (answer.status_code, answer.json()["code"]) == (404, "customer_not_found")
    assert "t1" not in answer.text


async def test_who_may_not_look_asks_no_service(house: House) -> None:
    furnish(house)
    for path in (PATH, "/v1/desk/lookup?phone=13800138000"):
        answer = await house.client.get(path, headers=house.person("crew").headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert (await house.client.get(PATH)).status_code == 401
    assert house.services["customer"].seen == []


async def test_look_up_passes_one_question_on_and_keeps_the_ranking(house: House) -> None:
    cards = [{"id": "b", "rank": 0}, {"id": "a", "rank": 1}]
    house.services["customer"].answers["/v1/customers"] = Reply({"items": cards, "next_cursor": "n"})
    person = house.person("agent")
    answer = await house.get(person, "/v1/desk/lookup", q="巢湖路")
    assert answer.json() == {"items": cards, "next_cursor": "n"}
    assert answer.headers["cache-control"] == "no-store"
    assert house.services["customer"].seen[-1].target == "/v1/customers?q=%E5%B7%A2%E6%B9%96%E8%B7%AF&limit=20"
    for query in ({}, {"q": "a", "phone": "1"}):
        assert (await house.get(person, "/v1/desk/lookup", **query)).status_code == 400
    house.services["customer"].answers["/v1/customers"] = refusal("validation_failed")
    refused = await house.get(person, "/v1/desk/lookup", q="a")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    await house.services["customer"].stop()
    assert (await house.get(person, "/v1/desk/lookup", q="ab")).json()["code"] == "upstream_unavailable"


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
        return Reply({"id": contact}, 201, [(b"content-type", b"application/json"), *replayed])

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
    house.services["customer"].answers["/v1/contacts"] = Reply({"id": str(uuid4())}, 201)
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


async def test_no_answer_is_later_than_the_deadline_when_everything_hangs(open_house: Opening) -> None:
    async with open_house() as house:
        furnish(house)
        person = house.person("agent")
        await house.get(person, PATH)
        for service in house.services.values():
            service.delay = 5.0
        began = time.perf_counter()
        answers = await asyncio.gather(*(house.get(person, PATH) for _ in range(8)))
        assert time.perf_counter() - began < 1.5 + 0.5
        for answer in answers:
            assert {part["status"] for part in answer.json()["parts"].values()} == {"stale"}
