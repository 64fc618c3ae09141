"""From the bytes of an XLSX or CSV file to numbered raw rows; runs in the import's own process."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson
from python_calamine import CalamineSheet, CalamineWorkbook

MAX_ROWS = 1_000_000
MAX_COLUMNS = 100
MAX_INFLATED = 2 * 1024**3
"""Bytes that an XLSX may unpack to; a larger one is a bomb or wants splitting."""

CUSTOMERS, MEMBERS, EQUIPMENT = 0, 1, 2

SHEET_NAMES = {CUSTOMERS: "客户", MEMBERS: "集团成员", EQUIPMENT: "用气设备"}


class SheetError(ValueError):
    """The file as a whole cannot be read; the text is Chinese and names no content."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Raw rows of one sheet, packed so that they cross processes and wait cheaply."""

    sheet: int
    rows: int
    packed: bytes

    def unpack(self) -> list[tuple[int, list[str]]]:
        """Line number (as Excel shows it) and cells."""
        lines: list[tuple[int, list[str]]] = orjson.loads(self.packed)
        return lines


@dataclass(frozen=True, slots=True)
class Layout:
    """A file cut into chunks, with its header rows."""

    headers: dict[int, list[str]] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    total: int = 0


def split(data: bytes, chunk_rows: int) -> Layout:
    """Cut a file into chunks of at most `chunk_rows` rows.  Raises SheetError."""
    layout = Layout()
    total = 0
    for sheet, rows in _sheets(data):
        numbered = ((line, cells) for line, cells in enumerate(rows, start=1) if any(cells))
        header = next(numbered, None)
        if header is None:
            continue
        layout.headers[sheet] = header[1]
        for chunk in _pack(sheet, numbered, chunk_rows):
            layout.chunks.append(chunk)
            total += chunk.rows
            if total > MAX_ROWS:
                raise SheetError(f"文件超过{MAX_ROWS}行，请拆分后导入")
    if not layout.headers:
        raise SheetError("文件中没有表头")
    return Layout(layout.headers, layout.chunks, total)


def _pack(sheet: int, rows: Iterable[tuple[int, list[str]]], size: int) -> Iterator[Chunk]:
    pending: list[tuple[int, list[str]]] = []
    for row in rows:
        pending.append(row)
        if len(pending) == size:
            yield Chunk(sheet, size, orjson.dumps(pending))
            pending = []
    if pending:
        yield Chunk(sheet, len(pending), orjson.dumps(pending))


def _sheets(data: bytes) -> Iterator[tuple[int, Iterator[list[str]]]]:
    if data[:4] == b"PK\x03\x04":
        yield from _workbook(data)
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetError("不支持旧版 XLS 或加密的工作簿，请另存为 XLSX")
    else:
        yield CUSTOMERS, _csv(data)


def _workbook(data: bytes) -> Iterator[tuple[int, Iterator[list[str]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inflated = sum(entry.file_size for entry in archive.infolist())
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data)) if inflated <= MAX_INFLATED else None
    except Exception as error:  # calamine and zipfile raise many kinds for a broken file
        raise SheetError("文件不是可读取的 XLSX 工作簿") from error
    if workbook is None:
        raise SheetError("工作簿解压后过大")
    names = workbook.sheet_names
    if not names:
        raise SheetError("工作簿中没有工作表")
    yield CUSTOMERS, _cells(workbook.get_sheet_by_index(0))
    for sheet in (MEMBERS, EQUIPMENT):
        if SHEET_NAMES[sheet] in names[1:]:
            yield sheet, _cells(workbook.get_sheet_by_name(SHEET_NAMES[sheet]))


def _cells(sheet: CalamineSheet) -> Iterator[list[str]]:
    if sheet.width > MAX_COLUMNS:
        raise SheetError(f"列数超过{MAX_COLUMNS}")
    for row in sheet.iter_rows():
        yield [cell if type(cell) is str else _plain(cell) for cell in row]


def _plain(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _csv(data: bytes) -> Iterator[list[str]]:
    text = _decode(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(row) > MAX_COLUMNS:
                raise SheetError(f"列数超过{MAX_COLUMNS}")
            yield row
    except csv.Error as error:
        raise SheetError("CSV 的引号或换行不完整") from error


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetError("无法识别文件编码，请使用 UTF-8 或 GB18030")
