"""What somebody must do over all services, merged by deadline with one cursor that holds a place per service."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from gateway.clients import Clients, Json, ServiceClient
from gateway.errands import Errand
from gateway.parts import problem_of
from gateway.upstream import UpstreamError

Key = tuple[datetime, int, str]
"""Deadline, tier rank, clock: the order in which every service answers."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_NAMES = 200
_TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
_MOST_PAGES = 5
"""Pages of one service that may hold nothing new, because much was put before what was shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one service's list stands: the cursor of its page, and the last entry that was shown.

    What was shown is kept beyond its page: entries that came in before it must not bring it up again.
    """

    cursor: str | None = ""
    """Empty at the beginning, None past the end."""
    shown: Key | None = None

    def packed(self) -> list[Any]:
        """The four values that stand in the cursor."""
        if self.shown is None:
            return [self.cursor, None, None, None]
        return [self.cursor, *self.shown]


@dataclass(slots=True)
class _Page:
    place: Place
    cursor: str | None = ""
    """Of the page that `entries` are from."""
    entries: list[tuple[Key, Json]] = field(default_factory=list)
    next_cursor: str | None = None
    problem: Json | None = None
    taken: int = 0

    @property
    def is_drained(self) -> bool:
        return self.taken == len(self.entries)

    @property
    def blocks(self) -> bool:
        """Whether what comes next from this service is not known, so that nothing later may be shown."""
        return self.problem is None and self.is_drained and self.next_cursor is not None

    @property
    def is_pending(self) -> bool:
        """Whether the service may hold more after this page; one that refuses for good does not."""
        refused = self.problem is not None and self.problem["status"] < 500 and self.problem["status"] != _TOO_MANY
        return not refused and self.rest().cursor is not None

    def rest(self) -> Place:
        """Where the next page begins."""
        if self.problem is not None:
            return self.place
        shown = self.entries[self.taken - 1][0] if self.taken else self.place.shown
        if self.is_drained:
            return Place(self.next_cursor, None if self.next_cursor is None else shown)
        return Place(self.cursor, shown)


@dataclass(frozen=True, slots=True)
class Merged:
    """One page over all services."""

    items: list[Json]
    places: list[Place] | None
    """Where the next page begins, in the order of the clients; None after the last."""
    problems: dict[str, Json]
    """Why a service gave nothing."""
    is_stuck: bool
    """Nothing could be shown, because every service that has more is away."""


def beginning(services: Sequence[str], only: str | None) -> list[Place]:
    """The places before the first page; of the services, or of one only."""
    return [Place() if only in (None, service) else Place(None) for service in services]


def unpacked(values: Sequence[Any], count: int) -> list[Place]:
    """The places that a cursor holds.  Raises: ValueError if it holds another number of them."""
    if len(values) != 4 * count:
        raise ValueError("another number of services")
    places = []
    for number in range(count):
        cursor, deadline, rank, clock = values[4 * number : 4 * number + 4]
        places.append(Place(cursor, None if clock is None else (deadline, rank, clock)))
    return places


async def merged_work(
    clients: Clients, errand: Errand, places: Sequence[Place], *, limit: int, filters: Mapping[str, str]
) -> Merged:
    """The next `limit` entries of all services, in one order.

    A service that gives none keeps its place: what it holds comes on a later page instead of being lost.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_page(client, errand, place, limit, filters))
            for client, place in zip(clients.all, places, strict=True)
        ]
    pages = [task.result() for task in tasks]
    items = _taken(pages, [client.name for client in clients.all], limit)
    problems = {
        client.name: page.problem for client, page in zip(clients.all, pages, strict=True) if page.problem is not None
    }
    has_more = any(page.is_pending for page in pages)
    asked = [page for page in pages if page.place.cursor is not None]
    is_stuck = not items and bool(asked) and all(page.problem is not None for page in asked)
    return Merged(items, [page.rest() for page in pages] if has_more else None, problems, is_stuck)


async def add_names(clients: Clients, errand: Errand, items: Sequence[Json]) -> None:
    """Give the entries the masked names of their customers, where these can be had now."""
    wanted = dict.fromkeys(item["customer_id"] for item in items if item.get("customer_id"))
    known: dict[str, Json] = {}
    if wanted:
        try:
            answer = await clients.customer.named(errand, list(wanted)[:_MOST_NAMES])
        except UpstreamError:
            pass
        else:
            if answer.is_good:
                known = {card["id"]: card for card in answer.body.get("items", [])}
    for item in items:
        card = known.get(item.get("customer_id") or "", {})
        item["customer_number"] = card.get("number")
        item["customer_name"] = card.get("name")


async def _page(client: ServiceClient, errand: Errand, place: Place, limit: int, filters: Mapping[str, str]) -> _Page:
    page = _Page(place, cursor=place.cursor, next_cursor=place.cursor)
    try:
        for _ in range(_MOST_PAGES):
            if page.next_cursor is None or page.entries or page.problem is not None:
                break
            await _turn(page, client, errand, {**filters, "limit": str(limit)})
    except UpstreamError as error:
        page.problem = problem_of(error)
    except (KeyError, TypeError, ValueError):
        page.problem = problem_of(UpstreamError(client.name, "upstream_failed"))
    return page


async def _turn(page: _Page, client: ServiceClient, errand: Errand, query: dict[str, str]) -> None:
    page.cursor = page.next_cursor
    if page.cursor:
        query["cursor"] = page.cursor
    answer = await client.work(errand, query)
    if not answer.is_good:
        page.problem = answer.body
        return
    shown = page.place.shown
    keyed = [(_key(item), item) for item in answer.body["items"]]
    page.entries = [(key, item) for key, item in keyed if shown is None or key > shown]
    page.next_cursor = answer.body["next_cursor"]


def _taken(pages: Sequence[_Page], services: Sequence[str], limit: int) -> list[Json]:
    items: list[Json] = []
    while len(items) < limit and not any(page.blocks for page in pages):
        waiting = [(page.entries[page.taken][0], number) for number, page in enumerate(pages) if not page.is_drained]
        if not waiting:
            break
        _, number = min(waiting)
        page = pages[number]
        items.append({**page.entries[page.taken][1], "service": services[number]})
        page.taken += 1
    return items


def _key(item: Json) -> Key:
    deadline = item["deadline_at"]
    at = _NEVER if deadline is None else datetime.fromisoformat(deadline).astimezone(UTC)
    return at, int(item["tier_rank"]), str(item["clock_id"])
