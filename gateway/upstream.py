"""The way to one service: own connections, own breaker, bounded time, at most one retry; failures in one table."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from multidict import CIMultiDict
from prometheus_client import Counter, Gauge
from yarl import URL

from gateway.breaker import Breaker, Outcome, Permit, RetryBudget
from shared.observability.metrics import Metrics

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT = 0.2
"""Seconds."""
KEEP_ALIVE = 15.0
"""Seconds that an idle connection is kept: far below the 75 s after which the services close it."""
MARGIN = 0.05
"""Seconds of the caller's deadline that are kept for answering."""
_RETRY_PAUSE = 0.02
_LEAST_TELLING = 0.25
"""A call that was given less time than this and ran out of it says nothing about the service."""
_AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

FAILURES: tuple[tuple[type[BaseException], str, Outcome], ...] = (
    (aiohttp.ClientConnectorError, "upstream_unavailable", Outcome.FAILURE),
    (aiohttp.ConnectionTimeoutError, "upstream_unavailable", Outcome.TIMEOUT),
    (TimeoutError, "upstream_timeout", Outcome.TIMEOUT),
    (aiohttp.ClientError, "upstream_failed", Outcome.FAILURE),
    (OSError, "upstream_failed", Outcome.FAILURE),
)
"""What can happen on the way, the problem code it becomes (503, 504, 502), and what the breaker makes of it."""
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Failures before anything was sent; a busy process may also have been too late to see that it was connected."""
_UNANSWERED = (*_UNSENT, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
_AWAY = frozenset((502, 503, 504))
"""Answers that mean the service is not there; a 500 is a fault of one operation."""

Body = bytes | AsyncIterable[bytes] | None


class UpstreamError(Exception):
    """A service gave no usable answer; `code` is one of the platform's catalogue."""

    def __init__(self, service: str, code: str, reason: str = "") -> None:
        super().__init__(f"{service}: {code} {reason}".rstrip())
        self.service = service
        self.code = code


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an answer must be there, by the loop's time."""

    at: float

    @classmethod
    def after(cls, milliseconds: int) -> "Deadline":
        """Beginning now."""
        return cls(asyncio.get_running_loop().time() + milliseconds / 1000)

    @property
    def remaining(self) -> float:
        """Seconds; negative when it is over."""
        return self.at - asyncio.get_running_loop().time()

    def allows(self, own: float) -> float:
        """Seconds for a call that may take `own` by itself: never more than what remains, less the margin."""
        return min(own, self.remaining - MARGIN)


class UpstreamFigures:
    """What is counted of the calls to services."""

    def __init__(self, metrics: Metrics) -> None:
        self.calls: Counter = metrics.counter(
            "gasdesk_upstream_calls", "Calls to services by outcome", ("service", "outcome")
        )
        self.retries: Counter = metrics.counter("gasdesk_upstream_retries", "Second attempts", ("service",))
        self.open: Gauge = metrics.gauge("gasdesk_upstream_breaker_open", "1 while the breaker is open", ("service",))


class Upstream:
    """One service; start it before use, close it at the end."""

    def __init__(self, name: str, base_url: str, *, figures: UpstreamFigures, connections: int = 128) -> None:
        """At most `connections` requests are under way at one time."""
        self.name = name
        self.base_url = base_url
        self.breaker = Breaker()
        self._budget = RetryBudget()
        self._figures = figures
        self._counts = {outcome: figures.calls.labels(name, outcome.name.lower()) for outcome in Outcome}
        self._connections = connections
        self._active = 0
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the pool; nothing is connected yet."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_AUTO_HEADERS,
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def call(
        self,
        method: str,
        target: str,
        *,
        headers: Iterable[tuple[str, str]],
        seconds: float,
        body: Body = None,
        is_repeatable: bool = False,
    ) -> AsyncIterator["Exchange"]:
        """Send a request; the block has the answer's head, and `seconds` to read its body unless it lifts the limit.

        `target` is path and query as they go on the wire.  Raises: UpstreamError.
        """
        permit = self._admit(seconds)
        outcome = Outcome.UNKNOWN
        self._active += 1
        try:
            async with asyncio.timeout(seconds) as limit:
                answer = await self._send(method, target, CIMultiDict(headers), body, permit, is_repeatable)
                outcome = Outcome.FAILURE if answer.status in _AWAY else Outcome.SUCCESS
                async with answer:
                    yield Exchange(answer, limit)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            code, outcome = failure_of(error)
            if outcome is Outcome.TIMEOUT and seconds < _LEAST_TELLING:
                outcome = Outcome.UNKNOWN
            raise UpstreamError(self.name, code, type(error).__name__) from error
        finally:
            self._active -= 1
            self._record(permit, outcome)

    def _admit(self, seconds: float) -> Permit:
        if seconds <= 0:
            raise UpstreamError(self.name, "upstream_timeout", "no time left")
        if self._active >= self._connections:
            raise UpstreamError(self.name, "upstream_unavailable", "too many requests under way")
        permit = self.breaker.admit()
        if permit is None:
            self._figures.calls.labels(self.name, "shed").inc()
            raise UpstreamError(self.name, "upstream_unavailable", "breaker is open")
        return permit

    async def _send(
        self, method: str, target: str, headers: CIMultiDict[str], body: Body, permit: Permit, is_repeatable: bool
    ) -> aiohttp.ClientResponse:
        if self._session is None:
            raise RuntimeError("the upstream was not started")
        url = URL(self.base_url + target, encoded=True)
        self._budget.earn()
        try:
            return await self._session.request(method, url, headers=headers, data=body, allow_redirects=False)
        except _UNANSWERED as error:
            first = error
            # nothing was answered: a service that restarts, or a kept connection that it had just closed
            may_repeat = is_repeatable and permit is Permit.NORMAL and self._budget.spend()
            if not may_repeat:
                raise
        self._figures.retries.labels(self.name).inc()
        await asyncio.sleep(_RETRY_PAUSE)
        try:
            return await self._session.request(method, url, headers=headers, data=body, allow_redirects=False)
        except _UNSENT as second:
            # the first attempt may have had its effect: that it was never sent must not be said
            raise first from second

    def _record(self, permit: Permit, outcome: Outcome) -> None:
        was_open = self.breaker.is_open
        self.breaker.record(permit, outcome)
        self._counts[outcome].inc()
        if self.breaker.is_open != was_open:
            self._figures.open.labels(self.name).set(self.breaker.is_open)
            log.warning("upstream.breaker", upstream=self.name, is_open=self.breaker.is_open)


class Exchange:
    """An answer whose body is still to be read."""

    __slots__ = ("_limit", "answer")

    def __init__(self, answer: aiohttp.ClientResponse, limit: asyncio.Timeout) -> None:
        self.answer = answer
        self._limit = limit

    def lift_limit(self) -> None:
        """Let the body take as long as it takes: for streams."""
        self._limit.reschedule(None)


def failure_of(error: BaseException) -> tuple[str, Outcome]:
    """The problem code of a failed call and what it says about the service."""
    for kind, code, outcome in FAILURES:
        if isinstance(error, kind):
            return code, outcome
    return "upstream_failed", Outcome.FAILURE


def repeatable(method: str, *, has_key: bool) -> bool:
    """Whether sending a request twice has the effect of sending it once."""
    return has_key or method in {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
