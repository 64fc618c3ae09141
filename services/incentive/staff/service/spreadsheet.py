"""From the bytes of a CSV or XLSX file to rows of staff in words, and back: pure."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import xlsxwriter
from python_calamine import CalamineWorkbook

from services.incentive.staff.errors import StaffImportUnreadableError
from shared.errors import FieldError

MAX_BYTES = 4 * 1024**2
"""A full file of the longest rows stays below it."""
MAX_ROWS = 2_000
"""More people than any company of the pack has; one transaction writes them all within the gateway's patience."""
MAX_INFLATED = 32 * 1024**2
"""Bytes that an XLSX may unpack to; a larger one is a bomb."""
MAX_COLUMNS = 50

HEADERS: Mapping[str, str] = {
    "login": "登录名",
    "name": "姓名",
    "title": "职务",
    "posts": "岗位",
    "department": "部门",
    "team": "班组",
    "superior_login": "上级登录名",
    "lines": "分管部门",
    "entry_on": "入职日期",
    "state": "状态",
    "deputy_login": "代理人登录名",
    "deputy_from": "代理开始日期",
    "deputy_until": "代理截止日期",
}
_FIELD_OF = {**{name: name for name in HEADERS}, **{text: name for name, text in HEADERS.items()}}
_SEPARATOR = re.compile("[;；]")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A text stays a text, whatever it begins with."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the file: its number as a spreadsheet shows it, and the cells of the columns that the file has."""

    number: int
    cells: Mapping[str, str]

    def several(self, field: str) -> tuple[str, ...]:
        """The codes of a cell, each once."""
        parts = (one.strip() for one in _SEPARATOR.split(self.cells[field]))
        return tuple(dict.fromkeys(one for one in parts if one))

    def date(self, field: str) -> date | None:
        """The date of a cell, None if it is empty.  Raises: ValueError."""
        said = self.cells.get(field, "")
        return datetime.strptime(said.replace("/", "-"), "%Y-%m-%d").date() if said else None  # noqa: DTZ007  # a day


def read(data: bytes) -> list[SheetRow]:
    """The rows of a file, empty lines left out.  Raises: StaffImportUnreadableError."""
    lines = _workbook(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    numbered = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cells))
    header = next(numbered, None)
    if header is None:
        raise StaffImportUnreadableError("文件中没有表头")
    fields = _fields(header[1])
    rows = [_row(number, fields, cells) for number, cells in islice(numbered, MAX_ROWS + 1)]
    if not rows:
        raise StaffImportUnreadableError("文件中没有人员")
    if len(rows) > MAX_ROWS:
        raise StaffImportUnreadableError(f"一次最多导入{MAX_ROWS}人，请拆分后导入")
    return rows


def write(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A workbook that `read` takes; every cell a text, no formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("人员")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(HEADERS) - 1, 18, text)
    for number, said in enumerate((HEADERS, *rows)):
        for column, name in enumerate(HEADERS):
            if value := said.get(name, ""):
                sheet.write_string(number, column, value, text)
    book.close()
    return content.getvalue()


def _fields(header: Sequence[str]) -> list[str | None]:
    fields = [_FIELD_OF.get(cell.lower()) for cell in header]
    wrong = [
        FieldError(f"/columns/{place}", "staff_import_column", "列名须为规定的列，且不得重复。")
        for place, (cell, field) in enumerate(zip(header, fields, strict=True), start=1)
        if (cell and field is None) or (field is not None and field in fields[: place - 1])
    ]
    if "login" not in fields:
        wrong.insert(0, FieldError("/columns/login", "staff_import_column", "缺少登录名一列。"))
    if wrong:
        raise StaffImportUnreadableError("表头有误", errors=tuple(wrong))
    return fields


def _row(number: int, fields: Sequence[str | None], cells: Sequence[str]) -> SheetRow:
    padded = [*cells, *[""] * (len(fields) - len(cells))]
    if any(padded[len(fields) :]):
        wrong = FieldError(f"/rows/{number}", "staff_import_column", "该行的列多于表头。")
        raise StaffImportUnreadableError("行与表头不符", errors=(wrong,))
    return SheetRow(number, {field: cell for field, cell in zip(fields, padded, strict=False) if field})


def _workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inflated = sum(entry.file_size for entry in archive.infolist())
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data)) if inflated <= MAX_INFLATED else None
        sheet = None if workbook is None else workbook.get_sheet_by_index(0)
    except Exception as error:  # calamine and zipfile raise many kinds for a broken file
        raise StaffImportUnreadableError("文件不是可读取的 XLSX 工作簿") from error
    if sheet is None:
        raise StaffImportUnreadableError("工作簿解压后过大")
    if sheet.width > MAX_COLUMNS or sheet.height > 2 * MAX_ROWS:
        raise StaffImportUnreadableError(f"工作表超过{MAX_COLUMNS}列或{2 * MAX_ROWS}行（含空行）")
    return (_clean(row) for row in sheet.iter_rows())


def _csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StaffImportUnreadableError("请使用 UTF-8 编码的 CSV 或 XLSX 文件") from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise StaffImportUnreadableError("CSV 的引号或换行不完整") from error
    if any(len(line) > MAX_COLUMNS for line in lines):
        raise StaffImportUnreadableError(f"列数超过{MAX_COLUMNS}")
    return (_clean(line) for line in lines)


def _clean(cells: Sequence[object]) -> list[str]:
    said = [_plain(cell).strip() for cell in cells]
    if any("\x00" in cell for cell in said):
        raise StaffImportUnreadableError("文字中不得含有空字符")
    return said


def _plain(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
