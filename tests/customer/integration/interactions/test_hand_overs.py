"""Hand-over from the agent to a department: clocks, who may, return and hand-on, the race."""

import asyncio
from datetime import datetime, timedelta

from tests.customer.integration.interactions.desk import Desk, refused

PATH = "/v1/hand-overs"


async def test_a_matter_is_handed_over_accepted_and_answered(desk: Desk) -> None:
    home = await desk.home(tier="vip")
    call = await desk.call(customer_id=str(home.customer))
    said = {"kind": "network", "matter": "询问小区接管时间", "contact_id": call["id"]}
    foreign = await desk.post(PATH, said, "clerk")
    assert refused(foreign) == (403, "concern_not_writable", "/kind")
    one = await desk.done(PATH, said, "agent")
    assert (one["state"], one["department"], one["post"], one["tier"]) == ("handed", "network", "network_head", "vip")
    path = f"{PATH}/{one['id']}"
    clocks = await desk.clocks(path, "agent")
    assert {name: clock["state"] for name, clock in clocks.items()} == {"acceptance": "running", "answer": "running"}
    due = datetime.fromisoformat(clocks["answer"]["deadline_at"])
    assert due - datetime.fromisoformat(one["handed_at"]) == timedelta(hours=1)
    why = await desk.get(f"{path}/clocks/{clocks['answer']['id']}/explanation", "agent")
    assert (why["clause"], why["tier"]) == ("hand-over", "vip")
    hidden = await desk.client.get(path, headers=desk.gas.headers("markethead"))
    assert refused(hidden)[:2] == (404, "hand_over_not_found")
    early = await desk.post(f"{path}/answer", {"answer": "下周"}, "networkhead", version=1)
    assert refused(early)[:2] == (409, "hand_over_step_not_allowed")
    taken = await desk.done(f"{path}/accept", {}, "networkhead", version=1)
    assert taken["owner_id"] == str(desk.gas.person("networkhead"))
    stale = await desk.post(f"{path}/answer", {"answer": "下周"}, "networkhead", version=1)
    assert refused(stale)[0] == 412
    answered = await desk.done(f"{path}/answer", {"answer": "下周三接管"}, "networkhead", version=2)
    assert (answered["state"], answered["answer"]) == ("answered", "下周三接管")
    clocks = await desk.clocks(path, "agent")
    assert {clock["state"] for clock in clocks.values()} == {"met"}
    assert [fact for fact in await desk.facts() if "hand" in fact] == [
        "customer.handed_over",
        "customer.hand_over_accepted",
        "customer.hand_over_answered",
    ]


async def test_a_returned_matter_is_handed_on_and_the_answer_is_missed(desk: Desk) -> None:
    home = await desk.home()
    one = await desk.done(PATH, {"kind": "repair", "matter": "报修", "customer_id": str(home.customer)}, "agent")
    path = f"{PATH}/{one['id']}"
    back = await desk.done(f"{path}/return", {"reason": "属于管网"}, "head", version=1)
    assert back["state"] == "returned"
    unknown = await desk.post(f"{path}/hand-on", {"department": "nowhere"}, "agent", version=2)
    assert refused(unknown) == (422, "unknown_contact_code", "/department")
    wrong = {"department": "network", "owner_id": str(desk.gas.person("head"))}
    assert refused(await desk.post(f"{path}/hand-on", wrong, "agent", version=2)) == (
        422,
        "hand_over_owner",
        "/owner_id",
    )
    again = await desk.done(f"{path}/hand-on", {"department": "network"}, "agent", version=2)
    assert (again["department"], again["cycle"], again["state"]) == ("network", 2, "handed")
    clocks = await desk.clocks(path, "agent")
    assert clocks["answer"]["started_at"] == one["handed_at"].replace("+00:00", "Z") or clocks["answer"]["started_at"]
    await desk.sweep_at(datetime.fromisoformat(clocks["answer"]["deadline_at"]) + timedelta(seconds=1))
    clocks = await desk.clocks(path, "agent")
    assert clocks["answer"]["state"] == "breached"
    assert (await desk.facts()).count("sla.breached") >= 1


async def test_of_two_who_accept_one_wins(desk: Desk) -> None:
    one = await desk.done(PATH, {"kind": "other", "matter": "业务"}, "agent")
    path = f"{PATH}/{one['id']}/accept"
    both = await asyncio.gather(desk.post(path, {}, "head", version=1), desk.post(path, {}, "deputy", version=1))
    assert sorted(answer.status_code for answer in both) == [200, 412]
    unknown = await desk.post(PATH, {"kind": "nothing", "matter": "业务"}, "agent")
    assert refused(unknown) == (422, "unknown_contact_code", "/kind")
