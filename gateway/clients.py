"""What the gateway asks of each service, one typed client per service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson

from gateway.errands import Errand
from gateway.upstream import Upstream, UpstreamError

OWN_SECONDS = 1.0
"""What a call for one part of an answer may take by itself."""
_BODY_LIMIT = 8 * 1024 * 1024

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer: a resource, or a problem where `status` is 400 and above."""

    status: int
    body: Json
    is_replayed: bool = False

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status < 400


class ServiceClient:
    """What may be asked of every service."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream

    @property
    def name(self) -> str:
        """The service."""
        return self.upstream.name

    async def work(self, errand: Errand, query: Mapping[str, str]) -> Answer:
        """A page of what the caller must do.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/work", query)

    async def get(
        self,
        errand: Errand,
        path: str,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        own: float = OWN_SECONDS,
    ) -> Answer:
        """Read one resource; `own` in seconds.  Raises: UpstreamError."""
        target = f"{path}?{urlencode(query)}" if query else path
        seconds = errand.deadline.allows(own)
        headers = errand.headers(seconds)
        async with self.upstream.call("GET", target, headers=headers, seconds=seconds, is_repeatable=True) as exchange:
            return Answer(exchange.answer.status, await self._json(exchange.answer))

    async def post(
        self, errand: Errand, path: str, body: Json, *, key: str, own: float = OWN_SECONDS, version: int | None = None
    ) -> Answer:
        """Write under an Idempotency-Key, on a version where one is given; `own` in seconds.  Raises: UpstreamError."""
        seconds = errand.deadline.allows(own)
        headers = [*errand.headers(seconds), ("content-type", "application/json"), ("idempotency-key", key)]
        if version is not None:
            headers.append(("if-match", f'"{version}"'))
        async with self.upstream.call(
            "POST", path, headers=headers, seconds=seconds, body=orjson.dumps(body), is_repeatable=True
        ) as exchange:
            answer = exchange.answer
            is_replayed = answer.headers.get("idempotency-replayed") == "true"
            return Answer(answer.status, await self._json(answer), is_replayed)

    async def _json(self, answer: Any) -> Json:
        # What does not parse, or is no object, was not said by a service of ours.
        if answer.content_type not in {"application/json", "application/problem+json"}:
            raise UpstreamError(self.name, "upstream_failed", "no JSON")
        raw = await answer.content.read(_BODY_LIMIT) if answer.content_length is None else await answer.read()
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise UpstreamError(self.name, "upstream_failed", "broken JSON") from None
        if not isinstance(body, dict) or (answer.status >= 400 and "code" not in body):
            raise UpstreamError(self.name, "upstream_failed", "another shape")
        return body


class CustomerClient(ServiceClient):
    """The customer service."""

    async def find(self, errand: Errand, query: Mapping[str, str]) -> Answer:
        """Candidates, best first.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/customers", query)

    async def named(self, errand: Errand, customer_ids: Sequence[str]) -> Answer:
        """The masked cards of at most 200 customers.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/customers", [("ids", one) for one in customer_ids])

    async def customer(self, errand: Errand, customer_id: UUID) -> Answer:
        """One customer, masked.  Raises: UpstreamError."""
        return await self.get(errand, f"/v1/customers/{customer_id}")

    async def tier(self, errand: Errand, customer_id: UUID) -> Answer:
        """The tier with the rule and facts that decided.  Raises: UpstreamError."""
        return await self.get(errand, f"/v1/customers/{customer_id}/tier")

    async def contacts(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest contacts.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/contacts", {"customer_id": str(customer_id), "limit": str(limit)})

    async def record_contact(self, errand: Errand, body: Json, *, key: str) -> Answer:
        """Record a call.  Raises: UpstreamError."""
        return await self.post(errand, "/v1/contacts", body, key=key)


class ComplaintClient(ServiceClient):
    """The complaint service."""

    async def cases(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest cases with their clocks.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/complaints", {"customer_id": str(customer_id), "limit": str(limit)})


class CallbackClient(ServiceClient):
    """The callback service."""


class InspectionClient(ServiceClient):
    """The inspection service."""


class IncentiveClient(ServiceClient):
    """The incentive service, which keeps the staff directory."""

    async def me(self, errand: Errand, *, own: float) -> Answer:
        """The signed-in person; `own` in seconds.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/staff/me", own=own)


@dataclass(frozen=True, slots=True)
class Clients:
    """All five."""

    customer: CustomerClient
    complaint: ComplaintClient
    callback: CallbackClient
    inspection: InspectionClient
    incentive: IncentiveClient

    @classmethod
    def over(cls, upstreams: Mapping[str, Upstream]) -> "Clients":
        """The clients over these connections."""
        return cls(
            customer=CustomerClient(upstreams["customer"]),
            complaint=ComplaintClient(upstreams["complaint"]),
            callback=CallbackClient(upstreams["callback"]),
            inspection=InspectionClient(upstreams["inspection"]),
            incentive=IncentiveClient(upstreams["incentive"]),
        )

    @property
    def all(self) -> tuple[ServiceClient, ...]:
        """In the order of the cursor's places."""
        return (self.customer, self.complaint, self.callback, self.inspection, self.incentive)
