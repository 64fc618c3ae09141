"""The merged view, the look-up and the hotline's composite write."""

import asyncio
import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from tests.gateway.conftest import House, Opening
from tests.gateway.standin import JSON, Reply, Seen, broken_server, refusal

CUSTOMER = "0199c0de-0000-7000-8000-000000000001"
PATH = f"/v1/desk/customers/{CUSTOMER}"
OF_CUSTOMER = {
    *("customer", "tier", "promises", "team", "contacts", "orders", "hazards", "supply"),
    *("vulnerable_persons", "service_plans"),
}
OF_COMPLAINT = {"complaints", "authorities", "case_promises"}
OF_CALLBACK = {"callbacks", "greetings", "entitlements"}
PARTS = OF_CUSTOMER | OF_COMPLAINT | OF_CALLBACK | {"notices", "staff"}
NOW = "2026-11-22T02:00:00+00:00"
"""What the services' clocks say; the gateway's own says something else."""
MANAGER = "0199c0de-0000-7000-8000-0000000000aa"


def said(body: Any) -> Reply:
    """An answer with the service's own time, as every service gives it."""
    return Reply(body, 200, [*JSON, (b"x-gasdesk-now", NOW.encode())])


def furnish(house: House, customer_id: str = CUSTOMER) -> None:
    customer, empty = house.services["customer"].answers, said({"items": [], "next_cursor": None})
    customer[f"/v1/customers/{customer_id}"] = said({"id": customer_id, "name": "张*", "version": 3})
    customer[f"/v1/customers/{customer_id}/tier"] = said({"tier": "vip1"})
    customer[f"/v1/customers/{customer_id}/promises"] = said({"items": [{"work": "repair", "metric": "arrival"}]})
    customer[f"/v1/customers/{customer_id}/service-team"] = said({"places": [{"people": [{"staff_id": MANAGER}]}]})
    customer["/v1/contacts"] = said({"items": [{"id": "c1"}], "next_cursor": None})
    orders = [
        {"id": "o1", "state": "closed", "due_at": None},
        {"id": "o2", "state": "dispatched", "due_at": None},
        {"id": "o3", "state": "requested", "due_at": "2026-11-22T09:00:00+08:00"},
        {"id": "o4", "state": "requested", "due_at": "2026-11-22T02:30:00Z"},
    ]
    customer["/v1/orders"] = said({"items": orders, "next_cursor": None})
    off = [{"id": "s1", "state": "restored"}, {"id": "s2", "state": "started", "expected_until": None}]
    customer["/v1/supply-interruptions"] = said({"items": off, "next_cursor": "more"})
    for path in ("/v1/hazards", "/v1/vulnerable-persons", "/v1/service-plans"):
        customer[path] = empty
    clocks = [
        {"state": "met", "stopped_at": NOW, "deadline_at": "2026-11-22T01:00:00Z"},
        {"state": "running", "stopped_at": None, "deadline_at": "2026-11-22T05:00:00Z"},
        {"state": "paused", "stopped_at": None, "deadline_at": "2026-11-22T02:10:00Z"},
    ]
    cases = [{"id": "t1", "state": "received", "clocks": clocks}, {"id": "t2", "state": "closed"}]
    complaint = house.services["complaint"].answers
    complaint["/v1/complaints"] = said({"items": cases, "next_cursor": None})
    items = [{"code": "a1", "may_decide": True}, {"code": "a2", "may_decide": False}]
    complaint["/v1/complaints/promises"] = said({"tier": "vip1", "items": []})
    complaint["/v1/authorities"] = said({"version": "1", "items": items})
    callback = house.services["callback"].answers
    mine = [{"id": "k1", "state": "waiting", "latest_at": "2026-11-22T03:00:00Z"}, {"id": "k2", "state": "done"}]
    callback["/v1/callbacks"] = said({"items": mine, "next_cursor": None})
    callback["/v1/greetings"] = empty
    callback["/v1/entitlements"] = said({"items": []})
    house.services["inspection"].answers["/v1/notices"] = empty
    house.services["incentive"].answers["/v1/staff"] = said({"items": [{"id": MANAGER, "name": "李经理"}]})


