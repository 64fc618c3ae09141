"""Who is it?  Any of telephone, number, meter, name and address in one call; whoever fits more of it comes first."""

import asyncio
from collections.abc import Mapping
from typing import Any

from gateway.clients import Answer, Clients, Json
from gateway.desk.shapes import listed
from gateway.errands import Errand
from gateway.parts import problem_of
from gateway.upstream import UpstreamError

WAYS = {"phone": "phone", "number": "number", "meter": "meter", "name": "q", "address": "q", "q": "q"}
"""Way to the parameter by which the registry is asked; names and addresses are found by the same fragments."""
_TELLING = ("number", "meter", "phone", "name", "address", "q")
"""The most telling way first: it decides between those who fit equally many."""
MOST = 50
"""Candidates that are asked for by each way."""


async def by_phone(clients: Clients, errand: Errand, phone: str) -> Answer:
    """Who has a telephone, as the registry answers.  Raises: UpstreamError."""
    answer = await _find(clients, errand, {"phone": phone, "limit": "20"})
    if not answer.is_good:
        return answer
    body = {"items": answer.body["items"], "next_cursor": answer.body.get("next_cursor")}
    return Answer(answer.status, body, as_of=answer.as_of)


async def candidates(clients: Clients, errand: Errand, given: Mapping[str, str], *, limit: int) -> Answer:
    """Who it may be by the ways `given` (names of `WAYS`), best first.

    A way that gives nothing usable is named in `unanswered`; if that goes for all, the first one's refusal is answered.
    Raises: UpstreamError if no way was answered at all.
    """
    found = await asyncio.gather(
        *(_find(clients, errand, {WAYS[way]: said, "limit": str(MOST)}) for way, said in given.items()),
        return_exceptions=True,
    )
    answers = dict(zip(given, found, strict=True))
    good = {way: one for way, one in answers.items() if isinstance(one, Answer) and one.is_good}
    if not good:
        return _failure(list(found))
    unanswered = [{"way": way, "problem": _problem(one)} for way, one in answers.items() if way not in good]
    ranked = _ranked(good)
    is_complete = len(ranked) <= limit and all(one.body.get("next_cursor") is None for one in good.values())
    shown = {"items": ranked[:limit], "next_cursor": None, "is_complete": is_complete, "unanswered": unanswered}
    return Answer(200, shown)


async def by_one_way(clients: Clients, errand: Errand, way: str, said: str, page: Mapping[str, str]) -> Answer:
    """The same by a single way, page by page.  Raises: UpstreamError."""
    answer = await _find(clients, errand, {WAYS[way]: said, **page})
    if not answer.is_good:
        return answer
    items = [{**card, "matched_ways": [way]} for card in answer.body["items"]]
    after = answer.body.get("next_cursor")
    return Answer(200, {"items": items, "next_cursor": after, "is_complete": after is None, "unanswered": []})


async def _find(clients: Clients, errand: Errand, query: Mapping[str, str]) -> Answer:
    return listed("customer", await clients.customer.find(errand, query))


def _ranked(good: Mapping[str, Answer]) -> list[Json]:
    cards: dict[str, Json] = {}
    for way, answer in good.items():
        for place, card in enumerate(answer.body["items"]):
            known = cards.setdefault(card["id"], {**card, "matched_ways": [], "_places": []})
            known["matched_ways"].append(way)
            known["_places"].append((_TELLING.index(way), card.get("rank", 0), place))
    ranked = sorted(cards.values(), key=lambda card: (-len(card["matched_ways"]), sorted(card["_places"]), card["id"]))
    return [{name: value for name, value in card.items() if name != "_places"} for card in ranked]


def _failure(found: list[Answer | BaseException]) -> Answer:
    refused = next((one for one in found if isinstance(one, Answer)), None)
    if refused is not None:
        return refused
    raise next(one for one in found if isinstance(one, BaseException))


def _problem(outcome: Any) -> Json:
    if isinstance(outcome, Answer):
        return outcome.body
    if isinstance(outcome, UpstreamError):
        return problem_of(outcome)
    raise outcome
