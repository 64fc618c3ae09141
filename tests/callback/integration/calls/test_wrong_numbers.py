"""A wrong number becomes its author's error of entry, once an entry, and is followed by link both ways."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.customer.worker import handlers_of as customer_handlers_of
from shared.contracts.calls import CallbackWrongNumberFound
from shared.contracts.entry import EntryErrorDismissed, EntryErrorReported, EntryErrorsConfirmed
from shared.events.inbox import apply_once
from tests.callback.integration.line import Json, Line, event_of
from tests.support.world import Company, World


@pytest.fixture(scope="session")
async def customers(world: World) -> Any:
    """A client of the customer service, whose clock is the database's."""
    async with world.client("customer") as client:
        yield client


class Bus:
    """Carries facts of the two services to each other, as the relay and the consumers do."""

    def __init__(self, world: World, line: Line, company: Company) -> None:
        self.customer: Any = world.newest("customer").state.runtime
        self.line, self.company = line, company

    async def to_customer(self) -> None:
        """Every wrong number told so far, each twice."""
        for row in await self.line.facts(self.company, "callback.wrong_number_found"):
            said = CallbackWrongNumberFound.model_validate(row["payload"])
            event = event_of(self.company, said, event_id=row["id"], matter_id=row["matter_id"], hops=row["hops"])
            handler = customer_handlers_of(self.customer)[event.type]
            for _ in range(2):
                async with self.customer.sessions.begin() as session:
                    await apply_once(
                        session, consumer="customer", event=event, handler=handler, now=self.customer.clock.now()
                    )

    async def back(self) -> list[Json]:
        """What the customer service said; answers the facts."""
        kinds = {kind.TYPE: kind for kind in (EntryErrorReported, EntryErrorsConfirmed, EntryErrorDismissed)}
        rows = await self.customer.hot.fetch(
            "select id, type, payload, routing, causation_id, matter_id, hops, aggregate_version from outbox"
            " where company = $1 and type = any($2::text[]) order by seq",
            self.company.code,
            list(kinds),
        )
        for row in rows:
            said = kinds[row["type"]].model_validate({**row["payload"], "routing": row["routing"]})
            event = event_of(
                self.company,
                said,
                version=row["aggregate_version"],
                event_id=row["id"],
                causation_id=row["causation_id"],
                hops=row["hops"],
            )
            await self.line.hear(event)
        return [{**dict(row), **row["payload"]} for row in rows]


async def registered(client: httpx.AsyncClient, company: Company) -> str:
    """A customer whom a clerk registers with a phone."""
    body = {"name": "沈知行", "kind": "residential", "party": "individual", "phones": ["13800001234"]}
    answer = await client.post("/v1/customers", json=body, headers=company.headers("clerk"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_wrong_number_is_an_error_of_entry_linked_both_ways(
    world: World, line: Line, gas: Company, customers: httpx.AsyncClient
) -> None:
    customer = await registered(customers, gas)
    calls = []
    for _ in range(2):
        await line.complete(gas, customer_id=await line.know(gas, "vip", customer_id=UUID(customer)))
        calls.append(await line.record(gas, await line.claim(gas), result="wrong_number"))
    bus = Bus(world, line, gas)
    await bus.to_customer()
    told = await bus.back()
    assert [one["is_known"] for one in told] == [False, True], "the same entry is one error"
    (finding_id,) = {one["finding_id"] for one in told}
    for call in calls:
        (link,) = (await line.shown(gas, call))["consequences"]
        assert (link["kind"], link["state"], link["target_type"]) == ("finding", "linked", "entry_finding")
        assert link["target_id"] == finding_id
    answer = await customers.get(f"/v1/entry-findings/{finding_id}", headers=gas.headers("office"))
    finding = answer.json()
    assert (finding["rule"], finding["kind"], finding["concern"]) == ("callback_wrong_number", "wrong", "base_data")
    assert finding["operator_id"] == str(gas.person("clerk"))
    assert finding["evidence"] == {"callback_id": calls[0]["id"], "callback_number": calls[0]["number"]}
    assert "13800001234" not in answer.text
    assert link["target_state"] == "open"
    act, body = f"/v1/entry-findings/{finding_id}/confirm", {"reason": "回访核实为空号"}
    decided = await customers.post(act, json=body, headers=gas.headers("office", version=finding["version"]))
    assert decided.status_code == 200, decided.text
    await bus.back()
    for call in calls:
        (link,) = (await line.shown(gas, call))["consequences"]
        assert (link["state"], link["target_state"]) == ("linked", "confirmed")


async def test_the_entry_is_the_one_that_was_called_also_once_corrected_or_merged(
    world: World, line: Line, gas: Company, customers: httpx.AsyncClient
) -> None:
    merged, survivor = UUID(await registered(customers, gas)), UUID(await registered(customers, gas))
    bus = Bus(world, line, gas)
    run = bus.customer.hot.execute
    before, after = line.clock.now() - timedelta(days=9), line.clock.now() + timedelta(minutes=5)
    wrong = await bus.customer.hot.fetchval("select id from phones where customer_id = $1", survivor)
    await run("update phones set created_at = $2 where customer_id = any($1)", [merged, survivor], before)
    await run(
        "update phones set customer_id = $2, phone_index = 'aside', is_primary = false, state = 'withdrawn'"
        " where customer_id = $1",
        merged,
        survivor,
    )
    await run("update customers set standing = 'merged', merged_into = $2 where id = $1", merged, survivor)
    await line.complete(gas, customer_id=await line.know(gas, "vip", customer_id=merged))
    await line.record(gas, await line.claim(gas), result="wrong_number")
    # corrected before the customer service heard of the call
    await run("update phones set state = 'withdrawn' where id = $1", wrong)
    await run(
        "insert into phones (id, company, customer_id, phone_index, is_primary, state, created_by, created_at)"
        " values (gen_random_uuid(), $1, $2, 'new', true, 'active', 'x', $3)",
        gas.code,
        survivor,
        after,
    )
    await bus.to_customer()
    (told,) = await bus.back()
    found = await bus.customer.hot.fetchrow("select * from entry_findings where id = $1::uuid", told["finding_id"])
    assert (found["subject_type"], found["subject_id"], found["operator_id"]) == ("phone", wrong, gas.person("clerk"))
    dismissed = await customers.post(
        f"/v1/entry-findings/{told['finding_id']}/dismiss",
        json={"reason": "客户当时关机"},
        headers=gas.headers("office", version=1),
    )
    assert dismissed.status_code == 200, dismissed.text
    await bus.back()
    (link,) = (await line.client.get("/v1/callback-consequences", headers=gas.headers("office"))).json()["items"]
    assert (link["target_id"], link["target_state"]) == (told["finding_id"], "dismissed")


async def test_a_wrong_number_of_somebody_unknown_changes_nothing(
    world: World, line: Line, gas: Company, customers: httpx.AsyncClient
) -> None:
    await line.complete(gas)
    one = await line.record(gas, await line.claim(gas), result="wrong_number")
    bus = Bus(world, line, gas)
    await bus.to_customer()
    assert await bus.back() == []
    assert (await line.shown(gas, one))["consequences"][0]["state"] == "raised"
