"""Metrics of one process part: its own registry, and request figures labelled by route template."""

import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_HIDDEN = frozenset(("/livez", "/readyz", "/metrics"))


class Metrics:
    """One registry per application, so that several can live in one process (design.md 2)."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self._requests = self.histogram(
            "gasdesk_http_request_seconds", "Seconds from request to answer", ("method", "route", "status"), BUCKETS
        )
        self._children: dict[tuple[str, str, int], Any] = {}
        self._known: dict[str, Gauge] = {}

    def counter(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Counter:
        """A counter in this registry."""
        return Counter(name, documentation, tuple(labels), registry=self.registry)

    def gauge(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Gauge:
        """A gauge in this registry; asked again for a name, the one that is there (a worker that was restarted)."""
        if name not in self._known:
            self._known[name] = Gauge(name, documentation, tuple(labels), registry=self.registry)
        return self._known[name]

    def histogram(
        self, name: str, documentation: str, labels: Sequence[str] = (), buckets: Sequence[float] = BUCKETS
    ) -> Histogram:
        """A histogram in this registry; `buckets` in the unit that the name tells."""
        return Histogram(name, documentation, tuple(labels), registry=self.registry, buckets=tuple(buckets))

    def render(self) -> bytes:
        """The registry in Prometheus' text format."""
        return generate_latest(self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Record one answered request; unknown methods share one label, so that callers cannot make labels."""
        key = (method if method in _METHODS else "OTHER", route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(key[0], route, str(status))
        child.observe(seconds)


class MetricsMiddleware:
    """Times every request and labels it by the template of its route, never by its path."""

    def __init__(self, app: AsgiApp, *, metrics: Metrics) -> None:
        self._app = app
        self._observe = metrics.observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI door."""
        if scope["type"] != "http" or scope["path"] in _HIDDEN:
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def send_counted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            route = getattr(scope.get("route"), "path", None) or "unmatched"
            self._observe(scope["method"], route, status, time.perf_counter() - began)
