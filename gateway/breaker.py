"""Keeping away from a service that is down: the breaker and the retry budget (reliability.md 2.7)."""

import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

WINDOW = 10.0
"""Seconds over which failures are counted."""
LEAST_CALLS = 20
"""Fewer calls in the window say nothing about the ratio."""
CONSECUTIVE_TIMEOUTS = 5
PROBE_INTERVAL = 1.0
"""Seconds between two probes of an open breaker."""
RETRY_SHARE = 0.1
"""Retries per request on average."""
_RETRY_RESERVE = 5.0


class Outcome(Enum):
    """How a call ended, as far as the service's health goes: every answer below 502 is a success."""

    SUCCESS = auto()
    FAILURE = auto()
    TIMEOUT = auto()
    UNKNOWN = auto()
    """The caller went away before anything could be said."""


class Permit(Enum):
    """How a call was let through."""

    NORMAL = auto()
    PROBE = auto()


class Breaker:
    """Opens at half failures of at least twenty calls in ten seconds, or at five timeouts in a row."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        """`now` answers seconds."""
        self._now = now
        self._calls: deque[tuple[float, bool]] = deque()
        self._failures = 0
        self._timeouts = 0
        self._next_probe = 0.0
        self._is_probing = False
        self.is_open = False

    def admit(self) -> Permit | None:
        """Whether a call may go out now: while open one probe a second may, and only one at a time."""
        if not self.is_open:
            return Permit.NORMAL
        now = self._now()
        if self._is_probing or now < self._next_probe:
            return None
        self._is_probing = True
        self._next_probe = now + PROBE_INTERVAL
        return Permit.PROBE

    def record(self, permit: Permit, outcome: Outcome) -> None:
        """Take note of how an admitted call ended."""
        if permit is Permit.PROBE:
            self._is_probing = False
            if outcome is Outcome.SUCCESS:
                self._close()
            return
        if self.is_open or outcome is Outcome.UNKNOWN:
            return  # it was sent before the breaker opened
        self._timeouts = self._timeouts + 1 if outcome is Outcome.TIMEOUT else 0
        self._count(is_failure=outcome is not Outcome.SUCCESS)
        if self._timeouts >= CONSECUTIVE_TIMEOUTS or self._is_failing():
            self.is_open = True
            self._next_probe = self._now() + PROBE_INTERVAL

    def _count(self, *, is_failure: bool) -> None:
        now = self._now()
        self._calls.append((now, is_failure))
        self._failures += is_failure
        while self._calls[0][0] < now - WINDOW:
            self._failures -= self._calls.popleft()[1]

    def _is_failing(self) -> bool:
        return len(self._calls) >= LEAST_CALLS and self._failures * 2 >= len(self._calls)

    def _close(self) -> None:
        self.is_open = False
        self._calls.clear()
        self._failures = self._timeouts = 0


class RetryBudget:
    """Lets retries be a tenth of the requests at most, with a small reserve for the first ones."""

    def __init__(self) -> None:
        self._tokens = _RETRY_RESERVE

    def earn(self) -> None:
        """A request came."""
        self._tokens = min(_RETRY_RESERVE, self._tokens + RETRY_SHARE)

    def spend(self) -> bool:
        """Whether a retry may be made."""
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
