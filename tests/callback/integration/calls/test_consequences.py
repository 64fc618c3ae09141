"""What the customer said goes somewhere, and every consequence is followed by link from the call to it and back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.complaint.worker import handlers_of as complaint_handlers_of
from shared.contracts.calls import CallbackDissatisfied
from shared.contracts.complaint import (
    ComplaintAcknowledged,
    ComplaintCallbackJoined,
    ComplaintClosed,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintTransferred,
)
from shared.contracts.customer import CustomerErased
from shared.events.inbox import apply_once
from tests.callback.integration.line import BAD, GOOD, Json, Line, event_of
from tests.complaint.integration.desk import open_case, step
from tests.support.world import Company, World

WORDS = "修了三次还漏，打我电话 13800000000"
CASE_FACTS = (
    *(ComplaintOpened, ComplaintAcknowledged, ComplaintResolved, ComplaintClosed, ComplaintReopened),
    *(ComplaintTransferred, ComplaintCallbackJoined),
)
UNHAPPY: Json = {"result": "reached", "answers": BAD, "reasons": ["again"], "words": WORDS}


@pytest.fixture(scope="session")
async def complaints(world: World) -> Any:
    """A client of the complaint service, whose clock is the database's."""
    async with world.client("complaint") as client:
        yield client


class Bus:
    """Carries facts of the two services to each other, as the relay and the consumers do."""

    def __init__(self, world: World, line: Line, company: Company) -> None:
        self.complaint: Any = next(app for app in world.apps if app.state.service == "complaint").state.runtime
        self.line, self.company = line, company

    async def to_complaint(self, *, times: int = 1) -> None:
        """Every dissatisfaction told so far."""
        for row in await self.line.facts(self.company, "callback.dissatisfied"):
            event = event_of(
                self.company,
                CallbackDissatisfied.model_validate(row["payload"]),
                event_id=row["id"],
                matter_id=row["matter_id"],
                hops=row["hops"],
            )
            handler = complaint_handlers_of(self.complaint)[event.type]
            for _ in range(times):
                async with self.complaint.sessions.begin() as session:
                    await apply_once(
                        session, consumer="complaint", event=event, handler=handler, now=self.complaint.clock.now()
                    )

    async def back(self) -> list[Json]:
        """What the complaint service said; answers the facts."""
        kinds = {kind.TYPE: kind for kind in CASE_FACTS}
        rows = await self.complaint.hot.fetch(
            "select id, type, payload, routing, causation_id, matter_id, hops, aggregate_version from outbox"
            " where company = $1 and type = any($2::text[]) order by seq",
            self.company.code,
            list(kinds),
        )
        for row in rows:
            said = kinds[row["type"]].model_validate({**row["payload"], "routing": row["routing"]})
            await self.line.hear(
                event_of(
                    self.company,
                    said,
                    version=row["aggregate_version"],
                    event_id=row["id"],
                    causation_id=row["causation_id"],
                    matter_id=row["matter_id"],
                    hops=row["hops"],
                )
            )
        return [dict(row) for row in rows]


async def test_a_dissatisfied_customers_order_opens_a_case_linked_both_ways(
    world: World, line: Line, gas: Company, complaints: httpx.AsyncClient
) -> None:
    order = await line.complete(gas, customer_id=await line.know(gas, "vip"))
    one = await line.record(gas, await line.claim(gas), **UNHAPPY)
    assert one["is_satisfied"] is False
    (told,) = await line.facts(gas, "callback.dissatisfied")
    assert (told["reasons"], told["category"], told["score"]) == (["again"], "repair", 1)
    assert "漏" not in str(told)
    assert "13800000000" not in str(told)
    bus = Bus(world, line, gas)
    await bus.to_complaint(times=3)
    (opened,) = await bus.back()
    assert (opened["type"], opened["causation_id"], opened["matter_id"], opened["hops"]) == (
        "complaint.opened",
        told["id"],
        order.order_id,
        2,
    )
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["kind"], link["state"], link["target_type"]) == ("complaint", "linked", "complaint")
    answer = await complaints.get(f"/v1/complaints/{link['target_id']}", headers=gas.headers("agent"))
    case = answer.json()
    assert (case["number"], case["channel"], case["category"]) == (link["target_number"], "callback", "repair")
    assert case["first_responsible_id"] == str(gas.person("agent"))
    assert WORDS not in answer.text
    back = await complaints.get(f"/v1/complaints/{case['id']}/callbacks", headers=gas.headers("agent"))
    assert [(found["callback_id"], found["effect"]) for found in back.json()["items"]] == [(one["id"], "opened")]
    assert link["target_state"] == "received"
    case = await step(complaints, gas, case, "acknowledge", login="agent")
    await bus.back()
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["target_state"], link["state"]) == ("acknowledged", "linked"), "the link tells how the case stands"
    opened_again = ComplaintOpened.model_validate({**opened["payload"], "routing": opened["routing"]})
    await line.hear(event_of(gas, opened_again, causation_id=told["id"]))
    (link,) = (await line.shown(gas, one))["consequences"]
    assert link["target_state"] == "acknowledged", "what comes late says nothing"


