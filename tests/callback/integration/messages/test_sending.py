"""Messages by a real HTTP provider: sent once whatever happens, unknown results asked for, deliveries followed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts.customer import CustomerErased
from shared.messaging.gateway import GatewaySender
from shared.messaging.sender import Letter, Outcome, Result
from tests.callback.integration.line import Line, event_of
from tests.callback.integration.messages.post import PHONE, Outside, one_round, queued, shown
from tests.support.world import Company


async def test_a_message_is_sent_and_its_delivery_learnt(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "tip_winter_home")
    again = await queued(line, gas, customer, "tip_winter_home", cause=row.cause)
    assert (again.id, row.state, row.purpose) == (row.id, "queued", "tip")
    assert await one_round(line, gas, out.sender) == 1
    (post,) = out.provider.posts
    assert (post["id"], post["to"]) == (str(row.id), PHONE)
    assert post["text"].startswith("冬季用气提示")
    sent = await shown(line, gas, row)
    assert (sent["state"], sent["attempts"], sent["provider_reference"]) == ("sent", 1, f"sms-{row.id}")
    assert await one_round(line, gas, out.sender) == 0, "the delivery is asked for later"
    out.provider.states[str(row.id)] = "delivered"
    line.clock.advance(timedelta(minutes=10))
    assert await one_round(line, gas, out.sender) == 1
    done = await shown(line, gas, row)
    assert (done["state"], [(one["kind"], one["result"]) for one in done["history"]]) == (
        "delivered",
        [("send", "accepted"), ("ask", "delivered")],
    )
    line.clock.advance(timedelta(hours=2))
    assert await one_round(line, gas, out.sender) == 0
    facts = await line.facts(gas, "callback.message_sent", "callback.message_delivered")
    assert [one["type"] for one in facts] == ["callback.message_sent", "callback.message_delivered"]
    stored = await line.pool.fetchval("select json_agg(t)::text from (select * from messages where id = $1) t", row.id)
    assert "10012345678" not in stored, "the number is nowhere in this service"
    assert all("10012345678" not in str(one) for one in facts)


async def test_a_timeout_after_acceptance_sends_no_second_message(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "tip_winter_home")
    out.provider.set(delay=0.3)
    await one_round(line, gas, out.sender)
    unknown = await shown(line, gas, row)
    assert (unknown["state"], unknown["history"][0]["result"]) == ("unknown", "unknown")
    assert await one_round(line, gas, out.sender) == 0, "not before the provider may have settled"
    out.provider.set(delay=0.0, ask_status=503)
    line.clock.advance(timedelta(minutes=2))
    await one_round(line, gas, out.sender)
    assert (await shown(line, gas, row))["state"] == "unknown", "asked, and still nobody knows"
    out.provider.set(ask_status=200)
    line.clock.advance(timedelta(minutes=5))
    await one_round(line, gas, out.sender)
    known = await shown(line, gas, row)
    assert (known["state"], known["attempts"]) == ("sent", 1)
    assert (len(out.provider.posts), len(out.provider.sent)) == (1, 1), "asked for, never sent again"


async def test_what_never_arrived_is_sent_again_under_the_same_key(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "tip_winter_home")
    out.provider.set(status=500, is_taken=False)
    await one_round(line, gas, out.sender)
    assert (await shown(line, gas, row))["state"] == "unknown"
    out.provider.set(status=202, is_taken=True)
    line.clock.advance(timedelta(minutes=2))
    await one_round(line, gas, out.sender)
    assert ((await shown(line, gas, row))["state"], len(out.provider.posts)) == ("queued", 1), "asked before sending"
    await one_round(line, gas, out.sender)
    sent = await shown(line, gas, row)
    assert (sent["state"], sent["attempts"], len(out.provider.sent)) == ("sent", 2, 1)
    assert {post["id"] for post in out.provider.posts} == {str(row.id)}


async def test_refused_and_throttled_and_nobody_listening(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    refused = await queued(line, gas, customer, "tip_winter_home")
    out.provider.set(status=422, is_taken=False)
    await one_round(line, gas, out.sender)
    told = await shown(line, gas, refused)
    assert (told["state"], told["reason"], told["history"][0]["detail"]) == ("refused", "provider", "http_422")
    later = await queued(line, gas, customer, "tip_winter_home")
    out.provider.set(status=429)
    for _ in range(5):
        await one_round(line, gas, out.sender)
        line.clock.advance(timedelta(minutes=10))
    failed = await shown(line, gas, later)
    assert (failed["state"], failed["reason"], failed["attempts"]) == ("failed", "attempts_spent", 5)
    nobody = GatewaySender(out.sender._client, url="http://127.0.0.1:1", key="x", numbers=out.sender._numbers)
    letter = Letter(refused.id, gas.code, customer, "x")
    assert (await nobody.send(letter)).result is Result.LATER, "certainly not taken"
    assert (await nobody.ask(refused.id, None)).result is Result.UNKNOWN
    facts = await line.facts(gas, "callback.message_failed")
    assert [one["reason"] for one in facts] == ["provider", "attempts_spent"]


async def test_a_result_nobody_ever_knows_is_given_up_not_repeated(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "safety_notice")
    out.provider.set(delay=0.3, ask_status=500)
    await one_round(line, gas, out.sender)
    out.provider.set(delay=0.0)
    for _ in range(3):
        line.clock.advance(timedelta(hours=13))
        await one_round(line, gas, out.sender)
    ended = await shown(line, gas, row)
    assert (ended["state"], ended["reason"], len(out.provider.posts)) == ("failed", "result_unknown", 1)


async def test_a_lost_worker_leaves_an_unknown_result(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "tip_winter_home")

    class Dying:
        async def send(self, letter: Letter) -> Outcome:
            await out.sender.send(letter)
            raise RuntimeError("killed")

        async def ask(self, message_id: UUID, reference: str | None) -> Outcome:
            return await out.sender.ask(message_id, reference)

        async def close(self) -> None: ...

    with pytest.raises(RuntimeError, match="killed"):
        await one_round(line, gas, Dying())
    assert (await shown(line, gas, row))["state"] == "sending"
    line.clock.advance(timedelta(minutes=3))
    await one_round(line, gas, out.sender)
    assert (await shown(line, gas, row))["state"] == "unknown"
    line.clock.advance(timedelta(minutes=3))
    await one_round(line, gas, out.sender)
    assert ((await shown(line, gas, row))["state"], len(out.provider.posts)) == ("sent", 1)


async def test_erased_while_nobody_knew_and_never_taken(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    row = await queued(line, gas, customer, "survey_reminder", parameters={"link": "https://gas.example/s/x"})
    out.provider.set(status=500, is_taken=False)
    await one_round(line, gas, out.sender)
    await line.hear(event_of(gas, CustomerErased(customer_id=customer, erased_at=line.clock.now())))
    line.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await one_round(line, gas, out.sender)
    gone = await shown(line, gas, row)
    assert (gone["state"], gone["reason"], len(out.provider.posts)) == ("suppressed", "erased", 1)


async def test_workers_at_once_send_each_message_once(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas)
    rows = [await queued(line, gas, customer, "safety_notice") for _ in range(12)]
    taken = await asyncio.gather(*(one_round(line, gas, out.sender) for _ in range(4)))
    assert sum(taken) == len(rows)
    assert sorted(post["id"] for post in out.provider.posts) == sorted(str(row.id) for row in rows)
    assert out.provider.sign_ins == 1
    shows = await line.pool.fetchval("select count(*) from messages where company = $1 and state = 'sent'", gas.code)
    assert shows == len(rows)


async def test_a_customer_without_a_number_is_refused_by_name(line: Line, gas: Company, out: Outside) -> None:
    customer = await out.customer(line, gas, phones=[])
    row = await queued(line, gas, customer, "tip_winter_home")
    await one_round(line, gas, out.sender)
    told = await shown(line, gas, row)
    assert (told["state"], told["reason"], out.provider.posts) == ("refused", "number_missing", [])
