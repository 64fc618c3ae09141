"""What is to be known of a customer, from all five services at once; each part says how far it can be relied upon."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from uuid import UUID

from gateway.clients import Answer, Clients, Json
from gateway.desk.shapes import sound
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
    of_customer = {
        "customer": ("id", partial(customer.customer, *here), _whole),
        "tier": ("tier", partial(customer.tier, *here), _whole),
        "promises": ("items", partial(customer.promises, *here), _whole),
        "team": ("places", partial(customer.service_team, *here), _whole),
        "contacts": ("items", partial(customer.contacts, *here, limit=_CONTACTS), _whole),
        "orders": ("items", partial(customer.orders, *here, limit=_MOST), _opens(_ORDER_IS_OVER, "due_at")),
        "hazards": ("items", partial(customer.hazards, *here, limit=_MOST), _opens()),
        "supply": (
            "items",
            partial(customer.supply_interruptions, *here, limit=_MOST),
            _opens(_SUPPLY_IS_OVER, "expected_until"),
        ),
        "vulnerable_persons": (
            "items",
            partial(customer.vulnerable, *here, limit=_MOST),
            _opens(_CARE_IS_OVER),
        ),
        "service_plans": ("items", partial(customer.service_plans, *here, limit=_MOST), _opens()),
    }
    of_complaint = {
        "complaints": ("items", partial(complaint.cases, *here, limit=_MOST), _opens(_CASE_IS_OVER)),
        "case_promises": ("items", partial(complaint.case_promises, *here), _whole),
        "authorities": ("items", partial(complaint.authorities, *here), _mine),
    }
    of_callback = {
        "callbacks": ("items", partial(callback.callbacks, *here, limit=_MOST), _opens(_CALLBACK_IS_OVER, "latest_at")),
        "greetings": ("items", partial(callback.greetings, *here, limit=_MOST), _opens(due="due_at")),
        "entitlements": ("items", partial(callback.entitlements, *here), _whole),
    }
    notices = partial(clients.inspection.notices, errand, limit=_NOTICES)
    of_inspection = {"notices": ("items", notices, _opens(_NOTICE_IS_OVER, "deadline_at"))}
    parts = {"customer": of_customer, "complaint": of_complaint, "callback": of_callback, "inspection": of_inspection}
    return {
        name: sound(service, key, fetch, shape)
        for service, named in parts.items()
        for name, (key, fetch, shape) in named.items()
    }


def _whole(answer: Answer) -> Answer:
    return answer


def _opens(over: frozenset[str] = frozenset(), due: str | None = None) -> Callable[[Answer], Answer]:
    return partial(kept_open, over=over, due=due)


def _mine(answer: Answer) -> Answer:
    """What the signed-in person may decide here without asking; what goes up, and to whom, is in the matrix."""
    items = answer.body["items"]
    mine = [item for item in items if item["may_decide"]]
    return Answer(answer.status, {**answer.body, "items": mine, "others": len(items) - len(mine)}, as_of=answer.as_of)


def _with_names(
    clients: Clients, errand: Errand, principal: Principal, fetches: Mapping[str, Fetch]
) -> dict[str, Fetch]:
    """The same parts and `staff`: the caller, and the people whom team, orders and cases name by id."""
    found: dict[str, Answer] = {}
    waiting = {name: asyncio.Event() for name in _PEOPLE}

    def noted(name: str, fetch: Fetch) -> Fetch:
        async def fetch_noted() -> Answer:
            try:
                found[name] = answer = await fetch()
                return answer
            finally:
                waiting[name].set()

        return fetch_noted

    async def staff() -> Answer:
        await _until_all(waiting.values())
        good = {name: answer.body for name, answer in found.items() if answer.is_good}
        named = (one for name, body in good.items() for one in _PEOPLE[name](body) if one)
        ids = list(dict.fromkeys((str(principal.staff_id), *named)))
        answer = await clients.incentive.staff(errand, ids[:_MOST])
        if not answer.is_good:
            return answer
        body = {"items": answer.body["items"], "is_complete": len(good) == len(_PEOPLE) and len(ids) <= _MOST}
        return Answer(answer.status, body, as_of=answer.as_of)

    named = {name: noted(name, fetch) if name in waiting else fetch for name, fetch in fetches.items()}
    return {**named, "staff": sound("incentive", "items", staff)}


async def _until_all(events: Iterable[asyncio.Event]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_STAFF_WAITS):
            for event in events:
                await event.wait()


def _of_team(body: Json) -> list[str]:
    people = [person for place in body["places"] for person in place.get("people", [])]
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
