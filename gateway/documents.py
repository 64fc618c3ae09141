"""`/openapi.json`: the services' documents, handed in or read from them at first use, merged and kept."""

import asyncio
import time
from collections.abc import Callable, Mapping

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.openapi import Document, merge
from gateway.proxy import rules
from gateway.upstream import Upstream, UpstreamError

log = structlog.get_logger(__name__)

Documents = Callable[[], Mapping[str, Document]]
_KEPT = 600.0
_RETRY = 10.0
_SECONDS = 5.0
_MISSING = "x-missing-services"


class Descriptions:
    """The merged document, made anew every ten minutes; sooner where a service's was missing."""

    def __init__(
        self, own: Callable[[], Document], upstreams: Mapping[str, Upstream], documents: Documents | None = None
    ) -> None:
        """`documents` answers the services' documents by name where the composition root has them."""
        self._own = own
        self._upstreams = upstreams
        self._given = documents
        self._read: dict[str, Document] = {}
        self._body = b""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def answer(self, _: Request) -> Response:
        """The document as it is served."""
        async with self._lock:
            if time.monotonic() >= self._until:
                await self._make()
        return Response(self._body, media_type="application/json", headers={"Cache-Control": "public, max-age=60"})

    async def _make(self) -> None:
        documents = self._given() if self._given is not None else await self._fetched()
        merged = await asyncio.to_thread(merge, documents, self._own())
        missing = [service for service in rules.PREFIXES if service not in documents]
        if missing:
            merged[_MISSING] = missing
        self._body = orjson.dumps(merged)
        self._until = time.monotonic() + (_RETRY if missing else _KEPT)

    async def _fetched(self) -> Mapping[str, Document]:
        names = list(self._upstreams)
        found = await asyncio.gather(*(self._fetch(self._upstreams[name]) for name in names))
        self._read |= {name: document for name, document in zip(names, found, strict=True) if document is not None}
        return self._read

    async def _fetch(self, upstream: Upstream) -> Document | None:
        headers = [("accept", "application/json")]
        try:
            async with upstream.call("GET", "/openapi.json", headers=headers, seconds=_SECONDS) as exchange:
                if exchange.answer.status != 200:
                    return None
                document = orjson.loads(await exchange.answer.read())
                return document if isinstance(document, dict) and "paths" in document else None
        except (UpstreamError, orjson.JSONDecodeError) as error:
            log.warning("openapi.missing", upstream=upstream.name, reason=type(error).__name__)
            return None
