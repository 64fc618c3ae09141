"""The year's list as XLSX: typed cells, no formula."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from services.incentive.assessments.service.years import Year

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
"""A text stays a text, whatever it begins with."""
_KINDS = {"employee": "员工", "department": "部门"}
_BEFORE = ("类别", "名称", "部门")
_AFTER = ("年度分", "奖励次数", "处罚次数", "奖励（元）", "处罚（元）", "警告次数", "待岗次数", "评先资格")


def year_workbook(
    of_year: str, years: Sequence[Year], *, departments: Mapping[str, str], grades: Mapping[str, str]
) -> bytes:
    """The file; names by code for departments and grades."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(of_year)
    sheet.freeze_panes(1, len(_BEFORE))
    months = [f"{of_year}-{number:02d}" for number in range(1, 13)]
    heads = [f"{month} {part}" for month in months for part in ("分", "等级")]
    for column, name in enumerate((*_BEFORE, *heads, *_AFTER)):
        sheet.write_string(0, column, name)
    for number, one in enumerate(years, start=1):
        texts = (_KINDS[one.subject_type], one.name, departments.get(one.department or "", one.department))
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text or "")
        for place, month in enumerate(months):
            if month in one.months:
                points, grade = one.months[month]
                sheet.write_number(number, len(_BEFORE) + 2 * place, points)
                sheet.write_string(number, len(_BEFORE) + 2 * place + 1, grades.get(grade, grade))
        first = len(_BEFORE) + len(heads)
        for column, count in enumerate((one.year_points, one.rewards, one.penalties), start=first):
            sheet.write_number(number, column, count)
        for column, fen in enumerate((one.rewards_fen, one.penalties_fen), start=first + 3):
            sheet.write_number(number, column, fen / 100, money)
        for column, count in enumerate((one.warnings, one.suspensions), start=first + 5):
            sheet.write_number(number, column, count)
        sheet.write_string(number, first + 7, "取消" if one.is_out_of_awards else "有")
    book.close()
    return content.getvalue()
