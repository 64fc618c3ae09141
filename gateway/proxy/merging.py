"""Figures and regulations, asked of all services and answered as one."""

from collections.abc import Callable, Mapping
from functools import partial

from gateway.clients import Clients, Json
from gateway.errands import Errand
from gateway.parts import PartCache, gather
from shared.access.principal import Principal


async def indicators(
    clients: Clients, cache: PartCache, errand: Errand, principal: Principal, query: Mapping[str, str]
) -> Json:
    """The JSON of `IndicatorParts`."""
    parts = await _asked(clients, cache, errand, principal, "/v1/indicators", query)
    is_complete = all(part["status"] == "ok" for part in parts.values())
    return {"period": query["period"], "is_complete": is_complete, "parts": parts}


async def policy(clients: Clients, cache: PartCache, errand: Errand, principal: Principal) -> Json | None:
    """The chapters in force, each once; None if no service answers."""
    return _one(
        await _asked(clients, cache, errand, principal, "/v1/policy", {}), "chapters", lambda one: (one["chapter"],)
    )


async def policy_codes(clients: Clients, cache: PartCache, errand: Errand, principal: Principal) -> Json | None:
    """The code lists, each once; None if no service answers."""
    return _one(
        await _asked(clients, cache, errand, principal, "/v1/policy/codes", {}),
        "lists",
        lambda one: (one["chapter"], one["kind"]),
    )


async def _asked(
    clients: Clients, cache: PartCache, errand: Errand, principal: Principal, path: str, query: Mapping[str, str]
) -> dict[str, Json]:
    owner = (principal.staff_id, principal.companies, path, *sorted(query.items()))
    return await gather(cache, owner, {client.name: partial(client.get, errand, path, query) for client in clients.all})


def _one(parts: Mapping[str, Json], name: str, identity: Callable[[Json], tuple[str, ...]]) -> Json | None:
    good = [part["data"] for part in parts.values() if part["data"] is not None]
    if not good:
        return None
    found: dict[tuple[str, ...], Json] = {}
    for data in good:
        for one in data[name]:
            found.setdefault(identity(one), one)
    return {
        "company": good[0]["company"],
        "pack": good[0]["pack"],
        name: [found[key] for key in sorted(found)],
        "unavailable": [service for service, part in parts.items() if part["data"] is None],
    }
