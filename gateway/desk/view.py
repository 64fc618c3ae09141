"""What is to be known of a customer, from all five services at once; each part says how far it can be relied upon."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from gateway.clients import Answer, Clients, Json
from gateway.desk.timing import kept_open
from gateway.errands import Errand
from gateway.parts import Fetch, PartCache, gather
from shared.access.principal import Principal
from shared.errors import NotFoundError

_CONTACTS = 10
_NOTICES = 50
_MOST = 200
_STAFF_WAITS = 0.5
"""Seconds that the names wait for the ids; what is not there by then is named next time."""
_CASE_IS_OVER = frozenset(("closed", "withdrawn", "merged"))
_ORDER_IS_OVER = frozenset(("closed", "cancelled"))
_CALLBACK_IS_OVER = frozenset(("done", "missed", "void"))
_CARE_IS_OVER = frozenset(("ended", "expired"))
_SUPPLY_IS_OVER = frozenset(("restored", "cancelled"))
_NOTICE_IS_OVER = frozenset(("draft", "closed", "cancelled"))
_REFUSED = frozenset((401, 403))


class DeskCustomerNotFoundError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_not_found"
    title = "客户不存在"


async def view(clients: Clients, cache: PartCache, errand: Errand, principal: Principal, customer_id: UUID) -> Json:
    """The JSON of a `CustomerView`.  Raises: DeskCustomerNotFoundError."""
    owner = (principal.staff_id, principal.companies, customer_id)
    parts = await gather(cache, owner, _with_names(clients, errand, principal, _fetches(clients, errand, customer_id)))
    problem = parts["customer"]["problem"]
    if problem is not None and problem["status"] == 404:
        raise DeskCustomerNotFoundError("没有这位客户，或不在可见范围内")
    is_complete = all(part["status"] == "ok" or _is_refused(part) for part in parts.values())
    return {"customer_id": str(customer_id), "is_complete": is_complete, "parts": parts}


def _fetches(clients: Clients, errand: Errand, customer_id: UUID) -> dict[str, Fetch]:
    customer, complaint, callback = clients.customer, clients.complaint, clients.callback
    here = (errand, customer_id)
    return {
        "customer": partial(customer.customer, *here),
        "tier": partial(customer.tier, *here),
        "promises": partial(customer.promises, *here),
        "team": partial(customer.service_team, *here),
        "contacts": partial(customer.contacts, *here, limit=_CONTACTS),
        "orders": _opens(partial(customer.orders, *here, limit=_MOST), _ORDER_IS_OVER, "due_at"),
        "hazards": _opens(partial(customer.hazards, *here, limit=_MOST)),
        "supply": _opens(partial(customer.supply_interruptions, *here, limit=_MOST), _SUPPLY_IS_OVER, "expected_until"),
        "vulnerable_persons": _opens(partial(customer.vulnerable_persons, *here, limit=_MOST), _CARE_IS_OVER),
        "service_plans": _opens(partial(customer.service_plans, *here, limit=_MOST)),
        "complaints": _opens(partial(complaint.cases, *here, limit=_MOST), _CASE_IS_OVER),
        "authorities": partial(_authorities, clients, *here),
        "callbacks": _opens(partial(callback.callbacks, *here, limit=_MOST), _CALLBACK_IS_OVER, "latest_at"),
        "greetings": _opens(partial(callback.greetings, *here, limit=_MOST), frozenset(), "due_at"),
        "entitlements": partial(callback.entitlements, *here),
        "notices": _opens(partial(clients.inspection.notices, errand, limit=_NOTICES), _NOTICE_IS_OVER, "deadline_at"),
    }


def _opens(fetch: Fetch, over: frozenset[str] = frozenset(), due: str | None = None) -> Fetch:
    async def fetch_open() -> Answer:
        return kept_open(await fetch(), over, due)

    return fetch_open


async def _authorities(clients: Clients, errand: Errand, customer_id: UUID) -> Answer:
    """What the signed-in person may decide here without asking; how many more go up to whom is in the matrix."""
    answer = await clients.complaint.authorities(errand, customer_id)
    if not answer.is_good:
        return answer
    items = answer.body.get("items", [])
    mine = [item for item in items if item.get("may_decide")]
    body = {**answer.body, "items": mine, "others": len(items) - len(mine)}
    return Answer(answer.status, body, as_of=answer.as_of)


def _with_names(
    clients: Clients, errand: Errand, principal: Principal, fetches: Mapping[str, Fetch]
) -> dict[str, Fetch]:
    """The same parts and `staff`: the caller, and the people whom team, orders and cases name by id."""
    found: dict[str, Answer] = {}
    waiting = {name: asyncio.Event() for name in _PEOPLE}

    def noted(name: str, fetch: Fetch) -> Fetch:
        async def fetch_noted() -> Answer:
            try:
                answer = await fetch()
                found[name] = answer
                return answer
            finally:
                waiting[name].set()

        return fetch_noted

    async def staff() -> Answer:
        arrived = [asyncio.create_task(event.wait()) for event in waiting.values()]
        _, late = await asyncio.wait(arrived, timeout=_STAFF_WAITS)
        for task in late:
            task.cancel()
        good = {name: answer.body for name, answer in found.items() if answer.is_good}
        named = (one for name, body in good.items() for one in _PEOPLE[name](body) if one)
        ids = list(dict.fromkeys((str(principal.staff_id), *named)))
        answer = await clients.incentive.staff(errand, ids[:_MOST])
        if not answer.is_good:
            return answer
        body = {"items": answer.body.get("items", []), "is_complete": len(good) == len(_PEOPLE) and len(ids) <= _MOST}
        return Answer(answer.status, body, as_of=answer.as_of)

    named = {name: noted(name, fetch) if name in waiting else fetch for name, fetch in fetches.items()}
    return {**named, "staff": staff}


def _of_team(body: Json) -> list[str]:
    people = [person for place in body.get("places", []) for person in place.get("people", [])]
    return [body.get("account_manager_id") or "", *(person.get("staff_id") or "" for person in people)]


def _of_orders(body: Json) -> list[str]:
    items = body.get("items", [])
    return [one for item in items for one in (item.get("owner_id"), *item.get("assigned_ids", [])) if one]


def _of_cases(body: Json) -> list[str]:
    items = body.get("items", [])
    return [one for item in items for one in (item.get("owner_id"), item.get("first_responsible_id")) if one]


_PEOPLE: dict[str, Callable[[Json], list[str]]] = {"team": _of_team, "orders": _of_orders, "complaints": _of_cases}


def _is_refused(part: Json) -> bool:
    problem = part["problem"]
    return part["status"] == "unavailable" and problem is not None and problem.get("status") in _REFUSED
