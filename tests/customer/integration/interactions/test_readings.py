"""Meter readings and card sales: who may, plausibility, daily volume, corrections with history."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.customer.integration.interactions.desk import TODAY, Desk, Home, refused

READINGS, SALES = "/v1/meter-readings", "/v1/card-sales"


def shows(home: Home, reading: str, days_ago: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "meter_id": str(home.meter),
        "reading_m3": reading,
        "read_on": (TODAY - timedelta(days=days_ago)).isoformat(),
        **more,
    }


async def volume(desk: Desk, home: Home) -> Any:
    return await desk.pool.fetchval("select daily_volume_m3 from customers where id = $1", home.customer)


async def test_readings_give_the_use_and_set_the_daily_volume(desk: Desk) -> None:
    home = await desk.home()
    foreign = await desk.post(READINGS, shows(home, "50", 30), "clerk")
    assert refused(foreign) == (403, "concern_not_writable", "/reading_m3")
    await desk.done(READINGS, shows(home, "50", 30), "meterreader")
    one = await desk.done(READINGS, shows(home, "80", 10), "meterreader")
    assert [Decimal(one[name]) for name in ("usage_m3", "daily_m3")] == [Decimal(30), Decimal("1.5")]
    assert (one["days"], one["flags"], await volume(desk, home)) == (20, [], Decimal("1.500"))
    row = await desk.pool.fetchrow("select last_reading, last_read_on from meters where id = $1", home.meter)
    assert row is not None
    assert (row["last_reading"], row["last_read_on"]) == (Decimal(80), TODAY - timedelta(days=10))
    for body, status, code, pointer in (
        (shows(home, "79"), 422, "reading_implausible", "/reading_m3"),
        (shows(home, "90", -2), 422, "reading_day", "/read_on"),
        (shows(home, "60", 20), 422, "reading_day", "/read_on"),
        (shows(home, "90", 10), 409, "reading_taken", ""),
        (shows(home, "90", file_id=str(uuid4())), 422, "reading_photo", "/file_id"),
        ({**shows(home, "90"), "meter_id": str(uuid4())}, 422, "reading_meter", "/meter_id"),
    ):
        assert refused(await desk.post(READINGS, body, "meterreader")) == (status, code, pointer)
    huge = await desk.done(READINGS, shows(home, "500"), "meterreader")
    assert huge["flags"] == ["over_large"]
    assert await volume(desk, home) == Decimal("1.500")
    flagged = await desk.get(f"{READINGS}?is_flagged=true", "head")
    assert [item["id"] for item in flagged["items"]] == [huge["id"]]
    assert (await desk.facts()).count("customer.meter_read") == 3


async def test_a_wrong_reading_is_corrected_once_and_stays_as_history(desk: Desk) -> None:
    home = await desk.home()
    await desk.done(READINGS, shows(home, "50", 30), "meterreader")
    wrong = await desk.done(READINGS, shows(home, "800", 10), "meterreader")
    path, said = f"{READINGS}/{wrong['id']}/correct", {"reading_m3": "80", "reason": "多写一个零"}
    assert refused(await desk.post(path, said, "meterreader", version=4))[0] == 412
    both = await asyncio.gather(*(desk.post(path, said, "meterreader", version=1) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 412]
    right = next(answer.json() for answer in both if answer.status_code == 201)
    assert (right["corrects_id"], Decimal(right["daily_m3"])) == (wrong["id"], Decimal("1.5"))
    assert await volume(desk, home) == Decimal("1.500")
    assert (await desk.get(f"{READINGS}/{wrong['id']}", "head"))["state"] == "corrected"
    again = await desk.post(path, said, "meterreader", version=2)
    assert refused(again)[:2] == (409, "reading_corrected")


async def test_gas_is_sold_by_card_and_refunded_with_history(desk: Desk) -> None:
    home, other = await desk.home(meter_kind="ic_card"), await desk.home()
    said = {
        "meter_id": str(home.meter),
        "card_number": "6200123456789012",
        "volume_m3": "20",
        "amount_fen": 5600,
        "payment": "wechat",
    }
    assert refused(await desk.post(SALES, said, "meterreader")) == (403, "concern_not_writable", "/volume_m3")
    for change, code, pointer in (
        ({"meter_id": str(other.meter)}, "reading_meter", "/meter_id"),
        ({"payment": "shells"}, "card_sale_rule", "/payment"),
        ({"volume_m3": "0"}, "card_sale_rule", "/volume_m3"),
        ({"volume_m3": "100001"}, "card_sale_rule", "/volume_m3"),
    ):
        assert refused(await desk.post(SALES, {**said, **change}, "clerk")) == (422, code, pointer)
    sale = await desk.done(SALES, said, "clerk")
    assert (sale["card_masked"], sale["amount_fen"]) == ("****9012", 5600)
    found = await desk.get(f"{SALES}?card_number=6200123456789012", "clerk")
    assert [item["id"] for item in found["items"]] == [sale["id"]]
    path = f"{SALES}/{sale['id']}/correct"
    half = {"volume_m3": "0", "amount_fen": 10, "payment": "wechat", "reason": "退"}
    assert refused(await desk.post(path, half, "clerk", version=1)) == (422, "card_sale_rule", "/amount_fen")
    back = await desk.done(path, {**half, "amount_fen": 0}, "clerk", version=1)
    assert (back["state"], back["corrects_id"]) == ("refunded", sale["id"])
    assert refused(await desk.post(path, {**half, "amount_fen": 0}, "clerk", version=2))[:2] == (
        409,
        "card_sale_corrected",
    )
    assert "6200123456789012" not in str(
        await desk.pool.fetch("select payload from outbox where company = $1", desk.gas.code)
    )


async def test_the_picture_of_a_reading_is_seen_by_who_sees_the_reading(desk: Desk) -> None:
    home = await desk.home()
    files = {"file": ("抄表单.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")}
    stored = await desk.client.post("/v1/files", files=files, headers=desk.gas.headers("meterreader"))
    assert stored.status_code == 201, stored.text
    path = f"/v1/files/{stored.json()['id']}"
    assert (await desk.client.get(path, headers=desk.gas.headers("head"))).status_code == 404
    await desk.done(READINGS, shows(home, "50", 30, file_id=stored.json()["id"]), "meterreader")
    assert (await desk.client.get(path, headers=desk.gas.headers("head"))).status_code == 200
    assert (await desk.client.get(path, headers=desk.gas.headers("crew"))).status_code == 404
