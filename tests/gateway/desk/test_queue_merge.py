"""The merge against a plain sort, and its pages while the lists change between them."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import orjson
import pytest

from tests.gateway.conftest import House, Person
from tests.gateway.desk.test_queue import START, entry, order
from tests.gateway.standin import Reply, Seen, refusal

Entry = dict[str, Any]
Lists = dict[str, list[Entry]]
SEEDS = range(12)


def serve_by_key(house: House, lists: Lists) -> None:
    """Let every stand-in page through its list by keyset, as the real `/v1/work` does, whatever becomes of the list."""
    for service, items in lists.items():

        async def work(seen: Seen, items: list[Entry] = items) -> Reply:
            query = parse_qs(urlsplit(seen.target).query)
            after = tuple(orjson.loads(query["cursor"][0])) if "cursor" in query else ("", 0, "")
            rest = sorted((one for one in items if order(one) > after), key=order)
            limit = int(query["limit"][0])
            more = len(rest) > limit
            cursor = orjson.dumps(order(rest[limit - 1])).decode() if more else None
            return Reply({"items": rest[:limit], "next_cursor": cursor})

        house.services[service].answers["/v1/work"] = work


def drawn(dice: random.Random) -> Entry:
    """An entry among few deadlines and ranks, so that many are equal; some have no limit."""
    deadline = None if dice.random() < 0.1 else START + timedelta(minutes=dice.randrange(12))
    made = entry(deadline, dice.choice([1, 2, 3, 99]))
    return made | {"clock_id": str(UUID(int=dice.getrandbits(128)))}


def drawn_lists(house: House, dice: random.Random) -> Lists:
    return {service: [drawn(dice) for _ in range(dice.choice([0, 1, 7, 30]))] for service in house.services}


async def turned(
    house: House, person: Person, limit: int, between: Callable[[list[Entry]], None] = lambda _: None, **asked: Any
) -> list[Entry]:
    """All pages to the last; `between` hears what was shown so far."""
    found: list[Entry] = []
    cursor: dict[str, str] = {}
    for _ in range(400):
        answer = await house.get(person, "/v1/work", limit=limit, **asked, **cursor)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) <= limit
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.json()["next_cursor"]}
        between(found)
    raise AssertionError("no end")


@pytest.mark.parametrize("seed", SEEDS)
async def test_pages_put_together_are_the_plain_sort_by_deadline_then_tier(house: House, seed: int) -> None:
    dice = random.Random(seed)
    lists = drawn_lists(house, dice)
    serve_by_key(house, lists)
    whole = sorted((one for items in lists.values() for one in items), key=order)
    for limit in (1 + seed % 5, 17):
        walked = await turned(house, house.person("agent"), limit)
        assert [one["clock_id"] for one in walked] == [one["clock_id"] for one in whole]
        places = [(one["deadline_at"] or "9999", one["tier_rank"]) for one in walked]
        assert places == sorted(places)


class Restless:
    """Inserts, completes and re-deadlines at random between the pages."""

    def __init__(self, lists: Lists, dice: random.Random) -> None:
        self.lists = lists
        self.dice = dice
        self.touched: set[str] = set()
        """Entries that came, went or moved: for them only "never twice at one deadline" is promised."""

    def __call__(self, shown: list[Entry]) -> None:
        if len(shown) > 400:
            return
        for items in self.lists.values():
            for _ in range(self.dice.randrange(4)):
                self._insert(items)
            if items and self.dice.random() < 0.4:
                self.touched.add(items.pop(self.dice.randrange(len(items)))["clock_id"])
            if items and self.dice.random() < 0.4:
                number = self.dice.randrange(len(items))
                moved = drawn(self.dice)
                items[number] = items[number] | {"deadline_at": moved["deadline_at"]}
                self.touched.add(items[number]["clock_id"])

    def _insert(self, items: list[Entry]) -> None:
        new = drawn(self.dice)
        if self.dice.random() < 0.5:  # before all that was shown: the page grows at its beginning
            new["deadline_at"] = (START - timedelta(minutes=self.dice.randrange(1, 500))).isoformat()
        items.append(new)
        self.touched.add(new["clock_id"])


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_comes_twice_and_nothing_unmoved_is_missed_while_the_lists_change(
    house: House, seed: int
) -> None:
    dice = random.Random(1000 + seed)
    lists = {service: [drawn(dice) for _ in range(25)] for service in house.services}
    standing = {one["clock_id"] for items in lists.values() for one in items}
    serve_by_key(house, lists)
    restless = Restless(lists, dice)
    walked = await turned(house, house.person("agent"), 4 + seed % 4, restless)
    seen = [one["clock_id"] for one in walked]
    unmoved = standing - restless.touched
    assert len(unmoved) > 20
    assert len(restless.touched) > 50
    assert sorted(one for one in seen if one in unmoved) == sorted(unmoved)
    places = [(one["clock_id"], one["deadline_at"]) for one in walked]
    assert len(places) == len(set(places))


async def test_many_that_come_in_front_do_not_bring_up_again_what_was_shown(house: House) -> None:
    lists: Lists = {service: [] for service in house.services}
    lists["complaint"] = [entry(START + timedelta(minutes=n)) for n in range(10)]
    lists["customer"] = [entry(START + timedelta(minutes=n, seconds=30)) for n in range(10)]
    old = {one["clock_id"] for items in lists.values() for one in items}
    serve_by_key(house, lists)

    def flood(shown: list[Entry]) -> None:
        if len(shown) == 5:
            lists["complaint"] += [entry(START - timedelta(hours=1, minutes=n)) for n in range(40)]

    walked = await turned(house, house.person("agent"), 5, flood)
    seen = [one["clock_id"] for one in walked]
    assert len(seen) == len(set(seen))
    assert set(seen) == old


async def test_service_away_to_the_end_keeps_the_cursor_until_it_answers(house: House) -> None:
    lists: Lists = {service: [entry(START + timedelta(minutes=n)) for n in range(3)] for service in house.services}
    serve_by_key(house, lists)
    person, inspection = house.person("agent"), house.services["inspection"].answers
    working, inspection["/v1/work"] = inspection["/v1/work"], refusal("unavailable")
    first = (await house.get(person, "/v1/desk/queue", limit=50)).json()
    assert (len(first["items"]), [one["service"] for one in first["unavailable"]]) == (12, ["inspection"])
    assert first["next_cursor"] is not None
    waiting = await house.get(person, "/v1/desk/queue", limit=50, cursor=first["next_cursor"])
    assert (waiting.status_code, waiting.json()["code"]) == (503, "upstream_unavailable")
    assert waiting.headers["retry-after"] == "1"
    inspection["/v1/work"] = working
    rest = (await house.get(person, "/v1/desk/queue", limit=50, cursor=first["next_cursor"])).json()
    assert ([one["service"] for one in rest["items"]], rest["next_cursor"]) == (["inspection"] * 3, None)


async def test_service_that_refuses_for_good_does_not_keep_the_list_open(house: House) -> None:
    lists: Lists = {service: [entry(START)] for service in house.services}
    serve_by_key(house, lists)
    house.services["incentive"].answers["/v1/work"] = refusal("permission_denied")
    page = (await house.get(house.person("agent"), "/v1/desk/queue")).json()
    assert ([one["service"] for one in page["unavailable"]], page["next_cursor"]) == (["incentive"], None)
    assert len(page["items"]) == 4


FILTERS: list[dict[str, Any]] = [
    {"kind": "order"},
    {"state": "paused"},
    {"queue": "mine"},
    {"metric": "response"},
    {"tier": "vip"},
    {"is_overdue": "true"},
    {"is_green_channel": "false"},
    {"due_before": "2026-11-23T16:00:00+08:00"},
]


async def test_filters_reach_every_service_and_bind_the_cursor(house: House) -> None:
    lists: Lists = {service: [entry(START + timedelta(minutes=n)) for n in range(6)] for service in house.services}
    serve_by_key(house, lists)
    person = house.person("agent")
    for asked in FILTERS:
        for service in house.services.values():
            service.seen.clear()
        page = (await house.get(person, "/v1/desk/queue", limit=4, **asked)).json()
        for service in house.services.values():
            (seen,) = [one for one in service.seen if one.target.startswith("/v1/work")]
            query = {name: values[0] for name, values in parse_qs(urlsplit(seen.target).query).items()}
            assert query.pop("limit") == "4"
            if "due_before" in asked:
                assert datetime.fromisoformat(query["due_before"]) == datetime.fromisoformat(asked["due_before"])
            else:
                assert query == asked
        for other in ({}, {"kind": "visit"}, asked | {"service": "customer"}):
            answer = await house.get(person, "/v1/desk/queue", limit=4, cursor=page["next_cursor"], **other)
            assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), other
        again = await house.get(person, "/v1/desk/queue", limit=4, cursor=page["next_cursor"], **asked)
        assert again.status_code == 200
    for far in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        assert (await house.get(person, "/v1/desk/queue", due_before=far)).status_code == 200
    for wrong in ({"state": "met"}, {"queue": "yours"}, {"service": "nobody"}, {"due_before": "tomorrow"}):
        assert (await house.get(person, "/v1/desk/queue", **wrong)).status_code == 422


async def test_one_service_alone_is_asked_alone(house: House) -> None:
    lists: Lists = {service: [entry(START + timedelta(minutes=n)) for n in range(6)] for service in house.services}
    serve_by_key(house, lists)
    walked = await turned(house, house.person("agent"), 4, service="callback")
    assert [one["service"] for one in walked] == ["callback"] * 6
    asked = {name for name, one in house.services.items() if any(s.target.startswith("/v1/work") for s in one.seen)}
    assert asked == {"callback"}
