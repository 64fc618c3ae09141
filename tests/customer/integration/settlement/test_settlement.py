"""Materials, fees, waivers, payments and papers of an order; prices; who may enter what."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.customer.integration.interactions.desk import TODAY, refused
from tests.customer.integration.settlement.counter import Counter


async def test_an_order_is_settled_once_when_all_three_sides_agree(counter: Counter) -> None:
    order = await counter.order(is_completed=False)
    sheet = await counter.sheet(order)
    assert sheet["missing"] == ["completion", "charges", "document"]
    pipe = await counter.line(order, "materials", {"code": "pipe", "quantity": "2.500"})
    assert (pipe["unit_price_fen"], pipe["amount_fen"], pipe["unit"]) == (1200, 3000, "m")
    await counter.line(order, "fees", {"kind": "call_out", "amount_fen": 2000})
    await counter.line(order, "waivers", {"authorisation_id": str(uuid4()), "amount_fen": 500})
    await counter.paper(order, 4500, {"pipe": "2.5"})
    await counter.pay(order, 4500)
    sheet = await counter.sheet(order)
    money = {name: sheet[f"{name}_fen"] for name in ("charged", "waived", "due", "paid", "outstanding")}
    assert money == {"charged": 5000, "waived": 500, "due": 4500, "paid": 4500, "outstanding": 0}
    assert (sheet["state"], sheet["missing"]) == ("open", ["completion"])
    await counter.completed(order["id"])
    assert await counter.run_day() == 2
    sheet = await counter.sheet(order)
    assert (sheet["state"], sheet["missing"], sheet["exception_id"]) == ("settled", [], None)
    version = sheet["version"]
    await counter.run_day()
    assert (await counter.sheet(order))["version"] == version
    # a line later on opens it again; settled anew it is not told again
    fee = await counter.line(order, "fees", {"kind": "other", "amount_fen": 100})
    assert (await counter.sheet(order))["state"] == "open"
    await counter.line(order, f"fees/{fee['id']}/reverse", {"reason": "录错"})
    (exception,) = await counter.exceptions()
    assert (exception["state"], exception["difference_fen"]) == ("corrected", 100)
    assert (await counter.step(exception, "confirm", "office")).status_code == 200
    assert (await counter.sheet(order))["state"] == "settled"
    assert (await counter.facts()).count("customer.order_settled") == 1


async def test_lines_are_reversed_by_counter_lines_never_edited(counter: Counter) -> None:
    order = await counter.order()
    pipe = await counter.line(order, "materials", {"code": "pipe", "quantity": "1"})
    back = await counter.line(order, f"materials/{pipe['id']}/reverse", {"reason": "多领"})
    assert (back["quantity"], back["amount_fen"], back["reverses_id"]) == ("-1.000", -1200, pipe["id"])
    path = f"/v1/orders/{order['id']}/materials"
    for line in (pipe, back):
        again = await counter.post(f"{path}/{line['id']}/reverse", {"reason": "再冲"}, "orderclerk")
        assert refused(again)[:2] == (409, "settlement_line_reversed")
    other = await counter.order()
    strange = await counter.post(
        f"/v1/orders/{other['id']}/materials/{pipe['id']}/reverse", {"reason": "他单"}, "orderclerk"
    )
    assert refused(strange)[:2] == (404, "settlement_line_not_found")
    paid = await counter.pay(order, 100, "SJ9")
    body = {"amount_fen": 90, "method": "cash", "receipt_number": "SJ9"}
    twice = await counter.post(f"/v1/orders/{other['id']}/payments", body, "clerk")
    assert refused(twice) == (422, "settlement_receipt_used", "/receipt_number")
    refund = await counter.line(order, f"payments/{paid['id']}/reverse", {"reason": "录错"}, "clerk")
    assert refund["amount_fen"] == -100
    assert (await counter.post(f"/v1/orders/{other['id']}/payments", body, "clerk")).status_code == 201
    sheet = await counter.sheet(order)
    assert (len(sheet["charges"]), sheet["charged_fen"], sheet["paid_fen"]) == (2, 0, 0)


async def test_two_clerks_reverse_one_line_and_one_wins(counter: Counter) -> None:
    order = await counter.order()
    pipe = await counter.line(order, "materials", {"code": "pipe", "quantity": "1"})
    path = f"/v1/orders/{order['id']}/materials/{pipe['id']}/reverse"
    answers = await asyncio.gather(*(counter.post(path, {"reason": "多领"}, "orderclerk") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (await counter.sheet(order))["charged_fen"] == 0


CASES: list[tuple[str, str, dict[str, Any], tuple[int, str, str]]] = [
    ("materials", "clerk", {"code": "pipe", "quantity": "1"}, (403, "concern_not_writable", "/quantity")),
    ("materials", "orderclerk", {"code": "gold", "quantity": "1"}, (422, "settlement_material_unknown", "/code")),
    ("materials", "orderclerk", {"code": "pipe", "quantity": "0"}, (422, "validation_failed", "/quantity")),
    ("fees", "clerk", {"kind": "labour", "amount_fen": 1}, (403, "concern_not_writable", "/amount_fen")),
    ("fees", "orderclerk", {"kind": "tip", "amount_fen": 1}, (422, "settlement_code_unknown", "/kind")),
    (
        "waivers",
        "orderclerk",
        {"authorisation_id": str(uuid4()), "amount_fen": 1},
        (422, "settlement_waiver_too_large", "/amount_fen"),
    ),
    (
        "payments",
        "orderclerk",
        {"amount_fen": 1, "method": "cash", "receipt_number": "X"},
        (403, "concern_not_writable", "/amount_fen"),
    ),
    (
        "payments",
        "meterreader",
        {"amount_fen": 1, "method": "shells", "receipt_number": "X"},
        (422, "settlement_code_unknown", "/method"),
    ),
    (
        "payments",
        "clerk",
        {"amount_fen": 1, "method": "cash", "receipt_number": "X", "paid_at": "2999-01-01T00:00:00+08:00"},
        (422, "settlement_moment", "/paid_at"),
    ),
    (
        "documents",
        "orderclerk",
        {"sort": "invoice", "number": "1", "dated_on": "2999-01-01", "amount_fen": 1},
        (422, "settlement_moment", "/dated_on"),
    ),
    (
        "documents",
        "orderclerk",
        {"sort": "reading_sheet", "number": "1", "dated_on": str(TODAY), "amount_fen": 1},
        (403, "concern_not_writable", "/amount_fen"),
    ),
]


async def test_what_is_refused_changes_nothing(counter: Counter) -> None:
    order = await counter.order()
    for kind, login, body, expected in CASES:
        answer = await counter.post(f"/v1/orders/{order['id']}/{kind}", body, login)
        assert refused(answer) == expected, (kind, login, answer.text)
    sheet = await counter.sheet(order)
    assert [sheet["charges"], sheet["payments"], sheet["documents"]] == [[], [], []]
    assert (await counter.post(f"/v1/orders/{order['id']}/fees", {}, "crew")).status_code == 403
    absent = await counter.post(f"/v1/orders/{uuid4()}/fees", {"kind": "other", "amount_fen": 1}, "orderclerk")
    assert refused(absent)[:2] == (404, "order_not_found")
    sql = "update service_orders set state = 'cancelled', cancelled_at = $2 where id = $1"
    await counter.pool.execute(sql, UUID(order["id"]), counter.runtime.clock.now())
    late = await counter.post(f"/v1/orders/{order['id']}/fees", {"kind": "other", "amount_fen": 1}, "orderclerk")
    assert refused(late)[:2] == (409, "settlement_order_cancelled")


async def test_a_price_is_ended_and_followed_never_changed(counter: Counter) -> None:
    page = await counter.get(f"/v1/material-prices?code=pipe&on={TODAY}", "clerk")
    (pipe,) = page["items"]
    order = await counter.order()
    line = await counter.line(order, "materials", {"code": "pipe", "quantity": "1"})
    new = {"code": "pipe", "name": "PE 管", "unit": "m", "price_fen": 1500, "valid_from": str(TODAY)}
    taken = await counter.post("/v1/material-prices", new, "office")
    assert refused(taken)[:2] == (409, "material_price_overlap")
    assert (await counter.post("/v1/material-prices", new, "clerk")).status_code == 403
    path, headers = f"/v1/material-prices/{pipe['id']}", counter.gas.headers("office", version=pipe["version"])
    wrong = await counter.client.patch(path, json={"valid_until": "2001-01-01"}, headers=headers)
    assert refused(wrong) == (422, "material_price_rule", "/valid_until")
    ended = {"valid_until": str(TODAY - timedelta(days=1))}
    assert (await counter.client.patch(path, json=ended, headers=headers)).status_code == 200
    stale = await counter.client.patch(path, json=ended, headers=headers)
    assert refused(stale)[:2] == (412, "stale_version")
    assert (await counter.post("/v1/material-prices", new, "office")).status_code == 201
    after = await counter.line(order, "materials", {"code": "pipe", "quantity": "1"})
    assert (line["amount_fen"], after["amount_fen"]) == (1200, 1500)
    assert (await counter.sheet(order))["charged_fen"] == 2700


@pytest.mark.parametrize("work", ["safety_inspection"])
async def test_work_that_is_not_settled_lacks_nothing(counter: Counter, work: str) -> None:
    order = await counter.order(work)
    sheet = await counter.sheet(order)
    assert (sheet["pair"], sheet["missing"], sheet["state"]) == (None, [], "open")
