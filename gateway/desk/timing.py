"""Time left, reckoned by the clock of the service that answered: the gateway's own knows nothing of a moved time."""

from collections.abc import Collection
from datetime import datetime

from gateway.clients import Answer, Json

_OPEN = frozenset(("running", "breached"))


def kept_open(answer: Answer, *, over: Collection[str], due: str | None) -> Answer:
    """Those items of a list that are not over, each with `due_at` and `time_left_seconds`, the most pressing first.

    `due` names the field that says until when; without one it is the earliest clock that still runs.  Seconds of the
    day, negative when the time is over; null where nothing is due, while all clocks wait, or where the service did not
    say its time.  `is_complete` is false if there are more.
    """
    items = [_timed(item, due, answer.as_of) for item in answer.body["items"] if item.get("state") not in over]
    items.sort(key=lambda item: (item["due_at"] is None, _moment(item["due_at"])))
    body = {"items": items, "is_complete": answer.body.get("next_cursor") is None}
    return Answer(answer.status, body, as_of=answer.as_of)


def _timed(item: Json, due: str | None, as_of: datetime | None) -> Json:
    at = _pressing(item) if due is None else item.get(due)
    left = None if at is None or as_of is None else int((_instant(at) - as_of).total_seconds())
    return {**item, "due_at": at, "time_left_seconds": left}


def _pressing(item: Json) -> str | None:
    open_clocks = [
        clock["deadline_at"]
        for clock in item.get("clocks", [])
        if clock.get("state") in _OPEN and clock.get("stopped_at") is None and clock.get("deadline_at")
    ]
    return min(open_clocks, key=_instant, default=None)


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _moment(at: str | None) -> float:
    return 0.0 if at is None else _instant(at).timestamp()
