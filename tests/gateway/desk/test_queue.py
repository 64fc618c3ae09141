"""One list of what is to be done over five services, with one cursor."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from tests.gateway.conftest import House, Person
from tests.gateway.standin import Reply, Seen, refusal

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def entry(deadline: datetime | None, rank: int = 3, *, customer_id: str | None = None) -> dict[str, Any]:
    known: dict[str, Any] = dict.fromkeys(("tier", "owner_id", "team", "department"))
    said = {"id": str(uuid4()), "kind": "complaint", "title_code": "gas", "metric": "response", "state": "running"}
    place = {"deadline_at": deadline and deadline.isoformat(), "tier_rank": rank, "clock_id": str(uuid4())}
    return known | said | place | {"is_breached": False, "queue": "mine", "posts": [], "customer_id": customer_id}


def order(item: dict[str, Any]) -> tuple[Any, ...]:
    return item["deadline_at"] or "9999", item["tier_rank"], item["clock_id"]


def keep_list(house: House, service: str, items: list[dict[str, Any]]) -> None:
    """Let a stand-in page through `items` as the real `/v1/work` does, by opaque cursor."""
    items.sort(key=order)

    async def work(seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.target).query)
        start, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        after = start + limit
        return Reply({"items": items[start:after], "next_cursor": str(after) if after < len(items) else None})

    house.services[service].answers["/v1/work"] = work


def furnish(house: House, count: int = 23) -> list[dict[str, Any]]:
    everything: list[dict[str, Any]] = []
    for number, service in enumerate(house.services):
        items = [entry(START + timedelta(minutes=5 * n + number), n % 4) for n in range(count)]
        items += [entry(START, 1), entry(START, 2), entry(None)]
        keep_list(house, service, items)
        everything += items
    return sorted(everything, key=order)


async def walk(house: House, person: Person, path: str = "/v1/desk/queue", limit: int = 10) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        answer = await house.get(person, path, limit=limit, **cursor)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.json()["next_cursor"]}
    raise AssertionError("no end")


async def test_pages_of_all_services_come_in_one_order_each_entry_once(house: House) -> None:
    everything = furnish(house)
    person = house.person("agent")
    for limit in (7, 50):
        walked = await walk(house, person, limit=limit)
        assert [item["id"] for item in walked] == [item["id"] for item in everything]
    assert {item["service"] for item in walked} == set(house.services)
    assert [item["id"] for item in await walk(house, person, "/v1/work", 200)] == [item["id"] for item in everything]


async def test_entries_of_a_service_that_was_away_follow_when_it_is_back(house: House) -> None:
    everything = furnish(house, 10)
    person = house.person("agent")
    callback = house.services["callback"].answers
    working, callback["/v1/work"] = callback["/v1/work"], refusal("unavailable")
    first = (await house.get(person, "/v1/desk/queue", limit=10)).json()
    assert [one["service"] for one in first["unavailable"]] == ["callback"]
    assert first["unavailable"][0]["problem"]["code"] == "unavailable"
    assert all(item["service"] != "callback" for item in first["items"])
    callback["/v1/work"] = working
    found, cursor = list(first["items"]), first["next_cursor"]
    while cursor:
        page = (await house.get(person, "/v1/desk/queue", limit=10, cursor=cursor)).json()
        found, cursor = found + page["items"], page["next_cursor"]
    assert sorted(item["id"] for item in found) == sorted(item["id"] for item in everything)


async def test_nothing_at_all_is_a_problem_and_not_an_empty_list(house: House) -> None:
    for service in house.services.values():
        service.answers["/v1/work"] = refusal("unavailable")
    answer = await house.get(house.person("agent"), "/v1/desk/queue")
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")


async def test_customers_are_named_where_the_names_can_be_had(house: House) -> None:
    customer_id = str(UUID(int=7))
    for service in house.services:
        keep_list(house, service, [])
    keep_list(house, "complaint", [entry(START, customer_id=customer_id), entry(START)])
    card = {"id": customer_id, "number": "C-1", "name": "李*"}
    house.services["customer"].answers["/v1/customers"] = Reply({"items": [card], "next_cursor": None})
    person = house.person("agent")
    items = (await house.get(person, "/v1/desk/queue")).json()["items"]
    named = {item["customer_id"]: (item["customer_number"], item["customer_name"]) for item in items}
    assert named == {customer_id: ("C-1", "李*"), None: (None, None)}
    house.services["customer"].answers["/v1/customers"] = refusal("permission_denied")
    items = (await house.get(person, "/v1/desk/queue")).json()["items"]
    assert len(items) == 2


async def test_cursor_fits_only_its_own_list_and_cannot_be_forged(house: House) -> None:
    furnish(house)
    person = house.person("agent")
    cursor = (await house.get(person, "/v1/desk/queue", limit=5)).json()["next_cursor"]
    assert len(cursor) < 2000
    for query in ({"cursor": cursor, "tier": "vip1"}, {"cursor": cursor[:-4] + "AAAA"}, {"cursor": "zzz"}):
        answer = await house.get(person, "/v1/desk/queue", limit=5, **query)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
