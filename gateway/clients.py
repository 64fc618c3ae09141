"""What the gateway asks of each service, one typed client per service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson

from gateway.errands import Errand
from gateway.upstream import Upstream, UpstreamError
from shared.http.instant import HEADER as NOW_HEADER

OWN_SECONDS = 1.0
"""What a call for one part of an answer may take by itself."""
WRITE_SECONDS = 2.5
"""What one step of a composite write may take: longer than the statement timeout of the hot doors."""
_BODY_LIMIT = 8 * 1024 * 1024

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer: a resource, or a problem where `status` is 400 and above."""

    status: int
    body: Json
    is_replayed: bool = False
    as_of: datetime | None = None
    """The service's own time when it answered."""

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
            answer = exchange.answer
            return Answer(answer.status, await self._json(answer), as_of=_said_at(answer))

    async def post(
        self, errand: Errand, path: str, body: Json, *, key: str, own: float = OWN_SECONDS, version: int | None = None
    ) -> Answer:
        """Write under an Idempotency-Key, on a version where one is given; `own` in seconds.  Raises: UpstreamError."""
        on_version = () if version is None else (("if-match", f'"{version}"'),)
        return await self._write(errand, "POST", path, body, (("idempotency-key", key), *on_version), own)

    async def patch(self, errand: Errand, path: str, body: Json, *, version: int, own: float = OWN_SECONDS) -> Answer:
        """Change a version of a resource; `own` in seconds.  Raises: UpstreamError."""
        return await self._write(errand, "PATCH", path, body, (("if-match", f'"{version}"'),), own)

    async def _write(
        self, errand: Errand, method: str, path: str, body: Json, conditions: Sequence[tuple[str, str]], own: float
    ) -> Answer:
        seconds = errand.deadline.allows(own)
        headers = [*errand.headers(seconds), ("content-type", "application/json"), *conditions]
        async with self.upstream.call(
            method, path, headers=headers, seconds=seconds, body=orjson.dumps(body), is_repeatable=method == "POST"
        ) as exchange:
            answer = exchange.answer
            is_replayed = answer.headers.get("idempotency-replayed") == "true"
            return Answer(answer.status, await self._json(answer), is_replayed, _said_at(answer))

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


def _of(customer_id: UUID, limit: int) -> dict[str, str]:
    return {"customer_id": str(customer_id), "limit": str(limit)}


def _said_at(answer: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(answer.headers[NOW_HEADER])
    except (KeyError, ValueError):
        return None


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

    async def promises(self, errand: Errand, customer_id: UUID) -> Answer:
        """What the tier is promised for each kind of work.  Raises: UpstreamError."""
        return await self.get(errand, f"/v1/customers/{customer_id}/promises")

    async def service_team(self, errand: Errand, customer_id: UUID) -> Answer:
        """Who is responsible for a customer.  Raises: UpstreamError."""
        return await self.get(errand, f"/v1/customers/{customer_id}/service-team")

    async def contacts(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest contacts.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/contacts", _of(customer_id, limit))

    async def orders(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest orders.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/orders", _of(customer_id, limit))

    async def hazards(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """Hazards that are still there.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/hazards", _of(customer_id, limit) | {"state": "open"})

    async def supply_interruptions(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest interruptions that affect a customer.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/supply-interruptions", _of(customer_id, limit))

    async def vulnerable(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """Who needs particular care there.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/vulnerable-persons", _of(customer_id, limit))

    async def service_plans(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """Plans of service that were approved.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/service-plans", _of(customer_id, limit) | {"state": "approved"})

    async def standard_answers(self, errand: Errand, query: Mapping[str, str]) -> Answer:
        """Answers that may be given today.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/standard-answers", {**query, "is_in_force": "true"})

    async def record_contact(self, errand: Errand, body: Json, *, key: str, then: str | None = None) -> Answer:
        """Record a call; `then` names what follows from it, so that the key stands for that as well.

        Raises: UpstreamError.
        """
        path = "/v1/contacts" if then is None else f"/v1/contacts?{urlencode({'then': then})}"
        return await self.post(errand, path, body, key=key, own=WRITE_SECONDS)

    async def link_contact(self, errand: Errand, contact_id: str, matter_id: str, *, version: int) -> Answer:
        """Say which matter a contact is about.  Raises: UpstreamError."""
        path = f"/v1/contacts/{contact_id}"
        return await self.patch(errand, path, {"matter_id": matter_id}, version=version, own=WRITE_SECONDS)

    async def use_answer(self, errand: Errand, answer_id: str, contact_id: str, *, key: str) -> Answer:
        """Say that a canned answer was given in a call.  Raises: UpstreamError."""
        path, body = f"/v1/standard-answers/{answer_id}/use", {"contact_id": contact_id}
        return await self.post(errand, path, body, key=key, own=WRITE_SECONDS)

    async def create_order(self, errand: Errand, body: Json, *, key: str) -> Answer:
        """Take an order.  Raises: UpstreamError."""
        return await self.post(errand, "/v1/orders", body, key=key, own=WRITE_SECONDS)


class ComplaintClient(ServiceClient):
    """The complaint service."""

    async def cases(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """The newest cases with their clocks.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/complaints", _of(customer_id, limit))

    async def case_promises(self, errand: Errand, customer_id: UUID) -> Answer:
        """What a customer is promised when he complains.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/complaints/promises", {"customer_id": str(customer_id)})

    async def authorities(self, errand: Errand, customer_id: UUID) -> Answer:
        """The items of the matrix that a customer's tier leaves open.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/authorities", {"customer_id": str(customer_id)})

    async def open_complaint(self, errand: Errand, body: Json, *, key: str) -> Answer:
        """Open a case.  Raises: UpstreamError."""
        return await self.post(errand, "/v1/complaints", body, key=key, own=WRITE_SECONDS)


class CallbackClient(ServiceClient):
    """The callback service."""

    async def callbacks(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """Callbacks by the end of their window.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/callbacks", _of(customer_id, limit))

    async def greetings(self, errand: Errand, customer_id: UUID, *, limit: int) -> Answer:
        """Greetings that are planned.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/greetings", _of(customer_id, limit) | {"state": "planned"})

    async def entitlements(self, errand: Errand, customer_id: UUID) -> Answer:
        """Services that a customer is entitled to, and the next of each.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/entitlements", {"customer_id": str(customer_id)})


class InspectionClient(ServiceClient):
    """The inspection service."""

    async def notices(self, errand: Errand, *, limit: int) -> Answer:
        """The newest notices that the caller may see.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/notices", {"limit": str(limit)})


class IncentiveClient(ServiceClient):
    """The incentive service, which keeps the staff directory."""

    async def me(self, errand: Errand, *, own: float) -> Answer:
        """The signed-in person; `own` in seconds.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/staff/me", own=own)

    async def staff(self, errand: Errand, staff_ids: Sequence[str]) -> Answer:
        """At most 200 members of staff.  Raises: UpstreamError."""
        return await self.get(errand, "/v1/staff", [("limit", str(len(staff_ids))), *(("ids", i) for i in staff_ids)])


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
