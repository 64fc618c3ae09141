"""How long a part stands in for one that cannot be had."""

from datetime import UTC, datetime

from gateway.clients import Answer
from gateway.parts import KEPT, Fetch, PartCache, gather
from gateway.upstream import UpstreamError

SAID_AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OWNER = ("person", "customer")


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def fetch(answer: Answer | None) -> Fetch:
    async def fetched() -> Answer:
        if answer is None:
            raise UpstreamError("customer", "upstream_timeout")
        return answer

    return fetched


async def test_part_stands_in_for_a_minute_and_not_longer() -> None:
    watch = Watch()
    cache = PartCache(now=watch)
    good = Answer(200, {"items": [1]}, as_of=SAID_AT)
    await gather(cache, OWNER, {"orders": fetch(good)})
    for seconds, status in ((KEPT, "stale"), (KEPT + 0.1, "unavailable")):
        watch.seconds = seconds
        part = (await gather(cache, OWNER, {"orders": fetch(None)}))["orders"]
        assert (part["status"], part["problem"]["code"]) == (status, "upstream_timeout")
        kept = (SAID_AT, {"items": [1]}) if status == "stale" else (None, None)
        assert (part["as_of"] and datetime.fromisoformat(part["as_of"]), part["data"]) == kept
