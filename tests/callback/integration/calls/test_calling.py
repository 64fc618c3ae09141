"""The call itself: the number for this call only, its time, what it came to; refusals change nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.callback.integration.line import BAD, GOOD, Json, Line
from tests.support.world import Company

CONTACT = {"purpose": "callback"}


async def test_the_number_is_had_by_a_grant_for_the_call_only(line: Line, gas: Company) -> None:
    order = await line.complete(gas)
    one = await line.callback_of(gas, order.order_id)
    refused = await line.act(gas, one, "contact", **CONTACT)
    assert (refused.status_code, refused.json()["code"]) == (409, "callback_not_claimed")
    one = await line.claim(gas)
    given = (await line.act(gas, one, "contact", **CONTACT)).json()
    grant = line.runtime.grants.verify(
        given["grant"],
        company=gas.code,
        customer_id=order.customer_id,
        staff_id=gas.person("agent"),
        field="phone",
    )
    assert (grant.service, grant.purpose) == ("callback", f"callback:{one['id']}")
    audited = await line.pool.fetchval(
        "select count(*) from audit where resource_id = $1 and action = 'contact_callback'", UUID(one["id"])
    )
    assert audited == 1
    assert (await line.act(gas, one, "contact", purpose="selling")).status_code == 422
    line.clock.set(line.clock.now().replace(hour=12, minute=29))  # 20:29
    one = await line.claim(gas)
    assert (await line.act(gas, one, "contact", **CONTACT)).status_code == 200
    line.clock.advance(timedelta(minutes=1))
    quiet = await line.act(gas, one, "contact", **CONTACT)
    assert (quiet.status_code, quiet.json()["code"]) == (422, "callback_quiet_hours")
    late = await line.act(gas, one, "record", result="reached", answers=GOOD)
    assert late.json()["code"] == "callback_quiet_hours"


async def test_a_satisfied_customer_ends_the_callback_and_meets_its_window(line: Line, gas: Company) -> None:
    order = await line.complete(gas)
    one = await line.claim(gas)
    script = await line.client.get(f"/v1/callbacks/{one['id']}/script", headers=gas.headers("agent"))
    asked = [question["code"] for question in script.json()["questions"]]
    assert (script.json()["version"], asked) == (
        1,
        ["attitude", "quality", "speed", "is_left", "overall", "advice"],
    ), "in the pack's order"
    line.clock.advance(timedelta(minutes=5))
    answers = {"overall": {"score": 4}, "advice": {"text": "王先生说很好"}}
    done = await line.record(gas, one, result="reached", answers=answers)
    assert (done["state"], done["outcome"], done["is_satisfied"], done["score"]) == ("done", "reached", True, 4)
    (clock,) = await line.clocks(gas, "callbacks", one)
    assert clock["state"] == "met"
    (said,) = await line.facts(gas, "callback.completed")
    assert (said["subject_type"], said["subject_id"], said["is_satisfied"]) == ("order", str(order.order_id), True)
    assert (said["hops"], str(said["matter_id"])) == (1, str(order.order_id))
    assert "王先生" not in str(said)
    shown = await line.shown(gas, one)
    assert [(call["result"], call["position"]) for call in shown["calls"]] == [("reached", 1)]
    assert {answer["question"] for answer in shown["answers"]} == {"overall", "advice"}
    again = await line.act(gas, done, "record", result="reached", answers=GOOD)
    assert (again.status_code, again.json()["code"]) == (409, "callback_not_open")
    words = await line.client.get(f"/v1/callbacks/{one['id']}/words", headers=gas.headers("agent"))
    assert words.json()["answers"] == {"advice": "王先生说很好"}
    assert (await line.client.get(f"/v1/callbacks/{one['id']}/words", headers=gas.headers("crew"))).status_code == 404


AGAIN = {"result": "call_again"}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"result": "reached", "answers": {"overall": {"score": 9}}}, "callback_answer_outside_script", "/overall"),
        ({"result": "reached", "answers": {"mood": {"score": 1}}}, "callback_answer_outside_script", "/mood"),
        ({"result": "reached"}, "callback_answer_missing", "/overall"),
        ({"result": "reached", "answers": BAD}, "callback_reason_missing", "/reasons"),
        ({"result": "reached", "answers": BAD, "reasons": ["moon"]}, "callback_reason_unknown", "/reasons/0"),
        ({"result": "reached", "answers": GOOD, "reasons": ["late"]}, "callback_reason_unknown", "/reasons/0"),
        ({"result": "no_answer", "answers": GOOD}, "callback_not_reached", "/answers"),
        (AGAIN, "callback_call_again_time", "/call_again_at"),
        (AGAIN | {"call_again_at": "2026-11-24T09:00:00+08:00"}, "callback_call_again_time", "/call_again_at"),
        (AGAIN | {"call_again_at": "2026-11-24T21:00:00+08:00"}, "callback_call_again_time", "/call_again_at"),
        (AGAIN | {"call_again_at": "2026-12-24T10:00:00+08:00"}, "callback_call_again_time", "/call_again_at"),
        ({"result": "refused", "called_at": "2026-11-24T10:01:00+08:00"}, "callback_called_at", "/called_at"),
        ({"result": "refused", "called_at": "2026-11-24T09:59:00+08:00"}, "callback_called_at", "/called_at"),
        ({"result": "reached", "answers": GOOD, "need": {"need": "moon"}}, "callback_need_unknown", "/need/need"),
        (
            {"result": "reached", "answers": GOOD, "suggestion": {"words": "好", "department": "moon"}},
            "opinion_department_unknown",
            "/suggestion/department",
        ),
        (
            {"result": "reached", "answers": GOOD, "praise": {"staff_ids": ["0190b6f0-5a4c-7c3e-9f10-2f4f4a6b7c8d"]}},
            "callback_praised_unknown",
            "/praise/staff_ids/0",
        ),
        (
            {"result": "reached", "answers": GOOD, "praise": {"department": "moon"}},
            "callback_praised_department_unknown",
            "/praise/department",
        ),
    ],
)
async def test_a_report_that_breaks_a_rule_changes_nothing(
    line: Line, gas: Company, body: Json, code: str, pointer: str
) -> None:
    await line.complete(gas)
    one = await line.claim(gas)
    refused = await line.act(gas, one, "record", **body)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    assert refused.json()["errors"][0]["pointer"].endswith(pointer)
    shown = await line.shown(gas, one)
    assert (shown["version"], shown["state"], shown["calls"]) == (one["version"], "claimed", [])
    assert await line.facts(gas, "callback.completed", "callback.dissatisfied", "callback.opinion_received") == []


async def test_nobody_answers_until_the_packs_count(line: Line, gas: Company) -> None:
    await line.complete(gas)
    for attempt in (1, 2, 3):
        one = await line.claim(gas)
        one = await line.record(gas, one, result="no_answer")
        if attempt < 3:
            assert (one["state"], one["owner_id"], one["attempts"]) == ("scheduled", None, attempt)
            early = await line.act(gas, one, "claim")
            assert (early.status_code, early.json()["code"]) == (409, "callback_not_due")
            line.clock.advance(timedelta(minutes=120))
    assert (one["state"], one["outcome"], one["is_satisfied"]) == ("done", "no_answer", None)
    (said,) = await line.facts(gas, "callback.completed")
    assert (said["outcome"], said["attempts"], said["is_satisfied"]) == ("no_answer", 3, None)


async def test_what_would_be_due_in_quiet_hours_is_due_in_the_morning(line: Line, gas: Company) -> None:
    line.clock.set(line.clock.now().replace(hour=10, minute=40))  # 18:40, and 20:40 after the spacing
    await line.complete(gas)
    one = await line.record(gas, await line.claim(gas), result="no_answer")
    assert (one["state"], one["ready_at"]) == ("scheduled", "2026-11-25T00:30:00Z")
    line.clock.set(line.clock.now().replace(hour=14, minute=0))  # 22:00
    night = await line.complete(gas, ago=timedelta(days=1), work="emergency_repair")
    one = await line.callback_of(gas, night.order_id)
    assert (one["state"], one["earliest_at"], one["ready_at"]) == (
        "waiting",
        "2026-11-23T16:00:00Z",
        "2026-11-24T00:30:00Z",
    ), "two hours after the work it was midnight"
    late = await line.complete(gas)
    one = await line.callback_of(gas, late.order_id)
    assert (one["state"], one["earliest_at"], one["ready_at"]) == (
        "scheduled",
        "2026-11-24T14:00:00Z",
        "2026-11-25T00:30:00Z",
    )
    early = await line.act(gas, one, "claim")
    assert (early.status_code, early.json()["code"]) == (409, "callback_not_due")


async def test_the_customer_asks_to_be_called_again(line: Line, gas: Company) -> None:
    await line.complete(gas)
    one = await line.claim(gas)
    again = await line.record(gas, one, result="call_again", call_again_at="2026-11-24T15:00:00+08:00")
    assert (again["state"], again["attempts"]) == ("scheduled", 0)
    line.clock.advance(timedelta(hours=5))
    one = await line.claim(gas)
    refused = await line.record(gas, one, result="refused")
    assert (refused["outcome"], refused["is_satisfied"]) == ("refused", None)


async def test_a_missed_window_is_a_breach_and_nobody_calls_any_more(line: Line, gas: Company) -> None:
    order = await line.complete(gas)
    held = await line.complete(gas)
    one = await line.callback_of(gas, order.order_id)
    line.clock.set(line.clock.now().replace(day=26, hour=9, minute=29))
    other = await line.callback_of(gas, held.order_id)
    other = (await line.act(gas, other, "claim", login="agent2")).json()
    line.clock.advance(timedelta(minutes=2))
    expired = await line.act(gas, one, "claim")
    assert (expired.status_code, expired.json()["code"]) == (409, "callback_window_expired")
    assert await line.keep(gas) == 1
    missed = await line.shown(gas, one)
    assert (missed["state"], missed["outcome"]) == ("missed", None)
    (clock,) = await line.clocks(gas, "callbacks", one)
    assert (clock["state"], clock["stopped_at"] is not None) == ("breached", True)
    (said,) = await line.facts(gas, "callback.missed")
    assert said["callback_id"] == one["id"]
    assert (await line.act(gas, missed, "claim")).json()["code"] == "callback_not_open"
    late = await line.act(gas, other, "record", login="agent2", result="refused")
    assert late.json()["code"] == "callback_window_expired"
    in_time = (line.clock.now() - timedelta(minutes=2)).isoformat()
    kept = await line.record(gas, other, login="agent2", result="refused", called_at=in_time)
    (clock,) = await line.clocks(gas, "callbacks", kept)
    assert clock["state"] == "met", "judged by when the call was made"
    assert await line.keep(gas) == 0
