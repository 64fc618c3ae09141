"""The list for payroll as XLSX: typed cells, no formula, and the same bytes for the same month."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import xlsxwriter

from services.incentive.ledger.rules.figures import PayrollLine
from services.incentive.ledger.rules.sheet import COLUMNS, TOTALLED, Kind

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
"""A text stays a text, whatever it begins with."""
_FIRST = 2


def payroll_workbook(
    month: str,
    lines: Sequence[PayrollLine],
    *,
    departments: Mapping[str, str],
    teams: Mapping[str, str],
    closed_at: datetime,
) -> bytes:
    """The file; names by code for departments and teams, the moment of the close as the file's own time."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties(
        {"title": f"奖惩工资发放清单 {month}", "created": closed_at.astimezone(UTC).replace(tzinfo=None)}
    )
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(month)
    sheet.freeze_panes(_FIRST, 0)
    sheet.write_string(0, 0, f"奖惩工资发放清单 {month}")
    for column, (name, width, *_) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(_FIRST - 1, column, name)
    for number, one in enumerate(lines, start=_FIRST):
        line = replace(
            one,
            department=departments.get(one.department or "", one.department),
            team=teams.get(one.team or "", one.team),
        )
        for column, (_, _, kind, value_of) in enumerate(COLUMNS):
            value = value_of(line)
            if kind is Kind.MONEY and isinstance(value, int):
                sheet.write_number(number, column, value / 100, money)
            elif value:
                sheet.write_string(number, column, str(value))
    last = _FIRST + len(lines)
    sheet.write_string(last, 0, "合计")
    for column in TOTALLED:
        value_of = COLUMNS[column][3]
        sheet.write_number(last, column, sum(int(str(value_of(one))) for one in lines) / 100, money)
    book.close()
    return content.getvalue()