async def test_view_puts_all_parts_together_with_the_callers_own_token(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    answer = await house.get(person, PATH)
    body = answer.json()
    assert (answer.status_code, body["is_complete"], set(body["parts"])) == (200, True, PARTS)
    assert all(part["status"] == "ok" and part["problem"] is None for part in body["parts"].values())
    data = {name: part["data"] for name, part in body["parts"].items()}
    assert data["customer"]["name"] == "张*"
    assert [case["id"] for case in data["complaints"]["items"]] == ["t1"]
    assert [entry["id"] for entry in data["callbacks"]["items"]] == ["k1"]
    assert ([one["code"] for one in data["authorities"]["items"]], data["authorities"]["others"]) == (["a1"], 1)
    assert ([one["id"] for one in data["supply"]["items"]], data["supply"]["is_complete"]) == (["s2"], False)
    for service in house.services.values():
        for seen in service.seen:
            assert seen.values("authorization") == [f"Bearer {person.token}"]
            assert 0 < int(seen.values("x-deadline-ms")[0]) < 1000


async def test_time_left_is_reckoned_by_the_clock_of_the_service(house: House) -> None:
    furnish(house)
    parts = (await house.get(house.person("agent"), PATH)).json()["parts"]
    assert {datetime.fromisoformat(part["as_of"]) for part in parts.values()} == {datetime.fromisoformat(NOW)}
    orders = parts["orders"]["data"]["items"]
    assert [(one["id"], one["time_left_seconds"]) for one in orders] == [("o3", -3600), ("o4", 1800), ("o2", None)]
    (case,) = parts["complaints"]["data"]["items"]
    assert (case["due_at"], case["time_left_seconds"]) == ("2026-11-22T05:00:00Z", 3 * 3600)
    assert parts["callbacks"]["data"]["items"][0]["time_left_seconds"] == 3600


async def test_staff_of_team_and_cases_are_named_and_say_if_somebody_is_missing(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    staff = (await house.get(person, PATH)).json()["parts"]["staff"]
    assert (staff["data"]["items"][0]["name"], staff["data"]["is_complete"]) == ("李经理", True)
    asked = next(seen for seen in house.services["incentive"].seen if seen.target.startswith("/v1/staff?"))
    assert f"ids={MANAGER}" in asked.target
    assert f"ids={person.staff_id}" in asked.target
    house.services["complaint"].delay = 5.0
    staff = (await house.get(person, PATH)).json()["parts"]["staff"]
    assert (staff["status"], staff["data"]["is_complete"]) == ("ok", False)


async def test_every_kind_of_failure_is_told_in_its_part_within_the_deadline(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    house.services["complaint"].delay = 5.0
    house.services["callback"].answers["/v1/callbacks"] = refusal("permission_denied")
    house.services["customer"].answers["/v1/contacts"] = Reply(b"<html>", 200, [(b"content-type", b"text/html")])
    house.services["customer"].answers[f"/v1/customers/{CUSTOMER}/tier"] = Reply(b'{"tier": ')
    inspection = house.services["inspection"]
    await inspection.stop()
    began = time.perf_counter()
    answer = await house.get(person, PATH)
    assert time.perf_counter() - began < 1.5 + 0.25
    parts = answer.json()["parts"]
    assert {name: part["problem"]["code"] for name, part in parts.items() if part["problem"]} == {
        "complaints": "upstream_timeout",
        "authorities": "upstream_timeout",
        "case_promises": "upstream_timeout",
        "callbacks": "permission_denied",
        "contacts": "upstream_failed",
        "tier": "upstream_failed",
        "notices": "upstream_unavailable",
    }
    for part in parts.values():
        assert part["status"] == ("unavailable" if part["problem"] else "ok")
        assert (part["data"] is None) is (part["problem"] is not None)


async def test_answer_of_another_shape_does_not_pass_for_an_empty_part(house: House) -> None:
    furnish(house)
    customer, complaint = house.services["customer"].answers, house.services["complaint"].answers
    customer["/v1/orders"] = Reply({})
    customer["/v1/hazards"] = Reply({"items": None})
    customer["/v1/contacts"] = Reply({"items": ["c1"]})
    customer[f"/v1/customers/{CUSTOMER}/tier"] = Reply({"hello": "world"})
    complaint["/v1/complaints"] = said({"items": [{"clocks": [{"state": "running", "deadline_at": "soon"}]}]})
    house.services["incentive"].answers["/v1/staff"] = Reply({"items": 3})
    parts = (await house.get(house.person("agent"), PATH)).json()["parts"]
    bad = {"orders", "hazards", "contacts", "tier", "complaints", "staff"}
    assert {name for name, part in parts.items() if part["status"] != "ok"} == bad
    assert {parts[name]["problem"]["code"] for name in bad} == {"upstream_failed"}
    customer["/v1/customers"] = Reply({"items": [{}]})
    answer = await house.get(house.person("agent"), "/v1/desk/lookup", phone="1", name="ab")
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_failed")


async def test_part_that_is_not_for_the_reader_leaves_the_view_complete(house: House) -> None:
    furnish(house)
    house.services["callback"].answers["/v1/greetings"] = refusal("permission_denied")
    body = (await house.get(house.person("agent"), PATH)).json()
    part = body["parts"]["greetings"]
    assert (body["is_complete"], part["status"], part["problem"]["code"]) == (True, "unavailable", "permission_denied")


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
    body = answer.json()
    assert [(one["id"], one["matched_ways"]) for one in body["items"]] == [("b", ["q"]), ("a", ["q"])]
    assert (body["next_cursor"], body["is_complete"], body["unanswered"]) == ("n", False, [])
    assert answer.headers["cache-control"] == "no-store"
    assert house.services["customer"].seen[-1].target == "/v1/customers?q=%E5%B7%A2%E6%B9%96%E8%B7%AF&limit=20"
    for query in ({}, {"q": "ab", "phone": "1", "cursor": "n"}):
        assert (await house.get(person, "/v1/desk/lookup", **query)).status_code == 400
    house.services["customer"].answers["/v1/customers"] = refusal("validation_failed")
    refused = await house.get(person, "/v1/desk/lookup", q="a")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    await house.services["customer"].stop()
    assert (await house.get(person, "/v1/desk/lookup", q="ab")).json()["code"] == "upstream_unavailable"


async def test_who_fits_more_ways_comes_first_and_a_way_that_was_refused_is_told(house: House) -> None:
    known = {"phone": ["a", "b"], "q": ["c", "b", "d"], "meter": ["d"]}

    async def registry(seen: Seen) -> Reply:
        (way, _), *_ = parse_qsl(seen.target.partition("?")[2])
        if way == "number":
            return refusal("validation_failed")
        return said({"items": [{"id": one, "rank": 0} for one in known[way]], "next_cursor": None})

    house.services["customer"].answers["/v1/customers"] = registry
    asked = {"phone": "1", "name": "张三", "meter": "M1", "number": "?"}
    body = (await house.get(house.person("agent"), "/v1/desk/lookup", **asked)).json()
    assert [(one["id"], one["matched_ways"]) for one in body["items"]] == [
        ("d", ["meter", "name"]),
        ("b", ["phone", "name"]),
        ("a", ["phone"]),
        ("c", ["name"]),
    ]
    assert [(one["way"], one["problem"]["code"]) for one in body["unanswered"]] == [("number", "validation_failed")]
    assert body["is_complete"] is True
    few = (await house.get(house.person("agent"), "/v1/desk/lookup", **asked, limit=2)).json()
    assert ([one["id"] for one in few["items"]], few["is_complete"]) == (["d", "b"], False)


async def test_answers_that_hold_more_of_the_words_come_first(house: House) -> None:
    known = {"燃气": ["x", "y"], "费用": ["y"]}

    async def search(seen: Seen) -> Reply:
        query = dict(parse_qsl(seen.target.partition("?")[2]))
        assert (query["is_in_force"], query["topic"]) == ("true", "billing")
        return said({"items": [{"id": one} for one in known[query["q"]]], "next_cursor": None})

    house.services["customer"].answers["/v1/standard-answers"] = search
    person = house.person("agent")
    body = (await house.get(person, "/v1/desk/answers", q="燃气 费用", topic="billing")).json()
    assert [(one["id"], one["matched_words"]) for one in body["items"]] == [("y", ["燃气", "费用"]), ("x", ["燃气"])]
    assert (await house.get(person, "/v1/desk/answers", q="a b c d e f")).status_code == 400


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
