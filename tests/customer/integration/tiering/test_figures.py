"""Yearly figures: clean rows are stored, the others reported exactly; shares of annual sales come of them."""

from typing import Any
from uuid import UUID

from services.customer.tiering import jobs
from services.customer.tiering.service import figures
from shared.jobs.runner import Runner
from tests.customer.integration.tiering.conftest import Desk, Desks, Json

HEADER = "客户编号,年度,销售额(元),购气次数,利润(元)\n"


async def load(desk: Desk, text: str, **query: Any) -> Json:
    headers = {**desk.gas.headers("keeper"), "Content-Type": "text/csv"}
    path = "/v1/tier-figures/imports"
    sent = await desk.client.post(path, content=text.encode(), params=query, headers=headers)
    assert sent.status_code == 202, sent.text
    runner = Runner(desk.runtime.sessions, desk.runtime.clock, jobs.day_bodies(desk.runtime))
    while await runner.step():
        pass
    told: Json = await desk.get(f"/tier-figures/imports/{sent.json()['id']}", by="keeper")
    return told


async def test_clean_rows_are_loaded_and_the_others_reported(desks: Desks, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "CHUNK", 3)
    desk = await desks("generic")
    big = await desk.customer("A1", facts={"complexity": "high", "annual_sales_fen": 1})
    small = await desk.customer("A2")
    none = await desk.customer("A3", facts={"annual_sales_fen": 999_999_999})
    rows = [
        'A1,2025,"50,000.00",12,-3.5',
        "A2,2025,999.99,,",
        "A9,2025,10,1,1",
        "A2,25,10,1,1",
        "A2,2025,-1,1,1",
        "A2,2025,1.005,x,y",
        ",2025,1,1,1",
        "A1,2025,7,7,7",
        "A1,2024,1,1,1",
    ]
    told = await load(desk, HEADER + "\n".join(rows), year=2025, total_sales_fen=100_000_000)
    assert (told["state"], told["stored"], told["refused"], told["years"]) == ("done", 3, 6, [2024, 2025])
    assert [(error["line"], error["column"], error["rule"]) for error in told["errors"]] == [
        (4, "客户编号", "customer_unknown"),
        (5, "年度", "year_invalid"),
        (6, "销售额(元)", "amount_invalid"),
        (7, "销售额(元)", "amount_invalid"),
        (7, "购气次数", "count_invalid"),
        (7, "利润(元)", "amount_invalid"),
        (8, "客户编号", "required"),
        (9, "客户编号", "row_repeated"),
    ]
    facts = [(await desk.row(one))["facts"] for one in (big, small, none)]
    assert facts == [
        *(
            {
                "complexity": "high",
                "annual_sales_fen": 5_000_000,
                "purchases_a_year": 12,
                "annual_profit_fen": -350,
                "figures_year": 2025,
            },
            {"annual_sales_fen": 99_999, "figures_year": 2025},
            {},
        )
    ]
    years = (await desk.get("/tier-figures"))["items"]
    assert [(year["year"], year["total_fen"], year["is_stated"], year["customers"]) for year in years] == [
        (2025, 100_000_000, True, 2),
        (2024, 100, False, 1),
    ]
    left = await desk.runtime.hot.fetchval("select count(*) from import_parts where import_id = $1", UUID(told["id"]))
    assert left == 0
    await desk.run_confirmed()
    assert [(await desk.row(one))["tier"] for one in (big, small, none)] == ["special", "third", "third"]
    book = (await desk.get("/tier-ledger"))["items"]
    assert [(line["tier"], line["facts"]["sales_share"]) for line in book] == [("special", 5)]


async def test_shares_without_a_stated_total_are_of_the_sum_and_a_bad_file_says_so(desks: Desks) -> None:
    desk = await desks("generic")
    parts = [await desk.customer(f"B{n}") for n in range(4)]
    sums = ("940", "50", "9.99", "0.01")
    text = HEADER + "\n".join(f"B{n},2025,{yuan},," for n, yuan in enumerate(sums))
    assert (await load(desk, text))["stored"] == 4
    await desk.run_confirmed()
    tiers = [(await desk.row(one))["tier"] for one in parts]
    assert tiers == ["special", "special", "second", "third"]
    headless = await load(desk, "客户编号,金额\nB1,3\n")
    assert (headless["stored"], {error["rule"] for error in headless["errors"]}) == (0, {"column_missing"})
    empty = await desk.client.post(
        "/v1/tier-figures/imports", content=b"", headers={**desk.gas.headers("keeper"), "Content-Type": "text/csv"}
    )
    assert (empty.status_code, empty.json()["code"]) == (422, "tier_figures_unreadable")
    denied = await desk.client.post(
        "/v1/tier-figures/imports", content=b"x", headers={**desk.gas.headers("agent"), "Content-Type": "text/csv"}
    )
    assert denied.status_code == 403
