"""Document, money and system report: compared, listed, explained or corrected, confirmed by another."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from services.customer.entry_quality import jobs as entry_jobs
from services.customer.entry_quality.rules.periods import Span
from tests.customer.integration.entry_quality.house import House
from tests.customer.integration.interactions.desk import TODAY, refused
from tests.customer.integration.settlement.counter import Counter


async def test_a_difference_is_found_corrected_and_confirmed_by_another(counter: Counter) -> None:
    order = await counter.order()
    await counter.line(order, "materials", {"code": "pipe", "quantity": "2"})
    await counter.paper(order, 2400, {"pipe": "3"})
    assert await counter.exceptions() == []
    paid = await counter.pay(order, 2000)
    (found,) = await counter.exceptions(state="open", order_id=order["id"])
    assert (found["pair"], found["differs"]) == ("material_and_fee", ["document", "money", "system"])
    assert (found["document_fen"], found["money_fen"], found["system_fen"]) == (2400, 2000, 2400)
    assert found["difference_fen"] == 400
    assert found["quantities"] == [{"code": "pipe", "document": "3.000", "system": "2.000"}]
    assert found["operator_id"] == str(counter.gas.person("clerk"))
    still = await counter.step(found, "correct", "orderclerk")
    assert refused(still)[:2] == (409, "three_way_still_different")
    assert refused(await counter.step(found, "confirm", "office"))[:2] == (409, "three_way_step_not_allowed")
    # put right: the exception is corrected by whoever entered the last line, and that is not who confirms
    await counter.line(order, f"payments/{paid['id']}/reverse", {"reason": "少录"}, "clerk")
    await counter.pay(order, 2400)
    (paper,) = (await counter.sheet(order))["documents"]
    await counter.line(order, f"documents/{paper['id']}/reverse", {"reason": "误读"})
    await counter.paper(order, 2400, {"pipe": "2"})
    (found,) = await counter.exceptions()
    assert (found["state"], found["handled_by"]) == ("corrected", str(counter.gas.person("orderclerk")))
    assert (await counter.sheet(order))["missing"] == ["exception"]
    own = await counter.step(found, "confirm", "orderclerk")
    assert refused(own)[:2] == (403, "three_way_four_eyes")
    stale = await counter.step({**found, "version": 1}, "confirm", "office")
    assert refused(stale)[:2] == (412, "stale_version")
    both = await asyncio.gather(*(counter.step(found, "confirm", login) for login in ("office", "head")))
    assert sorted(answer.status_code for answer in both) == [200, 412]
    assert (await counter.sheet(order))["state"] == "settled"
    facts = await counter.facts()
    assert facts.count("customer.order_settled") == 1
    assert "customer.three_way_mismatch_found" in facts


async def test_the_day_counts_a_missing_side_once_and_an_explained_difference_stays(counter: Counter) -> None:
    orders = [await counter.order() for _ in range(3)]
    for order in orders:
        await counter.line(order, "fees", {"kind": "labour", "amount_fen": 1000})
    assert await counter.exceptions() == []
    chunks = await counter.run_day(at_once=2)
    assert chunks == 3
    found = await counter.exceptions()
    assert len(found) == 3
    assert {(*one["differs"], one["difference_fen"], one["document_fen"]) for one in found} == {
        ("document", "money", 1000, None)
    }
    versions = {one["id"]: one["version"] for one in found}
    await counter.run_day(at_once=2)
    assert {one["id"]: one["version"] for one in await counter.exceptions()} == versions
    one = next(one for one in found if one["order_id"] == orders[0]["id"])
    answer = await counter.step(one, "explain", "orderclerk", explanation="客户次月转账")
    assert answer.status_code == 200
    assert refused(await counter.step(answer.json(), "confirm", "orderclerk"))[:2] == (403, "three_way_four_eyes")
    confirmed = await counter.step(answer.json(), "confirm", "office")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    await counter.run_day()
    assert len(await counter.exceptions(state="open")) == 2
    # the figures change: that is another difference
    await counter.line(orders[0], "fees", {"kind": "labour", "amount_fen": 1})
    await counter.run_day()
    assert len(await counter.exceptions(order_id=orders[0]["id"])) == 2


async def test_a_reading_without_an_order_is_compared_once_paid_and_on_paper(counter: Counter) -> None:
    home = await counter.home()
    body = {"meter_id": str(home.meter), "reading_m3": "100", "read_on": str(TODAY), "method": "actual"}
    reading = await counter.done("/v1/meter-readings", body, "meterreader")
    await counter.run_day()
    assert await counter.exceptions() == []
    path = f"/v1/meter-readings/{reading['id']}"
    paper = {"sort": "reading_sheet", "number": "C1", "dated_on": str(TODAY), "amount_fen": 26300}
    await counter.done(f"{path}/documents", {**paper, "quantities": {"gas": "100"}}, "meterreader")
    pay = {"amount_fen": 26000, "method": "wechat", "receipt_number": "R1"}
    await counter.done(f"{path}/payments", pay, "meterreader")
    (found,) = await counter.exceptions()
    assert (found["pair"], found["differs"], found["difference_fen"]) == ("usage_and_fee", ["money"], 300)
    assert (found["reading_id"], found["system_fen"]) == (reading["id"], 26300)
    sheet = await counter.get(f"{path}/settlement", "clerk")
    assert (sheet["usage_m3"], sheet["usage_fen"], sheet["outstanding_fen"]) == ("100.000", 26300, 300)
    await counter.done(f"{path}/payments", {**pay, "amount_fen": 300, "receipt_number": "R2"}, "clerk")
    (found,) = await counter.exceptions()
    assert found["state"] == "corrected"


async def test_gas_without_a_price_is_missing_on_the_sheet(counter: Counter) -> None:
    page = await counter.get("/v1/material-prices?code=gas_residential", "clerk")
    (gas,) = page["items"]
    await counter.client.patch(
        f"/v1/material-prices/{gas['id']}",
        json={"valid_until": str(TODAY - timedelta(days=1))},
        headers=counter.gas.headers("office", version=1),
    )
    order = await counter.order("meter_reading")
    body = {"meter_id": order["meter"], "reading_m3": "10", "read_on": str(TODAY), "order_id": order["id"]}
    reading = await counter.done("/v1/meter-readings", body, "meterreader")
    sheet = await counter.sheet(order)
    assert (sheet["pair"], sheet["usage_fen"]) == ("usage_and_fee", None)
    assert sheet["missing"] == ["price", "document"]
    pay = {"amount_fen": 1, "method": "cash", "receipt_number": "R"}
    other = await counter.post(f"/v1/meter-readings/{reading['id']}/payments", pay, "clerk")
    assert refused(other)[:2] == (409, "settlement_reading_of_order")


async def test_entry_quality_finds_the_difference_as_an_error_of_whoever_entered_it(counter: Counter) -> None:
    order = await counter.order()
    await counter.line(order, "fees", {"kind": "labour", "amount_fen": 1000})
    await counter.paper(order, 1000)
    await counter.pay(order, 900)
    app = SimpleNamespace(state=SimpleNamespace(runtime=counter.runtime))
    house = House(cast("Any", app), counter.client, counter.gas)
    await house.run(entry_jobs.MONTH[:1], Span.month(TODAY, ZoneInfo("Asia/Shanghai")))
    (found,) = await house.rows(
        "select rule, kind, concern, operator_id, order_id, evidence ->> 'difference_fen' as fen"
        " from entry_findings where company = $1 and kind = 'mismatch'",
        counter.gas.code,
    )
    assert (found["rule"], found["concern"], found["fen"]) == ("material_mismatch", "material_fee", "100")
    assert (found["operator_id"], str(found["order_id"])) == (counter.gas.person("clerk"), order["id"])


async def test_a_key_sent_twice_enters_one_line(counter: Counter) -> None:
    order = await counter.order()
    path, body = f"/v1/orders/{order['id']}/fees", {"kind": "labour", "amount_fen": 1000}
    first, again = [await counter.post(path, body, "orderclerk", key="4f1c0b9e-one") for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await counter.sheet(order))["charged_fen"] == 1000
