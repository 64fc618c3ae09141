"""Answers made of several services' parts: each says whether it is ok, stale or unavailable; none is silently empty."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from cachetools import LRUCache

from gateway.clients import Answer
from gateway.upstream import UpstreamError
from shared.http.base_model import ApiModel
from shared.http.problems import PLATFORM, Problem, problem_body

KEPT = 60.0
"""Seconds that a good part may stand in for one that cannot be had."""
_BYTES = 32 * 1024 * 1024


class PartStatus(StrEnum):
    """How far a part can be relied upon."""

    OK = "ok"
    STALE = "stale"
    """From a moment ago, because its service gives none now."""
    UNAVAILABLE = "unavailable"


class Part(ApiModel):
    """One service's part of an answer."""

    status: PartStatus
    as_of: datetime | None
    """When its service said so, by the service's own clock; null where there is nothing."""
    data: dict[str, Any] | None
    """As the service answers it; null only where `problem` says why."""
    problem: Problem | None


Fetch = Callable[[], Awaitable[Answer]]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    as_of: str
    raw: bytes


class PartCache:
    """The last good parts, by person, subject and part: one person's view is never another's."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, most_bytes: int = _BYTES) -> None:
        """`now` answers seconds."""
        self._now = now
        self._kept: LRUCache[tuple[object, ...], _Kept] = LRUCache(most_bytes, getsizeof=lambda one: len(one.raw))

    def keep(self, key: tuple[object, ...], as_of: str, data: Json) -> None:
        """Remember a good part; one that is larger than the whole cache is not."""
        raw = orjson.dumps(data)
        if len(raw) < self._kept.maxsize:
            self._kept[key] = _Kept(self._now(), as_of, raw)

    def forget(self, key: tuple[object, ...]) -> None:
        """The service refused: what it said before no longer counts."""
        self._kept.pop(key, None)

    def find(self, key: tuple[object, ...]) -> tuple[str, Json] | None:
        """A part of the last minute, with the time at which it was said."""
        found = self._kept.get(key)
        if found is None or self._now() - found.at > KEPT:
            return None
        data: Json = orjson.loads(found.raw)
        return found.as_of, data


async def gather(cache: PartCache, owner: tuple[object, ...], wanted: Mapping[str, Fetch]) -> dict[str, Json]:
    """All parts at once, each as the JSON of a `Part`; `owner` is the person and the subject."""
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(_part(cache, (*owner, name), fetch)) for name, fetch in wanted.items()}
    return {name: task.result() for name, task in tasks.items()}


async def _part(cache: PartCache, key: tuple[object, ...], fetch: Fetch) -> Json:
    try:
        answer = await fetch()
    except UpstreamError as error:
        return _instead(cache, key, problem_of(error))
    if answer.is_good:
        as_of = _now() if answer.as_of is None else _written(answer.as_of)
        cache.keep(key, as_of, answer.body)
        return {"status": "ok", "as_of": as_of, "data": answer.body, "problem": None}
    if answer.status >= 500 or answer.status == 429:
        return _instead(cache, key, answer.body)
    cache.forget(key)
    return {"status": "unavailable", "as_of": None, "data": None, "problem": answer.body}


def _instead(cache: PartCache, key: tuple[object, ...], problem: Json) -> Json:
    kept = cache.find(key)
    if kept is None:
        return {"status": "unavailable", "as_of": None, "data": None, "problem": problem}
    return {"status": "stale", "as_of": kept[0], "data": kept[1], "problem": problem}


def problem_of(error: UpstreamError) -> Json:
    """The problem that a part carries when its service gave no usable answer."""
    status, title = PLATFORM[error.code]
    problem: Json = orjson.loads(problem_body(error.code, status, title, detail=_DETAIL[error.code]))
    return problem


_DETAIL = {
    "upstream_unavailable": "该服务暂时无法连接，请稍后再试",
    "upstream_failed": "该服务的应答无法识别",
    "upstream_timeout": "该服务未在时限内应答",
}


def detail_of(error: UpstreamError) -> str:
    """One Chinese sentence for people."""
    return _DETAIL[error.code]


def _now() -> str:
    return _written(datetime.now(UTC))


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
