"""What a customer suggests through a caller is answered by the department in time, and told."""

from datetime import timedelta

from tests.callback.integration.line import GOOD, Json, Line
from tests.support.world import Company


async def test_a_suggestion_is_answered_by_the_department_in_time_and_told(line: Line, gas: Company) -> None:
    await line.complete(gas)
    body: Json = {"result": "reached", "answers": GOOD, "suggestion": {"words": "周末也应营业"}}
    one = await line.record(gas, await line.claim(gas), **body)
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["kind"], link["state"], link["target_type"]) == ("opinion", "linked", "opinion")
    path = f"/v1/opinions/{link['target_id']}"
    opinion = (await line.client.get(path, headers=gas.headers("head"))).json()
    assert (opinion["source"], opinion["source_id"], opinion["department"]) == (
        "callback",
        one["id"],
        "customer_service",
    )
    assert (await line.client.get(path, headers=gas.headers("markethead"))).status_code == 404
    (clock,) = await line.clocks(gas, "opinions", opinion)
    assert (clock["metric"], clock["state"], clock["clause"]) == ("answer", "running", "callback-opinions")
    early = await line.post(gas, f"{path}/tell", login="agent", version=1)
    assert (early.status_code, early.json()["code"]) == (409, "opinion_step_not_allowed")
    stale = await line.post(gas, f"{path}/answer", {"answer": "已安排周末值班"}, login="head", version=7)
    assert stale.status_code == 412
    answered = await line.post(gas, f"{path}/answer", {"answer": "已安排周末值班"}, login="head", version=1)
    assert (answered.json()["state"], answered.json()["is_on_time"]) == ("answered", True)
    (link,) = (await line.shown(gas, one))["consequences"]
    assert (link["target_number"], link["target_state"]) == (opinion["number"], "answered")
    told = await line.post(gas, f"{path}/tell", login="agent", version=2)
    assert (told.json()["state"], told.json()["told_by"]) == ("told", str(gas.person("agent")))
    states = {one["metric"]: one["state"] for one in await line.clocks(gas, "opinions", opinion)}
    assert states == {"answer": "met", "told": "met"}
    facts = await line.facts(gas, "callback.opinion_received", "callback.opinion_answered", "callback.opinion_told")
    assert [(one["type"], one["is_on_time"]) for one in facts if "is_on_time" in one] == [
        ("callback.opinion_answered", True)
    ]
    assert len(facts) == 3
    assert "周末" not in str(facts)


async def test_an_opinion_answered_late_says_so(line: Line, gas: Company) -> None:
    await line.complete(gas)
    body: Json = {"result": "reached", "answers": GOOD, "suggestion": {"words": "周末也应营业", "department": "market"}}
    one = await line.record(gas, await line.claim(gas), **body)
    listed = await line.client.get("/v1/opinions", params={"source_id": one["id"]}, headers=gas.headers("markethead"))
    (opinion,) = listed.json()["items"]
    line.clock.advance(timedelta(days=7))
    await line.keep(gas)
    path = f"/v1/opinions/{opinion['id']}/answer"
    answered = (await line.post(gas, path, {"answer": "已采纳"}, login="markethead", version=1)).json()
    assert answered["is_on_time"] is False
    assert {one["metric"]: one["state"] for one in await line.clocks(gas, "opinions", opinion)}["answer"] == "breached"
