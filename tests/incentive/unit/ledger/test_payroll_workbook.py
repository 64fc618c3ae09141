"""The list for payroll: typed cells, Chinese headers, no formulas, the same bytes for the same month."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime

from python_calamine import CalamineWorkbook

from services.incentive.ledger.rules.figures import PayrollLine
from services.incentive.ledger.service.workbook import payroll_workbook

LINES = (
    PayrollLine("5f0e", "agent", "林晓雨", "call_centre", None, 20_000, 0, 0),
    PayrollLine("6a1b", "=cmd|' /C calc'!A0", "@SUM(A1)", "unknown", "north", 0, 15_050, 5_000),
)


def made(lines: tuple[PayrollLine, ...] = LINES) -> bytes:
    return payroll_workbook(
        "2026-11",
        lines,
        departments={"call_centre": "呼叫中心"},
        teams={"north": "城北班"},
        closed_at=datetime(2026, 12, 2, 1, 0, tzinfo=UTC),
    )


def test_cells_are_typed_and_texts_stay_texts() -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made())).get_sheet_by_name("2026-11").to_python()
    assert rows[0][0] == "奖惩工资发放清单 2026-11"
    assert rows[1] == [
        *("工号", "姓名", "部门", "班组", "奖励（元）", "处罚（元）", "更正（元）", "应发净额（元）", "人员编号")
    ]
    assert rows[2] == ["agent", "林晓雨", "呼叫中心", "", 200.0, 0.0, 0.0, 200.0, "5f0e"]
    assert rows[3] == ["=cmd|' /C calc'!A0", "@SUM(A1)", "unknown", "城北班", 0.0, 150.5, 50.0, -100.5, "6a1b"]
    assert rows[4] == ["合计", "", "", "", 200.0, 150.5, 50.0, 99.5, ""]
    with zipfile.ZipFile(io.BytesIO(made())) as whole:
        assert "<f>" not in whole.read("xl/worksheets/sheet1.xml").decode()


def test_the_same_month_gives_the_same_bytes() -> None:
    assert hashlib.sha256(made()).digest() == hashlib.sha256(made()).digest()
    assert made(LINES[:1]) != made()