async def test_a_callback_about_a_case_that_is_open_again_joins_it_and_both_know(
    world: World, line: Line, gas: Company, complaints: httpx.AsyncClient
) -> None:
    customer = await line.know(gas, "vip")
    case = await open_case(complaints, gas, customer_id=str(customer), category="repair", login="clerk")
    closed = ComplaintClosed(
        complaint_id=UUID(case["id"]),
        number=case["number"],
        kind="complaint",
        channel="hotline",
        category="repair",
        grade=None,
        tier="vip",
        state="closed",
        cycle=1,
        customer_id=customer,
        occurred_at=line.clock.now() - timedelta(hours=5),
        resolved_at=line.clock.now() - timedelta(hours=6),
    )
    await line.hear(event_of(gas, closed))
    unhappy: Json = {**UNHAPPY, "answers": {"overall": {"choice": "unsatisfied"}}}
    one = await line.record(gas, await line.claim(gas), **unhappy)
    bus = Bus(world, line, gas)
    await bus.to_complaint(times=2)
    facts = await bus.back()
    assert [row["type"] for row in facts] == ["complaint.opened", "complaint.callback_joined"]
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["state"], link["target_id"], link["target_number"], link["target_state"]) == (
        "linked",
        case["id"],
        case["number"],
        "received",
    )
    answer = await complaints.get(f"/v1/complaints/{case['id']}/callbacks", headers=gas.headers("office"))
    assert [(found["callback_id"], found["effect"]) for found in answer.json()["items"]] == [(one["id"], "joined")]
    shown = (await complaints.get(f"/v1/complaints/{case['id']}", headers=gas.headers("office"))).json()
    assert (shown["state"], shown["cycle"], shown["version"]) == ("received", 1, case["version"] + 1)


async def test_a_case_is_reopened_once_by_callback_and_then_lies_with_the_office(
    world: World, line: Line, gas: Company, complaints: httpx.AsyncClient
) -> None:
    customer = await line.know(gas, "vip")
    case = await open_case(complaints, gas, customer_id=str(customer), category="repair", login="clerk")
    bus = Bus(world, line, gas)
    for cycle, effect in ((1, "reopened"), (2, "passed_on")):
        case = (await complaints.get(f"/v1/complaints/{case['id']}", headers=gas.headers("office"))).json()
        case = await step(complaints, gas, case, "acknowledge", login="clerk")
        case = await step(complaints, gas, case, "resolve", login="clerk", resolution="已修复并试压", remedies=["redo"])
        case = await step(complaints, gas, case, "close", login="head")
        await line.pool.execute(
            "update callbacks set state = 'done' where company = $1 and state <> 'claimed'", gas.code
        )
        line.clock.set(bus.complaint.clock.now())
        await bus.back()
        callback_id = await line.pool.fetchval(
            "select id from callbacks where company = $1 and subject_id = $2 and cycle = $3",
            gas.code,
            UUID(case["id"]),
            cycle,
        )
        # the call is made the next morning at ten, whatever the hour of the test
        line.clock.set((line.clock.now() + timedelta(days=1)).replace(hour=2, minute=0))
        await line.pool.execute(
            "update callbacks set ready_at = $2, earliest_at = $2, latest_at = $3 where id = $1",
            callback_id,
            line.clock.now() - timedelta(hours=1),
            line.clock.now() + timedelta(hours=6),
        )
        one = await line.claim(gas)
        assert one["subject_type"] == "complaint"
        unhappy: Json = {**UNHAPPY, "answers": {"overall": {"choice": "unsatisfied"}}}
        await line.record(gas, one, **unhappy)
        await bus.to_complaint()
        case = (await complaints.get(f"/v1/complaints/{case['id']}", headers=gas.headers("office"))).json()
        assert (case["state"], case["cycle"]) == ("received", cycle + 1)
        links = (await complaints.get(f"/v1/complaints/{case['id']}/callbacks", headers=gas.headers("office"))).json()
        assert [found["effect"] for found in links["items"]][-1] == effect
    assert (case["owner_id"], case["department"]) == (None, "service_office")
    facts = [row["type"] for row in await bus.back()]
    assert facts.count("complaint.reopened") == 2
    assert facts[-1] == "complaint.transferred"
    words = await line.client.get(f"/v1/callbacks/{one['id']}/words", headers=gas.headers("officestaff"))
    assert words.json()["words"] == WORDS


