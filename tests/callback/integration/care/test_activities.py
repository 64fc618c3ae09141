"""Activities: opened for tiers, the audience invited by message, seats, who came; nobody else is let in."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from tests.callback.integration.line import Json, Line
from tests.support.world import Company


def plan(line: Line, **more: Any) -> Json:
    """A lecture in a week."""
    starts = line.clock.now() + timedelta(days=7)
    said: Json = {"kind": "lecture", "title": "冬季安全用气讲座", "place": "城东营业厅", "tiers": ["vip"], "seats": 1}
    return {**said, "starts_at": _text(starts), "ends_at": _text(starts + timedelta(hours=2)), **more}


def _text(at: datetime) -> str:
    return at.isoformat()


async def test_an_activity_from_the_invitation_to_who_came(line: Line, gas: Company) -> None:
    opened = await line.post(gas, "/v1/activities", plan(line), login="account")
    assert opened.status_code == 201, opened.text
    path = f"/v1/activities/{opened.json()['id']}"
    first, second = [str(await line.know(gas, "vip")) for _ in range(2)]
    general = str(await line.know(gas, "general"))
    invited = [
        (await line.post(gas, f"{path}/invitations", {"customer_id": one}, login="account")).json()
        for one in (first, second)
    ]
    again = await line.post(gas, f"{path}/invitations", {"customer_id": first}, login="account")
    assert (again.status_code, again.json()["code"]) == (409, "invitation_exists")
    outside = await line.post(gas, f"{path}/invitations", {"customer_id": general}, login="account")
    assert (outside.status_code, outside.json()["code"]) == (422, "activity_invalid")
    foreign = await line.post(gas, f"{path}/invitations", {"customer_id": general}, login="head")
    assert foreign.status_code == 404, "another department's"
    message = await line.client.get(f"/v1/messages/{invited[0]['message_id']}", headers=gas.headers("office"))
    assert message.json()["parameters"] == {
        "title": "冬季安全用气讲座",
        "place": "城东营业厅",
        "on": "2026-12-01",
        "at": "10:00",
    }
    doors = [f"{path}/invitations/{one['id']}" for one in invited]
    early = await line.post(gas, f"{doors[0]}/attend", {"has_attended": True}, version=1)
    assert (early.status_code, early.json()["code"]) == (409, "activity_step_not_allowed")
    answers = await asyncio.gather(
        *(line.post(gas, f"{door}/answer", {"is_coming": True}, version=1) for door in doors)
    )
    assert sorted(one.status_code for one in answers) == [200, 409], "one seat"
    assert {one.json().get("code") for one in answers} == {None, "activity_full"}
    won = next(number for number, one in enumerate(answers) if one.status_code == 200)
    stale = await line.post(gas, f"{doors[won]}/answer", {"is_coming": False}, version=1)
    assert stale.status_code == 412
    line.clock.advance(timedelta(days=7, hours=1))
    late = await line.post(gas, f"{doors[1 - won]}/answer", {"is_coming": True}, version=1)
    assert late.json()["code"] == "activity_step_not_allowed"
    came = await line.post(gas, f"{doors[won]}/attend", {"has_attended": True}, version=2)
    assert (came.status_code, came.json()["state"]) == (200, "attended")
    held = await line.post(gas, f"{path}/hold", login="account", version=1)
    assert (held.status_code, held.json()["state"]) == (200, "held")
    (fact,) = await line.facts(gas, "callback.activity_held")
    assert (fact["invited"], fact["accepted"], fact["attended"]) == (2, 0, 1)
    listed = await line.client.get(f"{path}/invitations", headers=gas.headers("gm"))
    assert [one["state"] for one in listed.json()["items"]].count("attended") == 1


async def test_what_an_activity_may_not_be(line: Line, gas: Company) -> None:
    past = _text(line.clock.now() - timedelta(hours=1))
    for body, code, pointer in (
        ({"kind": "nothing"}, "activity_invalid", "/kind"),
        ({"tiers": ["nobody"]}, "activity_invalid", "/tiers"),
        ({"starts_at": past}, "activity_invalid", "/starts_at"),
        ({"ends_at": past}, "activity_invalid", "/ends_at"),
        ({"title": "请致电 13800001111"}, "message_parameter_invalid", "/parameters/title"),
    ):
        refused = await line.post(gas, "/v1/activities", {**plan(line), **body}, login="account")
        assert (refused.status_code, refused.json()["code"]) == (422, code), body
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await line.post(gas, "/v1/activities", plan(line), login="agent")).status_code == 403
    opened = (await line.post(gas, "/v1/activities", plan(line), login="account")).json()
    path = f"/v1/activities/{opened['id']}"
    cancelled = await line.post(gas, f"{path}/cancel", {"reason": "天气"}, login="account", version=1)
    assert (cancelled.json()["state"], cancelled.json()["reason"]) == ("cancelled", "天气")
    customer = str(await line.know(gas, "vip"))
    closed = await line.post(gas, f"{path}/invitations", {"customer_id": customer}, login="account")
    assert (closed.status_code, closed.json()["code"]) == (409, "activity_step_not_allowed")
