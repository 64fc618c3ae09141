"""Canned answers for whoever is on the telephone: found by several words at once, whoever holds more of them first."""

import asyncio
from collections.abc import Sequence
from typing import Any

from gateway.clients import Answer, Clients, Json
from gateway.desk.shapes import listed
from gateway.errands import Errand

MOST_WORDS = 5
_MOST = 50


async def find(clients: Clients, errand: Errand, words: Sequence[str], *, topic: str | None, limit: int) -> Answer:
    """The answers in force today that hold any of the words, or all of a topic.  Raises: UpstreamError."""
    common = {"limit": str(_MOST)} | ({"topic": topic} if topic else {})
    asked = [common | {"q": word} for word in words] or [common]
    answers = await asyncio.gather(*(clients.customer.standard_answers(errand, query) for query in asked))
    found = [listed("customer", answer) for answer in answers]
    refused = next((answer for answer in found if not answer.is_good), None)
    if refused is not None:
        return refused
    items = _ranked(words, found)
    is_complete = len(items) <= limit and all(answer.body.get("next_cursor") is None for answer in found)
    return Answer(200, {"items": items[:limit], "is_complete": is_complete})


def _ranked(words: Sequence[str], found: Sequence[Answer]) -> list[Json]:
    known: dict[str, dict[str, Any]] = {}
    for number, answer in enumerate(found):
        for item in answer.body["items"]:
            held = known.setdefault(item["id"], {**item, "matched_words": []})
            held["matched_words"] += list(words[number : number + 1])
    return sorted(known.values(), key=lambda item: -len(item["matched_words"]))
