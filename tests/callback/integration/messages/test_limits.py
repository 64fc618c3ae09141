"""Quiet hours, opt-outs, the most of a month, the folder, erasure; the doors."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import orjson

from shared.contracts.customer import CustomerErased, CustomerMerged
from tests.callback.integration.line import Line, event_of
from tests.callback.integration.messages.post import files_in, folder, one_round, queued, shown
from tests.support.world import Company

EVENING = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
"""21:00 in Shanghai."""


async def test_the_folder_gets_one_file_without_a_number(line: Line, gas: Company, tmp_path: Path) -> None:
    customer = await line.know(gas, "vip")
    row = await queued(line, gas, customer, "interruption", parameters={"on": "2026-11-25", "at": "09:00"})
    assert await one_round(line, gas, folder(tmp_path)) == 1
    (file,) = files_in(tmp_path)
    said = orjson.loads(file.read_bytes())
    assert (said["id"], said["customer_id"]) == (str(row.id), str(customer))
    assert said["text"] == "燃气公司通知：11月25日09:00起您所在区域暂停供气，恢复前请关闭阀门。"
    assert "phone" not in said
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.iterdir()] == [file.name], "no draft is left"
    assert (await shown(line, gas, row))["state"] == "delivered"


async def test_quiet_hours_defer_what_may_wait(line: Line, gas: Company, tmp_path: Path) -> None:
    customer = await line.know(gas, "vip")
    early = await queued(line, gas, customer, "tip_winter_home")
    line.clock.set(EVENING)
    tip = await queued(line, gas, customer, "tip_winter_home")
    safety = await queued(line, gas, customer, "safety_notice")
    assert (tip.reason, tip.ready_at) == ("quiet_hours", datetime(2026, 11, 25, 0, 30, tzinfo=UTC))
    await one_round(line, gas, folder(tmp_path))
    states = [(await shown(line, gas, row))["state"] for row in (early, tip, safety)]
    assert states == ["queued", "queued", "delivered"], "queued by day, due at night: it waits too"
    line.clock.set(datetime(2026, 11, 25, 0, 30, tzinfo=UTC))
    await one_round(line, gas, folder(tmp_path))
    assert [(await shown(line, gas, row))["state"] for row in (early, tip)] == ["delivered", "delivered"]


async def test_a_wish_is_kept_with_its_history(line: Line, gas: Company, tmp_path: Path) -> None:
    customer = await line.know(gas, "vip")
    waiting = await queued(line, gas, customer, "tip_winter_home")
    body = {"customer_id": str(customer), "purpose": "tip", "source": "call"}
    key = str(uuid4())
    answer = await line.post(gas, "/v1/message-opt-outs", body, key=key)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    again = await line.post(gas, "/v1/message-opt-outs", body, key=key)
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (said["id"], "true")
    twice = await line.post(gas, "/v1/message-opt-outs", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "opt_out_exists")
    kept = await queued(line, gas, customer, "tip_winter_home")
    assert (kept.state, kept.reason) == ("suppressed", "opted_out")
    await one_round(line, gas, folder(tmp_path))
    assert (await shown(line, gas, waiting))["reason"] == "opted_out", "looked at again when it goes out"
    assert not files_in(tmp_path)
    other = await queued(line, gas, customer, "festival_greeting")
    assert other.state == "queued", "one purpose, not all"
    path = f"/v1/message-opt-outs/{said['id']}/end"
    stale = await line.post(gas, path, {"source": "counter"}, version=7)
    assert stale.status_code == 412
    ended = await line.post(gas, path, {"source": "counter"}, version=1)
    assert (ended.status_code, ended.json()["ended_source"], ended.json()["version"]) == (200, "counter", 2)
    done = await line.post(gas, path, {"source": "counter"}, version=2)
    assert (done.status_code, done.json()["code"]) == (409, "opt_out_ended")
    assert (await queued(line, gas, customer, "tip_winter_home")).state == "queued"
    listed = await line.client.get(
        "/v1/message-opt-outs", params={"customer_id": str(customer)}, headers=gas.headers("office")
    )
    assert [one["id"] for one in listed.json()["items"]] == [said["id"]]
    facts = await line.facts(gas, "callback.opt_out_set", "callback.opt_out_ended")
    assert [one["source"] for one in facts] == ["call", "counter"]


async def test_a_merged_customer_takes_the_wish_along(line: Line, gas: Company) -> None:
    customer, into = await line.know(gas, "vip"), await line.know(gas, "vip")
    body = {"customer_id": str(customer), "purpose": "tip", "source": "call"}
    assert (await line.post(gas, "/v1/message-opt-outs", body)).status_code == 201
    merged = CustomerMerged(customer_id=customer, into_customer_id=into, merged_at=line.clock.now())
    await line.hear(event_of(gas, merged))
    kept = [await queued(line, gas, one, "tip_winter_home") for one in (customer, into)]
    assert [(row.customer_id, row.state, row.reason) for row in kept] == [(into, "suppressed", "opted_out")] * 2


async def test_safety_may_not_be_refused_and_sources_are_the_packs(line: Line, gas: Company) -> None:
    customer = str(await line.know(gas, "vip"))
    for body, code, pointer in (
        ({"purpose": "safety", "source": "call"}, "opt_out_not_allowed", "/purpose"),
        ({"purpose": "nothing", "source": "call"}, "opt_out_not_allowed", "/purpose"),
        ({"purpose": "tip", "source": "rumour"}, "opt_out_source_unknown", "/source"),
    ):
        refused = await line.post(gas, "/v1/message-opt-outs", {"customer_id": customer, **body})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["errors"][0]["pointer"] == pointer
    unknown = {"customer_id": str(uuid4()), "purpose": "tip", "source": "call"}
    refused = await line.post(gas, "/v1/message-opt-outs", unknown)
    assert refused.json()["code"] == "message_customer_unknown"
    assert (await line.post(gas, "/v1/message-opt-outs", unknown, login="crew")).status_code == 403
    assert not await line.pool.fetchval("select count(*) from message_opt_outs where company = $1", gas.code)


async def test_nobody_gets_more_in_a_month_than_the_pack_allows(line: Line, gas: Company) -> None:
    customer = await line.know(gas, "vip")
    states = [(await queued(line, gas, customer, "tip_winter_home")).state for _ in range(5)]
    assert states == ["queued"] * 4 + ["suppressed"]
    notice = await queued(line, gas, customer, "safety_notice")
    assert notice.state == "queued", "safety is not counted"
    next_month = line.clock.now() + timedelta(days=10)
    later = await queued(line, gas, customer, "tip_winter_home", ready_at=next_month)
    assert (later.state, later.month) == ("queued", "2026-12")
    (fact,) = await line.facts(gas, "callback.message_suppressed")
    assert (fact["reason"], fact["purpose"]) == ("monthly_most", "tip")


async def test_an_erased_customer_gets_nothing_more(line: Line, gas: Company, tmp_path: Path) -> None:
    customer = await line.know(gas, "vip")
    row = await queued(line, gas, customer, "survey_invitation", parameters={"link": "https://gas.example/s/secret"})
    await line.hear(event_of(gas, CustomerErased(customer_id=customer, erased_at=line.clock.now())))
    await one_round(line, gas, folder(tmp_path))
    gone = await shown(line, gas, row)
    assert (gone["state"], gone["reason"], gone["parameters"]) == ("suppressed", "erased", {})


async def test_a_person_sends_by_template_only(line: Line, gas: Company) -> None:
    customer = str(await line.know(gas, "vip"))
    answer = await line.post(gas, "/v1/messages", {"customer_id": customer, "template": "safety_notice"})
    assert answer.status_code == 201, answer.text
    sent = answer.json()
    assert (sent["source"], sent["queued_by"], sent["state"]) == ("staff", str(gas.person("agent")), "queued")
    named = {"title": "林先生 13800001111", "on": "2026-12-01", "at": "09:00", "place": "营业厅"}
    for body, code in (
        ({"template": "nothing"}, "message_template_unknown"),
        ({"template": "activity_invitation", "parameters": named}, "message_parameter_invalid"),
        ({"template": "activity_invitation"}, "message_parameter_invalid"),
        ({"template": "safety_notice", "customer_id": str(uuid4())}, "message_customer_unknown"),
    ):
        refused = await line.post(gas, "/v1/messages", {"customer_id": customer, **body})
        assert (refused.status_code, refused.json()["code"]) == (422, code), body
        assert "13800001111" not in refused.text
    body = {"customer_id": customer, "template": "safety_notice"}
    assert (await line.post(gas, "/v1/messages", body, login="crew")).status_code == 403
    own = await line.client.get("/v1/messages", headers=gas.headers("account"))
    assert own.json()["items"] == [], "an account manager sees the own ones"
    listed = await line.client.get("/v1/messages", params={"customer_id": customer}, headers=gas.headers("head"))
    assert [UUID(one["id"]) for one in listed.json()["items"]] == [UUID(sent["id"])]
    foreign = await line.client.get(f"/v1/messages/{sent['id']}", headers=gas.headers("account"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "message_not_found")
