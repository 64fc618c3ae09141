"""A call comes in: record it, do what follows from it, and say who is calling; each step tells how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from gateway.clients import Answer, Clients, Json
from gateway.desk import lookup, view
from gateway.desk.steps import DONE, not_tried, taken
from gateway.errands import Errand
from gateway.parts import PartCache, gather
from shared.access.principal import Principal

RECORD, COMPLAINT, ORDER, LINK = "record_contact", "open_complaint", "create_order", "link_contact"
ANSWER = "use_answer"
_MAKES_A_MATTER = frozenset((COMPLAINT, ORDER))
_ADVICE = "用同一个 Idempotency-Key 重发同一请求，只补办未完成的步骤；被拒绝的步骤请先按 problem 更正内容"

Child = Callable[[str], str]
"""The key of a step."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the agent sent: the call itself, and at most one thing that follows from it."""

    record: Json
    complaint: Json | None = None
    order: Json | None = None
    standard_answer_id: str | None = None

    @property
    def then(self) -> str | None:
        """The name of the second step."""
        given = {COMPLAINT: self.complaint, ORDER: self.order, ANSWER: self.standard_answer_id}
        return next((name for name, said in given.items() if said is not None), None)

    @property
    def names(self) -> list[str]:
        """All steps, in their order."""
        named = [RECORD, self.then] if self.then else [RECORD]
        return [*named, LINK] if self.then in _MAKES_A_MATTER else named


class HotlineDesk:
    """One call under way; `errand` for what is read, `writing` with the longer deadline of writes."""

    def __init__(self, clients: Clients, errand: Errand, writing: Errand, *, key: str, child: Child) -> None:
        self._clients = clients
        self._errand = errand
        self._writing = writing
        self._key = key
        self._child = child

    async def take(self, cache: PartCache, principal: Principal, call: Call) -> tuple[Answer | None, Json]:
        """Record the call, and look the caller up meanwhile.

        Answers the customer service's own answer to the record (None if it gave none) and the JSON of a `HotlineCall`.
        Sending the whole again repeats no step that is done.
        """
        async with asyncio.TaskGroup() as group:
            doing = group.create_task(self._steps(call))
            looking = group.create_task(self._look_up(cache, principal, call.record))
        recorded, steps = doing.result()
        found, shown = looking.result()
        return recorded, {
            "steps": steps,
            "is_complete": all(step["status"] in DONE for step in steps),
            "resume": _resume(self._key, steps),
            "candidates": found,
            "view": shown,
            "as_of": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }

    async def _steps(self, call: Call) -> tuple[Answer | None, list[Json]]:
        recorded, first = await taken(RECORD, "/v1/contacts", self._record(call))
        steps = [first]
        case: Answer | None = None
        if call.then is not None and recorded is not None and recorded.is_good:
            case, second = await self._follow_up(call, recorded.body)
            steps.append(second)
        if LINK in call.names and case is not None and case.is_good and recorded is not None:
            steps.append(await self._link(recorded.body, case.body))
        return recorded, steps + [not_tried(name) for name in call.names[len(steps) :]]

    def _record(self, call: Call) -> Awaitable[Answer]:
        # What follows belongs to the request: the same key with another second step is refused by the first.
        return self._clients.customer.record_contact(
            self._writing, call.record, key=self._child(RECORD), then=call.then
        )

    async def _follow_up(self, call: Call, contact: Json) -> tuple[Answer | None, Json]:
        channel, customer_id = call.record["channel"], contact.get("customer_id")
        known: Json = {"channel": channel} | ({"customer_id": customer_id} if customer_id else {})
        if call.complaint is not None:
            sent = self._clients.complaint.open_complaint(
                self._writing, known | call.complaint, key=self._child(COMPLAINT)
            )
            return await taken(COMPLAINT, "/v1/complaints", sent)
        customer = self._clients.customer
        if call.order is not None:
            sent = customer.create_order(self._writing, known | call.order, key=self._child(ORDER))
            return await taken(ORDER, "/v1/orders", sent)
        sent = customer.use_answer(
            self._writing, str(call.standard_answer_id), str(contact["id"]), key=self._child(ANSWER)
        )
        return await taken(ANSWER, "/v1/standard-answers", sent)

    async def _link(self, contact: Json, case: Json) -> Json:
        """Say in the record what the call was about; a second time it says so already."""
        matter, resource = case.get("matter_id"), f"/v1/contacts/{contact['id']}"
        if contact.get("matter_id") == matter:
            return not_tried(LINK) | {"status": "replayed", "resource": resource}
        sent = self._clients.customer.link_contact(
            self._writing, contact["id"], str(matter), version=int(contact["version"])
        )
        _, step = await taken(LINK, "/v1/contacts", sent)
        return step

    async def _look_up(self, cache: PartCache, principal: Principal, record: Json) -> tuple[Json, Json | None]:
        phone, known = record.get("phone"), record.get("customer_id")

        async def find() -> Answer:
            if phone is None:
                return Answer(200, {"items": [], "next_cursor": None})
            return await lookup.by_phone(self._clients, self._errand, phone)

        owner = (principal.staff_id, principal.companies, "caller", phone)
        part = (await gather(cache, owner, {"candidates": find}))["candidates"]
        items = (part["data"] or {}).get("items", [])
        if known is None and len(items) == 1 and part["data"]["next_cursor"] is None:
            known = items[0]["id"]
        if known is None:
            return part, None
        try:
            return part, await view.view(self._clients, cache, self._errand, principal, UUID(str(known)))
        except view.DeskCustomerNotFoundError:
            return part, None


def _resume(key: str, steps: list[Json]) -> Json | None:
    missing = [step["name"] for step in steps if step["status"] not in DONE]
    return {"idempotency_key": key, "missing": missing, "advice": _ADVICE} if missing else None
