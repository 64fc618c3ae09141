"""Who is it, and what is to be known of them: look-up and the merged view."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from gateway.clients import Answer, Clients, Json, ServiceClient
from gateway.errands import Errand
from gateway.parts import PartCache, gather
from shared.access.principal import Principal
from shared.errors import NotFoundError

_CONTACTS = 10
_CASES = 200
_WORK = 200
_SETTLED = frozenset(("closed", "withdrawn"))


class DeskCustomerNotFoundError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_not_found"
    title = "客户不存在"


async def view(clients: Clients, cache: PartCache, errand: Errand, principal: Principal, customer_id: UUID) -> Json:
    """The JSON of a `CustomerView`.  Raises: DeskCustomerNotFoundError."""
    owner = (principal.staff_id, principal.companies, customer_id)
    parts = await gather(
        cache,
        owner,
        {
            "customer": partial(clients.customer.customer, errand, customer_id),
            "tier": partial(clients.customer.tier, errand, customer_id),
            "complaints": partial(_open_cases, clients, errand, customer_id),
            "contacts": partial(clients.customer.contacts, errand, customer_id, limit=_CONTACTS),
            "callbacks": partial(_work_about, clients.callback, errand, customer_id),
            "inspections": partial(_work_about, clients.inspection, errand, customer_id),
        },
    )
    refusal = parts["customer"]["problem"]
    if refusal is not None and refusal["status"] == 404:
        raise DeskCustomerNotFoundError("没有这位客户，或不在可见范围内")
    is_complete = all(part["status"] == "ok" for part in parts.values())
    return {"customer_id": str(customer_id), "is_complete": is_complete, "parts": parts}


async def candidates(clients: Clients, errand: Errand, query: Mapping[str, str]) -> Answer:
    """Who it may be, best first.  Raises: UpstreamError."""
    answer = await clients.customer.find(errand, query)
    if not answer.is_good:
        return answer
    body = answer.body
    return Answer(answer.status, {"items": body.get("items", []), "next_cursor": body.get("next_cursor")})


async def _open_cases(clients: Clients, errand: Errand, customer_id: UUID) -> Answer:
    answer = await clients.complaint.cases(errand, customer_id, limit=_CASES)
    return _kept(answer, lambda case: case.get("state") not in _SETTLED)


async def _work_about(client: ServiceClient, errand: Errand, customer_id: UUID) -> Answer:
    answer = await client.work(errand, {"customer_id": str(customer_id), "limit": str(_WORK)})
    return _kept(answer, lambda entry: entry.get("customer_id") == str(customer_id))


def _kept(answer: Answer, wanted: Any) -> Answer:
    if not answer.is_good:
        return answer
    items = [one for one in answer.body.get("items", []) if wanted(one)]
    return Answer(answer.status, {"items": items, "is_complete": answer.body.get("next_cursor") is None})
