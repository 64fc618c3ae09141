"""Whom a customer may praise through a caller."""

from uuid import uuid4

from shared.contracts.base import Routing
from shared.contracts.incentive_proposals import IncentiveDismissed, IncentiveProposed
from tests.callback.integration.line import GOOD, Json, Line, event_of
from tests.support.world import Company


async def test_a_whole_department_is_praised_and_nobody_praises_himself(line: Line, gas: Company) -> None:
    await line.complete(gas)
    one = await line.claim(gas)
    own: Json = {"result": "reached", "answers": GOOD, "praise": {"staff_ids": [str(gas.person("agent"))]}}
    refused = await line.act(gas, one, "record", **own)
    assert (refused.status_code, refused.json()["code"]) == (422, "callback_praised_self")
    assert (await line.shown(gas, one))["calls"] == []
    assert await line.facts(gas, "callback.praised", "callback.completed") == []
    await line.record(gas, one, result="reached", answers=GOOD, praise={"department": "market"})
    (praised,) = await line.facts(gas, "callback.praised")
    assert (praised["department"], praised["staff_ids"]) == ("market", []), "not who did the work"
    assert (praised["callback_id"], praised["subject_type"]) == (one["id"], "order")
    assert str(praised["matter_id"]) == praised["subject_id"] == one["subject_id"]
    listed = await line.client.get("/v1/callback-consequences", headers=gas.headers("markethead"))
    assert [found["kind"] for found in listed.json()["items"]] == ["praise"]


async def test_a_praise_tells_the_reward_that_was_proposed_for_it(line: Line, gas: Company) -> None:
    await line.complete(gas)
    one = await line.claim(gas)
    await line.record(gas, one, result="reached", answers=GOOD, praise={"department": "market"})
    (praised,) = await line.facts(gas, "callback.praised")
    proposed = IncentiveProposed(
        proposal_id=uuid4(),
        number="JY1",
        source="call_praise",
        provision="reward-department",
        kind="reward",
        subject_type="department",
        subject_department="market",
        state="drafted",
        matter_id=praised["matter_id"],
        cause_type="callback_consequence",
        cause_id=praised["consequence_id"],
        cause_event_id=praised["id"],
        occurred_at=line.clock.now(),
        routing=Routing(posts=["service_office_director"]),
    )
    other = proposed.model_copy(update={"proposal_id": uuid4(), "number": "JY2"})
    await line.hear(event_of(gas, proposed, causation_id=praised["id"]))
    await line.hear(event_of(gas, other, causation_id=praised["id"]))
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["state"], link["target_type"], link["target_number"]) == ("linked", "incentive_proposal", "JY1")
    assert link["target_state"] == "drafted"
    decided = IncentiveDismissed(**{**proposed.model_dump(), "state": "dismissed", "dismissed_by": uuid4()})
    await line.hear(event_of(gas, decided, version=2))
    (link,) = (await line.shown(gas, one))["consequences"]
    assert link["target_state"] == "dismissed"
    listed = await line.client.get("/v1/callback-consequences", headers=gas.headers("markethead"))
    assert [found["kind"] for found in listed.json()["items"]] == ["praise"], "still the department's to read"
