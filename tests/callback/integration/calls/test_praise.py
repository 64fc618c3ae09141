"""Whom a customer may praise through a caller."""

from tests.callback.integration.line import GOOD, Json, Line
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
