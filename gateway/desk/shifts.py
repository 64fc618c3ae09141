"""Going off shift: leave the note, gather what lies open with the leaver, add it; each step tells how it ended."""

import hashlib
from collections.abc import Callable
from functools import partial

import orjson

from gateway.clients import Answer, Clients, Json
from gateway.desk import queue
from gateway.desk.steps import not_tried, taken
from gateway.errands import Errand
from gateway.parts import PartCache, gather
from shared.access.principal import Principal

HAND_OVER, GATHER, ATTACH = "hand_over", "gather_open_work", "attach_open_work"
PATH = "/v1/shift-hand-overs"
_PAGE = 200
_MOST = 500
"""Open matters that one hand-over takes."""
_SECONDS = 3.0
_SAID = ("kind", "id", "service", "metric", "deadline_at", "is_breached", "tier", "customer_id")
_SHOWN = 20

Child = Callable[[str], str]


async def hand_over(
    clients: Clients, errand: Errand, principal: Principal, note: Json, *, gathers: bool, child: Child
) -> tuple[Answer | None, Json]:
    """The customer service's own answer to the note (None if it gave none), and steps, hand-over and what is missing.

    Sending the whole again under the same key repeats no step; what was gathered is gathered anew until taken over.
    """
    answer, step = await taken(
        HAND_OVER, PATH, clients.customer.post(errand, PATH, note, key=child(HAND_OVER), own=_SECONDS)
    )
    told: Json = {"steps": [step], "hand_over": None, "missing_services": []}
    if answer is None or not answer.is_good:
        return answer, told
    told["hand_over"] = made = answer.body
    if not gathers or made["state"] != "handed":
        return answer, told
    found, problems = await open_work(clients, errand, principal)
    told["missing_services"] = sorted(problems)
    told["steps"].append(_gathered(made, problems))
    body = {"open_work": found, "missing_services": sorted(problems)}
    # The key holds the content: a second gathering that finds something else is another step, not a reused key.
    key = child(f"{ATTACH}:{hashlib.sha256(orjson.dumps(body)).hexdigest()}")
    path = f"{PATH}/{made['id']}/open-work"
    sent = clients.customer.post(errand, path, body, key=key, own=_SECONDS, version=made["version"])
    attached, step = await taken(ATTACH, PATH, sent)
    told["steps"].append(step)
    if attached is not None and attached.is_good:
        told["hand_over"] = attached.body
    return answer, told


async def open_work(clients: Clients, errand: Errand, principal: Principal) -> tuple[list[Json], dict[str, Json]]:
    """At most 500 of what lies with the person by name, most pressing first, and why a service gave nothing."""
    names = [client.name for client in clients.all]
    places = queue.beginning(names, None)
    found: list[Json] = []
    problems: dict[str, Json] = {}
    while len(found) < _MOST and any(place.cursor is not None for place in places):
        merged = await queue.merged_work(clients, errand, places, limit=_PAGE, filters={"queue": "mine"})
        own = [item for item in merged.items if item["owner_id"] == str(principal.staff_id)]
        found += [{name: item[name] for name in _SAID if item.get(name) is not None} for item in own]
        problems |= merged.problems
        rest = merged.places or []
        # Whoever is away is named and not asked again: the leaver wants to go home.
        places = [queue.Place(None) if name in problems else place for name, place in zip(names, rest, strict=False)]
    return found[:_MOST], problems


async def current(clients: Clients, cache: PartCache, errand: Errand, principal: Principal) -> Json:
    """The JSON of `DeskShiftHandOvers`."""
    own = str(principal.staff_id)
    waiting = {"state": "handed", "limit": str(_SHOWN)}
    taken = {"state": "taken_over", "taken_over_by": own, "limit": str(_SHOWN)}
    return await gather(
        cache,
        (principal.staff_id, principal.companies, PATH),
        {
            "waiting": partial(clients.customer.get, errand, PATH, waiting),
            "taken_over": partial(clients.customer.get, errand, PATH, taken),
        },
    )


def _gathered(made: Json, problems: dict[str, Json]) -> Json:
    problem = next(iter(problems.values()), None)
    how: Json = {"status": "done" if problem is None else "failed", "problem": problem}
    return not_tried(GATHER) | {"resource": f"{PATH}/{made['id']}"} | how
