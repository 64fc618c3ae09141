"""A file of the whole registry: clean rows in, dirty ones reported exactly; parts, equipment, tags and history kept."""

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from services.customer.registry.service.reading import FileReader
from tests.customer.integration.conftest import Rig
from tests.customer.integration.records.desk import Desk

HEADER = "客户编号,客户名称,客户类别,用气地址,联系电话,表号\n"
ROWS, EVERY = 2_000, 100


def book(**sheets: list[list[Any]]) -> bytes:
    """A workbook of sheets by name."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return buffer.getvalue()


async def test_one_row_in_a_hundred_is_dirty_and_only_those_stay_out(rig: Rig, company: str) -> None:
    lines, dirty = [], {}
    for number in range(1, ROWS + 1):
        cells = [f"Z{number}", "王小明", "民用", f"人民路{number}号", "10012345678", f"T{number}"]
        if number % EVERY == 0:
            place, rule, value = (
                (4, "phone_invalid", "x"),
                (2, "unknown_value", "外星"),
                (5, "duplicate_in_file", "T1"),
            )[number // EVERY % 3]
            cells[place] = value
            dirty[number + 1] = rule
        lines.append(",".join(cells))
    job = await rig.import_file(company, (HEADER + "\n".join(lines)).encode(), reader=FileReader(chunk_rows=500))
    assert job.result == {"created": ROWS - len(dirty), "updated": 0, "unchanged": 0, "refused": len(dirty)}
    errors = await rig.rows("select line, rule from import_errors where import_id = :id order by line", id=job.id)
    assert {row["line"]: row["rule"] for row in errors} == dirty
    assert len(errors) == ROWS // EVERY
    (stored,) = await rig.rows("select count(*) as n from customers where company = :c", c=company)
    assert stored["n"] == ROWS - len(dirty)


async def test_a_workbook_brings_address_parts_and_equipment_as_rows(desk: Desk) -> None:
    customers = [
        ["客户编号", "客户名称", "客户类别", "用气地址", "市", "街道", "小区", "楼栋", "单元", "室"],
        [
            "1",
            "王小明",
            "民用",
            "云湖市人民路锦绣家园3栋2单元501",
            "云湖市",
            "人民路",
            "锦绣家园",
            "3栋",
            "2单元",
            "501",
        ],
    ]
    equipment = [
        ["客户编号", "设备编号", "设备类型", "品牌", "安装日期", "隐患"],
        ["1", "E1", "家用灶具", "老板", "2016-05-01", "私自改动；漏气"],
        ["1", "E2", "hose", "", "2025-05-01", ""],
        ["9", "E3", "hose", "", "2025-05-01", ""],
        ["1", "E4", "火箭", "", "2025-05-01", ""],
    ]
    data = book(客户=customers, 用气设备=equipment)
    job = await desk.rig.import_file(desk.company, data)
    assert job.result == {"created": 3, "updated": 0, "unchanged": 0, "refused": 2}
    errors = await desk.rig.rows(
        "select sheet, line, rule from import_errors where import_id = :id order by line", id=job.id
    )
    assert errors == [
        {"sheet": 2, "line": 4, "rule": "customer_unknown"},
        {"sheet": 2, "line": 5, "rule": "unknown_value"},
    ]
    rows = await desk.rig.rows(
        "select number, kind, hazards, expires_on from gas_equipment where company = :c order by number", c=desk.company
    )
    assert rows == [
        {"number": "E1", "kind": "stove", "hazards": ["leak", "tampered"], "expires_on": date(2024, 5, 1)},
        {"number": "E2", "kind": "hose", "hazards": [], "expires_on": date(2027, 5, 1)},
    ]
    (premises,) = await desk.rig.rows(
        "select city, street, community, building, unit, room, equipment from premises where company = :c",
        c=desk.company,
    )
    assert list(premises.values()) == ["云湖市", "人民路", "锦绣家园", "3栋", "2单元", "501", []]
    again = await desk.rig.import_file(desk.company, data)
    assert again.result == {"created": 0, "updated": 0, "unchanged": 3, "refused": 2}
    equipment[1][3] = "方太"
    third = await desk.rig.import_file(desk.company, book(客户=customers, 用气设备=equipment))
    assert (third.result["updated"], third.result["unchanged"]) == (1, 2)


async def test_a_file_changes_with_history_and_leaves_the_tags_that_people_set(desk: Desk) -> None:
    header = "客户编号,客户名称,客户类别,用气地址,开口气量,标签\n"
    await desk.rig.import_file(desk.company, f"{header}1,云湖酒店,商业,人民路1号,300,新闻媒体\n".encode())
    (card,) = (await desk.get("/customers"))["items"]
    at = f"/customers/{card['id']}"
    await desk.post(f"{at}/tags", {"tag": "vulnerable_ill", "reason": "走访所知"})
    await desk.rig.import_file(desk.company, f"{header}1,云湖大酒店,商业,人民路1号,600,官员\n".encode())
    shown = await desk.get(at)
    assert (shown["tags"], shown["capacity_m3_day"]) == (["official", "vulnerable", "vulnerable_ill"], 600.0)
    assert (shown["account_state"], shown["registered_by"]) == ("open", "tester")
    assert await desk.facts(card["id"], since=2) == ["customer.updated", "customer.capacity_raised"]
    states = {one["tag"]: (one["state"], one["source"]) for one in (await desk.get(f"{at}/tags"))["items"]}
    assert states == {
        "official": ("active", "import"),
        "vulnerable_ill": ("active", "person"),
        "news_media": ("removed", "import"),
    }
    kept = [one for one in await desk.history(card["id"]) if one[0] == "customer" and one[2] != "tags"]
    assert kept == [
        ("customer", "changed", "name", None, None),
        ("customer", "changed", "capacity_m3_day", "300", "600"),
    ]
