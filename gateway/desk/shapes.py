"""Answers that parse and still are none of ours: they must not pass for an empty list."""

from collections.abc import Callable

from gateway.clients import Answer
from gateway.parts import Fetch
from gateway.upstream import UpstreamError

_MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError)


def sound(service: str, key: str, fetch: Fetch, shape: Callable[[Answer], Answer] = lambda answer: answer) -> Fetch:
    """The same fetch, which takes no answer without `key`, in `items` only objects, and gives it its `shape`.

    The fetch raises UpstreamError where that fails.
    """

    async def fetch_sound() -> Answer:
        answer = await fetch()
        if not answer.is_good:
            return answer
        try:
            _check(answer, key)
            return shape(answer)
        except _MISSHAPEN as error:
            raise UpstreamError(service, "upstream_failed", "another shape") from error

    return fetch_sound


def listed(service: str, answer: Answer) -> Answer:
    """A good answer whose items have ids, or a refusal.  Raises: UpstreamError."""
    if not answer.is_good:
        return answer
    try:
        _check(answer, "items")
        all(item["id"] for item in answer.body["items"])
    except _MISSHAPEN as error:
        raise UpstreamError(service, "upstream_failed", "another shape") from error
    return answer


def _check(answer: Answer, key: str) -> None:
    held = answer.body[key]
    if key == "items" and not (isinstance(held, list) and all(isinstance(item, dict) for item in held)):
        raise TypeError(key)
