"""The sample base as an XLSX file that the import reads; the same bytes for the same seed."""

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from deploy.gasdesk.sample.base import COLUMNS, MEMBER_COLUMNS, Base, Row, generate

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The creation date in the file's properties: fixed, so that equal seeds give equal bytes."""


def write(path: Path, seed: int = 20261122) -> Base:
    """Write the base of `seed` to `path`; answers it, for the counts that the command prints."""
    base = generate(seed)
    write_base(path, base)
    return base


def write_base(path: Path, base: Base) -> None:
    """Write any base: telephones and numbers as text, volumes as numbers."""
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    workbook = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False})
    workbook.set_properties({"title": "GasDesk 示例客户", "created": WRITTEN.replace(tzinfo=None)})
    _sheet(workbook, "客户", COLUMNS, base.customers)
    _sheet(workbook, "集团成员", MEMBER_COLUMNS, base.members)
    workbook.close()


def _sheet(workbook: xlsxwriter.Workbook, name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(columns):
        sheet.write_string(0, place, title, bold)
    for line, row in enumerate(rows, start=1):
        for place, title in enumerate(columns):
            value = row.get(title, "")
            if value != "":
                sheet.write(line, place, value)
