"""Greetings: planned from festivals and days, each a clock with its owner; done, skipped, cancelled, by message."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.contracts.customer import CustomerErased
from shared.ids import new_id
from tests.callback.integration.care.days import (
    KEEP_JOB,
    PLAN_JOB,
    TIPS_JOB,
    end_day,
    greetings,
    joined,
    run_job,
    set_day,
)
from tests.callback.integration.line import Line, event_of
from tests.callback.integration.messages.post import files_in, folder, one_round
from tests.support.world import Company

JANUARY = datetime(2027, 1, 10, 2, 0, tzinfo=UTC)


async def test_a_festival_call_is_owed_by_the_account_manager(line: Line, gas: Company) -> None:
    manager = gas.person("account")
    customer = await line.know(gas, "vip", account_manager_id=manager)
    other = await line.know(gas, "vip")
    await line.know(gas, "general")
    line.clock.set(JANUARY)
    assert await run_job(line, gas, PLAN_JOB) == 2
    assert await run_job(line, gas, PLAN_JOB) == 0, "planned once, however often"
    planned = {one["customer_id"]: one for one in await greetings(line, gas)}
    assert set(planned) == {str(customer), str(other)}
    one = planned[str(customer)]
    assert (one["festival"], one["on_date"], one["channel"]) == ("spring_festival", "2027-02-06", "call")
    assert (one["owner_id"], one["posts"], one["due_at"]) == (str(manager), ["account_manager"], "2027-02-06T16:00:00Z")
    assert [row["id"] for row in await greetings(line, gas, login="account", owner_id=str(manager))] == [one["id"]]
    (clock,) = await line.clocks(gas, "greetings", one)
    assert (clock["metric"], clock["state"], clock["clause"]) == ("greeting", "running", "care")
    answer = await line.client.get(
        f"/v1/greetings/{one['id']}/clocks/{clock['id']}/explanation", headers=gas.headers("office")
    )
    assert answer.status_code == 200, answer.text
    stale = await line.post(gas, f"/v1/greetings/{one['id']}/do", {"note": "x"}, login="account", version=9)
    assert stale.status_code == 412
    foreign = await line.post(gas, f"/v1/greetings/{one['id']}/do", {}, login="agent", version=1)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "greeting_not_found")
    done = await line.post(gas, f"/v1/greetings/{one['id']}/do", {"note": "需要增容"}, login="account", version=1)
    assert (done.status_code, done.json()["state"], done.json()["note"]) == (200, "done", "需要增容")
    assert (await line.clocks(gas, "greetings", one))[0]["state"] == "met"
    twice = await line.post(gas, f"/v1/greetings/{one['id']}/do", {}, login="account", version=2)
    assert (twice.status_code, twice.json()["code"]) == (409, "greeting_step_not_allowed")
    late = planned[str(other)]
    line.clock.set(datetime(2027, 2, 6, 17, 0, tzinfo=UTC))
    await line.keep(gas)
    assert (await line.clocks(gas, "greetings", late))[0]["state"] == "breached"
    skipped = await line.post(
        gas, f"/v1/greetings/{late['id']}/skip", {"reason": "客户出国"}, login="office", version=1
    )
    assert (skipped.json()["state"], skipped.json()["reason"], skipped.json()["note"]) == (
        "skipped",
        "by_staff",
        "客户出国",
    )
    facts = await line.facts(gas, "callback.greeting_planned", "callback.greeting_done", "callback.greeting_skipped")
    assert len(facts) == 4
    assert all("增容" not in str(fact) for fact in facts)


async def test_days_of_units_and_members_are_kept_in_person_with_a_gift(line: Line, groups: Company) -> None:
    group = await line.know(groups, "a_plus", party="group", account_manager_id=groups.person("account"))
    small = await line.know(groups, "c", party="group")
    core = await joined(line, groups, group)
    ordinary = await joined(line, groups, group, circle="ordinary")
    await set_day(line, groups, group, in_days=5)
    await set_day(line, groups, small, in_days=5)
    await set_day(line, groups, group, in_days=6, member=core, circle="core")
    await set_day(line, groups, group, in_days=7, member=ordinary, circle="ordinary", is_lunar=True)
    await set_day(line, groups, group, in_days=40, member=core, circle="core")
    assert await run_job(line, groups, PLAN_JOB) == 4
    shown = [
        (one["rule"], one["member_id"], one["posts"], one["gift_fen"], one["channel"])
        for one in await greetings(line, groups)
    ]
    assert sorted(shown, key=str) == sorted(
        [
            ("great_day_chief", str(core), ["chief_account_manager"], 20000, "in_person"),
            ("great_day", None, ["account_manager"], 10000, "in_person"),
            ("birthday", str(core), ["account_manager"], 30000, "in_person"),
            ("birthday", str(ordinary), ["account_manager"], 10000, "in_person"),
        ],
        key=str,
    )


async def test_a_day_that_is_gone_is_not_kept(line: Line, groups: Company) -> None:
    group = await line.know(groups, "b", party="group")
    member = await joined(line, groups, group)
    day = await set_day(line, groups, group, in_days=5)
    birthday = await set_day(line, groups, group, in_days=6, member=member, circle="core")
    await run_job(line, groups, PLAN_JOB)
    await set_day(line, groups, group, in_days=9, occasion_id=day, version=2)
    await set_day(line, groups, group, in_days=5, occasion_id=day, version=1)
    await run_job(line, groups, PLAN_JOB)
    great = sorted(
        (one["on_date"], one["state"], one["reason"]) for one in await greetings(line, groups, occasion="great_day")
    )
    assert great == [("2026-11-29", "cancelled", "occasion_gone"), ("2026-12-03", "planned", None)]
    await end_day(line, groups, group, day, version=3)
    await joined(line, groups, group, member_id=member, version=2, state="left", is_served=False)
    await end_day(line, groups, group, birthday, version=2)
    await run_job(line, groups, PLAN_JOB)
    rows = await greetings(line, groups)
    assert [one["state"] for one in rows] == ["cancelled"] * 3
    assert {one["reason"] for one in rows} == {"occasion_gone", "member_left"}
    for one in rows:
        assert (await line.clocks(groups, "greetings", one))[0]["state"] == "cancelled"


async def test_a_festival_by_message_is_settled_by_the_message(line: Line, groups: Company, tmp_path: Path) -> None:
    customer = await line.know(groups, "a", party="group")
    refuses = await line.know(groups, "a", party="group")
    erased = await line.know(groups, "a", party="group")
    body = {"customer_id": str(refuses), "purpose": "care", "source": "call"}
    assert (await line.post(groups, "/v1/message-opt-outs", body)).status_code == 201
    line.clock.set(JANUARY)
    await run_job(line, groups, PLAN_JOB)
    await line.hear(event_of(groups, CustomerErased(customer_id=erased, erased_at=JANUARY)))
    rows = {one["customer_id"]: one for one in await greetings(line, groups)}
    assert (rows[str(refuses)]["state"], rows[str(refuses)]["reason"]) == ("skipped", "opted_out")
    assert (rows[str(erased)]["state"], rows[str(erased)]["reason"]) == ("cancelled", "erased")
    one = rows[str(customer)]
    by_hand = await line.post(groups, f"/v1/greetings/{one['id']}/do", {}, login="office", version=1)
    assert (by_hand.status_code, by_hand.json()["code"]) == (409, "greeting_step_not_allowed")
    await one_round(line, groups, folder(tmp_path))
    assert not files_in(tmp_path), "not before the day"
    line.clock.set(datetime(2027, 2, 6, 0, 30, tzinfo=UTC))
    await one_round(line, groups, folder(tmp_path))
    assert len(files_in(tmp_path)) == 1
    assert await run_job(line, groups, KEEP_JOB) == 1
    done = {row["customer_id"]: row for row in await greetings(line, groups)}[str(customer)]
    assert (done["state"], done["done_by"]) == ("done", None)
    assert (await line.clocks(groups, "greetings", done))[0]["state"] == "met"


async def test_the_tip_of_the_month_goes_by_season_and_kind(line: Line, gas: Company) -> None:
    home = await line.know(gas, "vip", kind="residential")
    works = await line.know(gas, "vip", kind="industrial", customer_class="b", party="unit")
    refuses = await line.know(gas, "vip")
    await line.know(gas, "general")
    await line.know(gas, "vip", standing="closed")
    body = {"customer_id": str(refuses), "purpose": "tip", "source": "reply"}
    assert (await line.post(gas, "/v1/message-opt-outs", body)).status_code == 201
    due_at = line.clock.now().isoformat()
    for _ in range(2):
        assert await run_job(line, gas, TIPS_JOB, due_at=due_at) == 3
    answer = await line.client.get("/v1/messages", params={"source": "tip"}, headers=gas.headers("office"))
    found = {one["customer_id"]: (one["template"], one["state"]) for one in answer.json()["items"]}
    assert found == {
        str(home): ("tip_autumn_home", "queued"),
        str(works): ("tip_autumn_business", "queued"),
        str(refuses): ("tip_autumn_home", "suppressed"),
    }
    line.clock.advance(timedelta(days=30))
    await run_job(line, gas, TIPS_JOB, due_at=line.clock.now().isoformat())
    count = await line.pool.fetchval("select count(*) from messages where company = $1", gas.code)
    assert count == 6


async def test_strangers_see_no_greeting(line: Line, gas: Company) -> None:
    answer = await line.client.get(f"/v1/greetings/{new_id()}", headers=gas.headers("office"))
    assert (answer.status_code, answer.json()["code"]) == (404, "greeting_not_found")
    assert (await line.client.get("/v1/greetings", headers=gas.headers("crew"))).status_code == 403