async def test_praise_need_and_a_wrong_number_each_tell_who_follows_it_up(line: Line, gas: Company) -> None:
    await line.complete(gas)
    await line.complete(gas)
    body: Json = {"result": "reached", "answers": GOOD, "praise": {"words": "马师傅很细心"}}
    one = await line.record(gas, await line.claim(gas), **body, need={"need": "appliance", "words": "想换灶具"})
    (praised,) = await line.facts(gas, "callback.praised")
    assert praised["staff_ids"] == [str(gas.person("crew"))], "nobody was named: who did the work"
    (need,) = await line.facts(gas, "callback.need_found")
    assert (need["need"], need["department"], need["routing"]["department"]) == ("appliance", "market", "market")
    links = {link["kind"]: link for link in (await line.shown(gas, one))["consequences"]}
    assert links.keys() == {"praise", "need"}
    for login, kinds in (("markethead", ["need"]), ("agent", ["need", "praise"]), ("networkhead", [])):
        answer = await line.client.get("/v1/callback-consequences", headers=gas.headers(login))
        assert sorted(found["kind"] for found in answer.json()["items"]) == kinds, "a lead is its department's"
    (lead,) = (
        await line.client.get("/v1/callback-consequences", params={"kind": "need"}, headers=gas.headers("office"))
    ).json()["items"]
    assert (lead["callback_number"], lead["need"], lead["state"]) == (one["number"], "appliance", "raised")
    assert links["praise"]["event_id"] == str(praised["id"])
    wrong = await line.record(gas, await line.claim(gas), result="wrong_number")
    assert wrong["outcome"] == "wrong_number"
    (found,) = await line.facts(gas, "callback.wrong_number_found")
    (link,) = (await line.shown(gas, wrong))["consequences"]
    assert (link["kind"], link["state"], link["event_id"]) == ("finding", "raised", str(found["id"]))
    assert (found["callback_id"], found["called_by"]) == (wrong["id"], str(gas.person("agent")))


async def test_an_erased_customers_words_are_blanked_and_the_figures_stay(line: Line, gas: Company) -> None:
    customer = await line.know(gas, "vip")
    await line.complete(gas, customer_id=customer)
    body = {**UNHAPPY, "suggestion": {"words": "请换人来修"}}
    one = await line.record(gas, await line.claim(gas), **body)
    await line.hear(event_of(gas, CustomerErased(customer_id=customer, erased_at=line.clock.now())))
    words = await line.client.get(f"/v1/callbacks/{one['id']}/words", headers=gas.headers("agent"))
    assert words.json() == {"callback_id": one["id"], "words": None, "answers": {}, "consequences": {}}
    shown = await line.shown(gas, one)
    assert (shown["is_satisfied"], shown["reasons"], shown["score"]) == (False, ["again"], 1)
    opinions = await line.client.get("/v1/opinions", params={"source_id": one["id"]}, headers=gas.headers("head"))
    assert [found["words"] for found in opinions.json()["items"]] == [None]
