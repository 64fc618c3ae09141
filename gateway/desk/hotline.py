"""A call comes in: record it, and say who is calling; each step tells how it ended."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from gateway.clients import Answer, Clients, Json
from gateway.desk import customers
from gateway.errands import Errand
from gateway.parts import PartCache, gather, problem_of
from gateway.upstream import UpstreamError
from shared.access.principal import Principal

RECORD = "record_contact"


async def take_call(
    clients: Clients,
    cache: PartCache,
    errand: Errand,
    principal: Principal,
    body: Json,
    *,
    child: Callable[[str], str],
) -> tuple[Answer | None, Json]:
    """Record the call and look the caller up, both at once.

    Answers the customer service's own answer to the record (None if it gave none) and the JSON of a `HotlineCall`.
    `child` makes the key of a step: sending the whole again repeats no step.
    """
    async with asyncio.TaskGroup() as group:
        recording = group.create_task(_record(clients, errand, body, child(RECORD)))
        looking = group.create_task(_look_up(clients, cache, errand, principal, body))
    answer, step = recording.result()
    found, view = looking.result()
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return answer, {"steps": [step], "candidates": found, "view": view, "as_of": now}


async def _record(clients: Clients, errand: Errand, body: Json, key: str) -> tuple[Answer | None, Json]:
    step: Json = {"name": RECORD, "status": "failed", "resource": None, "problem": None}
    try:
        answer = await clients.customer.record_contact(errand, body, key=key)
    except UpstreamError as error:
        return None, {**step, "problem": problem_of(error)}
    if not answer.is_good:
        return answer, {**step, "problem": answer.body}
    status = "replayed" if answer.is_replayed else "done"
    return answer, {**step, "status": status, "resource": f"/v1/contacts/{answer.body.get('id')}"}


async def _look_up(
    clients: Clients, cache: PartCache, errand: Errand, principal: Principal, body: Json
) -> tuple[Json, Json | None]:
    phone, known = body.get("phone"), body.get("customer_id")

    async def find() -> Answer:
        if phone is None:
            return Answer(200, {"items": [], "next_cursor": None})
        return await customers.candidates(clients, errand, {"phone": phone})

    owner = (principal.staff_id, principal.companies, "caller", phone)
    part = (await gather(cache, owner, {"candidates": find}))["candidates"]
    items = (part["data"] or {}).get("items", [])
    if known is None and len(items) == 1 and part["data"]["next_cursor"] is None:
        known = items[0]["id"]
    if known is None:
        return part, None
    try:
        return part, await customers.view(clients, cache, errand, principal, UUID(str(known)))
    except customers.DeskCustomerNotFoundError:
        return part, None
