"""Hand-over between shifts: the note, what lies open, who takes over, who sees what nobody took."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.customer.integration.interactions.desk import Desk, refused

PATH = "/v1/shift-hand-overs"


async def left(desk: Desk, login: str = "agent", **said: Any) -> dict[str, Any]:
    return await desk.done(PATH, {"note": "锦绣家园停气，用户陆续来电", "shift": "早班", **said}, login)


async def test_a_shift_is_handed_over_and_taken_over_and_both_are_told(desk: Desk) -> None:
    home = await desk.home()
    matters = [
        {"kind": "customer", "id": str(home.customer), "remaining": "下午三点前回电"},
        {"kind": "complaint", "id": str(uuid4()), "remaining": "等管网部答复", "deadline_at": "2026-11-24T08:00:00Z"},
    ]
    one = await left(desk, watch_outs=["三号线有回音"], matters=matters)
    assert (one["state"], one["team"], one["version"]) == ("handed", "hotline_1", 1)
    assert one["number"].startswith("JB")
    assert [matter["remaining"] for matter in one["matters"]] == ["下午三点前回电", "等管网部答复"]
    path = f"{PATH}/{one['id']}"
    own = await desk.post(f"{path}/take-over", {}, "agent", version=1)
    assert refused(own)[:2] == (403, "shift_hand_over_self")
    stale = await desk.post(f"{path}/take-over", {}, "agent2", version=7)
    assert refused(stale)[0] == 412
    taken = await desk.done(f"{path}/take-over", {"remark": "已阅"}, "agent2", version=1)
    assert (taken["state"], taken["taken_over_by"]) == ("taken_over", str(desk.gas.person("agent2")))
    again = await desk.post(f"{path}/take-over", {}, "hotlineleader", version=2)
    assert refused(again)[:2] == (409, "shift_hand_over_ended")
    rows = await desk.pool.fetch(
        "select type, routing, payload from outbox where company = $1 and type like 'customer.shift_%' order by seq",
        desk.gas.code,
    )
    assert [row["type"] for row in rows] == ["customer.shift_handed_over", "customer.shift_taken_over"]
    assert rows[0]["routing"]["posts"] == ["hotline_agent"]
    said = rows[1]["payload"]
    assert (said["handed_by"], said["taken_over_by"]) == (one["handed_by"], taken["taken_over_by"])
    assert rows[1]["routing"]["owner_id"] == taken["taken_over_by"]
    trail = await desk.pool.fetch("select action, detail from audit where company = $1 order by at", desk.gas.code)
    assert [row["action"] for row in trail if "shift" in row["action"]] == [row["type"] for row in rows]
    assert "停气" not in str([dict(row) for row in trail])


async def test_open_work_is_added_until_somebody_takes_over(desk: Desk) -> None:
    one = await left(desk)
    path = f"{PATH}/{one['id']}"
    entry = {"kind": "complaint", "id": str(uuid4()), "service": "complaint", "metric": "response", "tier": "vip"}
    body = {"open_work": [entry], "missing_services": ["callback"]}
    other = await desk.post(f"{path}/open-work", body, "agent2", version=1)
    assert refused(other)[:2] == (403, "shift_hand_over_others")
    first = await desk.done(f"{path}/open-work", body, "agent", version=1)
    assert ([found["metric"] for found in first["open_work"]], first["missing_services"]) == (
        ["response"],
        ["callback"],
    )
    assert first["gathered_at"] is not None
    second = await desk.done(f"{path}/open-work", {"open_work": []}, "agent", version=2)
    assert (second["open_work"], second["missing_services"]) == ([], [])
    await desk.done(f"{path}/take-over", {}, "agent2", version=3)
    late = await desk.post(f"{path}/open-work", body, "agent", version=4)
    assert refused(late)[:2] == (409, "shift_hand_over_ended")


async def test_leaders_see_what_nobody_took_and_other_rooms_see_nothing(desk: Desk) -> None:
    one = await left(desk)
    taken = await left(desk)
    await desk.done(f"{PATH}/{taken['id']}/take-over", {}, "agent2", version=1)
    for login in ("agent", "agent2", "hotlineleader", "callhead", "deputy", "office"):
        listed = await desk.get(f"{PATH}?state=handed", login)
        assert [found["id"] for found in listed["items"]] == [one["id"]], login
    mine = await desk.get(f"{PATH}?taken_over_by={desk.gas.person('agent2')}", "agent2")
    assert [found["id"] for found in mine["items"]] == [taken["id"]]
    for login in ("clerk", "hallleader", "networkhead", "crew"):
        assert (await desk.get(PATH, login))["items"] == []
        hidden = await desk.client.get(f"{PATH}/{one['id']}", headers=desk.gas.headers(login))
        assert refused(hidden)[:2] == (404, "shift_hand_over_not_found")
    denied = await desk.post(PATH, {"note": "x"}, "auditor")
    assert refused(denied)[:2] == (403, "permission_denied")
    await desk.done(f"{PATH}/{one['id']}/take-over", {}, "hotlineleader", version=1)


async def test_a_note_to_somebody_by_name_is_theirs_or_their_leaders(desk: Desk) -> None:
    for wrong in (uuid4(), desk.gas.person("clerk")):
        answer = await desk.post(PATH, {"note": "x", "to_staff_id": str(wrong)}, "clerk")
        assert refused(answer) == (422, "shift_hand_over_receiver", "/to_staff_id")
    one = await left(desk, to_staff_id=str(desk.gas.person("clerk")))
    other = await desk.post(f"{PATH}/{one['id']}/take-over", {}, "agent2", version=1)
    assert refused(other)[:2] == (403, "shift_hand_over_others")
    await desk.done(f"{PATH}/{one['id']}/take-over", {}, "clerk", version=1)
    two = await left(desk, to_staff_id=str(desk.gas.person("clerk")))
    await desk.done(f"{PATH}/{two['id']}/take-over", {}, "hotlineleader", version=1)


async def test_a_matter_of_an_unknown_customer_is_named(desk: Desk) -> None:
    foreign = [{"kind": "complaint", "id": str(uuid4())}, {"kind": "customer", "id": str(uuid4())}]
    answer = await desk.post(PATH, {"note": "x", "matters": foreign}, "agent")
    assert refused(answer) == (422, "shift_matter_unknown", "/matters/1/id")


async def test_the_same_key_hands_over_once_and_of_two_takers_one_wins(desk: Desk) -> None:
    headers = desk.gas.headers("agent", key="one-shift")
    answers = [await desk.client.post(PATH, json={"note": "交班"}, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["idempotency-replayed"] == "true"
    path = f"{answers[0].headers['location']}/take-over"
    both = await asyncio.gather(*(desk.post(path, {}, login, version=1) for login in ("agent2", "hotlineleader")))
    assert sorted(one.status_code for one in both) == [200, 412]
