"""Going off shift through the gateway: each step tells how it ended, and the same again repeats none."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import orjson

from tests.gateway.conftest import House, Person
from tests.gateway.desk.test_queue import START, entry, keep_list
from tests.gateway.standin import JSON, Reply, Seen, refusal

PATH = "/v1/shift-hand-overs"
NOTE: dict[str, Any] = {"note": "锦绣家园停气", "shift": "早班", "matters": [{"kind": "complaint", "id": str(uuid4())}]}


class Customers:
    """Keeps one hand-over as the customer service does: a key acts once, another content under it is refused."""

    def __init__(self, house: House) -> None:
        self.row: dict[str, Any] = {"id": str(uuid4()), "state": "handed", "version": 1, "open_work": []}
        self.keys: dict[str, bytes] = {}
        self.effects: list[str] = []
        answers = house.services["customer"].answers
        answers[PATH] = self.create
        answers[f"{PATH}/{self.row['id']}/open-work"] = self.attach

    async def create(self, seen: Seen) -> Reply:
        return self._once(seen, "create", 201)

    async def attach(self, seen: Seen) -> Reply:
        assert seen.values("if-match") == [f'"{self.row["version"]}"'] or self._key(seen) in self.keys
        return self._once(seen, "attach", 200)

    def _once(self, seen: Seen, effect: str, status: int) -> Reply:
        body = orjson.loads(seen.body)
        known = self.keys.get(self._key(seen))
        if known is not None:
            assert known == seen.body, "another content under the same key"
            return Reply(self.row, status, [*JSON, (b"idempotency-replayed", b"true")])
        self.keys[self._key(seen)] = seen.body
        self.effects.append(effect)
        if effect == "attach":
            self.row |= body | {"version": self.row["version"] + 1}
        return Reply(self.row, status)

    @staticmethod
    def _key(seen: Seen) -> str:
        return seen.values("idempotency-key")[0]


def furnish(house: House, person: Person) -> list[str]:
    """Open work of the person in each service, and a little that is somebody else's."""
    own = []
    for number, service in enumerate(house.services):
        mine = [entry(START + timedelta(minutes=5 * n + number)) for n in range(3)]
        for one in mine:
            one["owner_id"] = str(person.staff_id)
        own += [one["id"] for one in mine]
        keep_list(house, service, [*mine, entry(START)])
    return own


async def leave(house: House, person: Person, key: str = "shift-1", **more: Any) -> httpx.Response:
    headers = {**person.headers, "Idempotency-Key": key}
    return await house.client.post("/v1/desk/shift-hand-overs", json=NOTE | more, headers=headers)


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(step["name"], step["status"]) for step in answer.json()["steps"]]


async def test_open_work_of_all_services_is_gathered_and_the_same_again_repeats_nothing(house: House) -> None:
    person = house.person("agent")
    own, customers = furnish(house, person), Customers(house)
    answer = await leave(house, person)
    assert answer.status_code == 201, answer.text
    assert told(answer) == [("hand_over", "done"), ("gather_open_work", "done"), ("attach_open_work", "done")]
    made = answer.json()
    assert answer.headers["location"] == f"{PATH}/{customers.row['id']}"
    assert sorted(one["id"] for one in made["hand_over"]["open_work"]) == sorted(own)
    assert {one["service"] for one in made["hand_over"]["open_work"]} == set(house.services)
    for service in house.services.values():
        (asked,) = {one.target for one in service.seen if one.target.startswith("/v1/work")}
        assert parse_qs(urlsplit(asked).query)["queue"] == ["mine"]
    again = await leave(house, person)
    assert told(again) == [("hand_over", "replayed"), ("gather_open_work", "done"), ("attach_open_work", "replayed")]
    assert again.headers["idempotency-replayed"] == "true"
    assert customers.effects == ["create", "attach"]


async def test_what_a_service_kept_back_is_named_and_comes_with_the_same_key(house: House) -> None:
    person = house.person("agent")
    own, customers = furnish(house, person), Customers(house)
    callback = house.services["callback"].answers
    working, callback["/v1/work"] = callback["/v1/work"], refusal("unavailable")
    first = await leave(house, person)
    assert told(first) == [("hand_over", "done"), ("gather_open_work", "failed"), ("attach_open_work", "done")]
    assert (first.status_code, first.json()["missing_services"]) == (201, ["callback"])
    assert first.json()["steps"][1]["problem"]["code"] == "unavailable"
    assert customers.row["missing_services"] == ["callback"]
    assert len(customers.row["open_work"]) == len(own) - 3
    callback["/v1/work"] = working
    second = await leave(house, person)
    assert told(second) == [("hand_over", "replayed"), ("gather_open_work", "done"), ("attach_open_work", "done")]
    assert (len(customers.row["open_work"]), customers.row["missing_services"]) == (len(own), [])
    assert customers.effects == ["create", "attach", "attach"]


async def test_second_step_that_fails_says_so_and_the_note_stands(house: House) -> None:
    person = house.person("agent")
    furnish(house, person)
    customers = Customers(house)
    house.services["customer"].answers[f"{PATH}/{customers.row['id']}/open-work"] = refusal("internal_error")
    answer = await leave(house, person)
    assert answer.status_code == 201
    assert told(answer) == [("hand_over", "done"), ("gather_open_work", "done"), ("attach_open_work", "failed")]
    assert answer.json()["steps"][2]["problem"]["code"] == "internal_error"
    assert answer.json()["hand_over"]["open_work"] == []
    await house.services["customer"].stop()
    away = await leave(house, person, key="shift-2")
    assert (away.status_code, told(away), away.json()["hand_over"]) == (200, [("hand_over", "failed")], None)
    assert away.json()["steps"][0]["problem"]["code"] == "upstream_unavailable"


async def test_a_note_that_is_refused_is_refused_as_the_service_says(house: House) -> None:
    person = house.person("agent")
    house.services["customer"].answers[PATH] = refusal("permission_denied")
    answer = await leave(house, person)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    without = await house.client.post("/v1/desk/shift-hand-overs", json=NOTE, headers=person.headers)
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_missing")
    denied = await leave(house, house.person("auditor"))
    assert (denied.status_code, denied.json()["code"]) == (403, "permission_denied")


async def test_a_note_alone_gathers_nothing(house: House) -> None:
    person, customers = house.person("agent"), Customers(house)
    answer = await leave(house, person, gathers_open_work=False)
    assert (answer.status_code, told(answer)) == (201, [("hand_over", "done")])
    assert customers.effects == ["create"]


async def test_current_ones_are_parts_of_their_own(house: House) -> None:
    person = house.person("leader")

    async def listed(seen: Seen) -> Reply:
        return Reply({"items": [{"asked": parse_qs(urlsplit(seen.target).query)}], "next_cursor": None})

    house.services["customer"].answers[PATH] = listed
    parts = (await house.get(person, "/v1/desk/shift-hand-overs")).json()
    asked = {name: part["data"]["items"][0]["asked"] for name, part in parts.items()}
    assert asked["waiting"]["state"] == ["handed"]
    assert asked["taken_over"]["taken_over_by"] == [str(person.staff_id)]
    house.services["customer"].answers[PATH] = refusal("unavailable")
    parts = (await house.get(person, "/v1/desk/shift-hand-overs")).json()
    assert {part["status"] for part in parts.values()} == {"stale"}
