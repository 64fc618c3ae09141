"""Search keys, cells, rows and files of the registry, without any database."""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.customer.registry.rules import columns
from services.customer.registry.rules.identity import identity_kind, resident_check, uscc_check
from services.customer.registry.rules.rows import Checked, check_chunk, read_file
from services.customer.registry.rules.sheets import CUSTOMERS, MEMBERS, SheetError
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import IdentityKind

HEADER = ("客户编号", "客户名称", "客户类别", "联系电话", "用气地址", "表号", "日用气量", "标签")
WORDS = columns.Words({"官员": "official", "official": "official"})
GOOD = ("10000001", "王小明", "民用", "10012345678", "云湖市人民路1号锦绣家园1栋101室", "M1", "0.5", "官员")


def csv_file(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[object]], *, first_line: int = 0) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("客户")
        for line, row in enumerate(rows, start=first_line):
            sheet.write_row(line, 0, row)
    return data.getvalue()


def check(data: bytes, sheet: int = CUSTOMERS) -> Checked:
    reading = read_file(data, 1000)
    assert not [e for e in reading.errors if e.rule == "column_missing"]
    refused = frozenset(error.line for error in reading.errors if error.sheet == sheet)
    checked = Checked(errors=list(reading.errors))
    for chunk in reading.layout.chunks:
        if chunk.sheet == sheet:
            part = check_chunk(chunk, reading.layout.headers[sheet], WORDS, refused)
            checked.customers.extend(part.customers)
            checked.members.extend(part.members)
            checked.errors.extend(part.errors)
    return checked


def test_fold_makes_widths_blanks_and_punctuation_equal() -> None:
    assert fold("Ａ 栋－３ 号，（东）") == fold("a栋3号东") == "a栋3号东"
    assert tidy(" 锦绣　家园  １栋 ") == "锦绣 家园 1栋"


@given(st.text(min_size=2, max_size=30), st.data())
def test_every_fragment_has_only_bigrams_of_the_whole(text: str, data: st.DataObject) -> None:
    key = fold(text)
    if len(key) >= 2:
        start = data.draw(st.integers(0, len(key) - 2))
        end = data.draw(st.integers(start + 2, len(key)))
        assert set(bigrams(key[start:end])) <= set(bigrams(key))


def test_identity_numbers_are_told_by_their_checksums() -> None:
    resident = "99999919900101001"
    assert identity_kind(resident + resident_check(resident)) is IdentityKind.RESIDENT_ID
    code = "91999999MA0000001"
    assert identity_kind(code + uscc_check(code)) is IdentityKind.USCC
    assert identity_kind("91999999MA0000001" + ("0" if uscc_check(code) != "0" else "1")) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_excel(encoding: str) -> None:
    checked = check(csv_file([HEADER, GOOD], encoding))
    assert not checked.errors
    row = checked.customers[0]
    assert (row.number, row.name, row.kind, row.phones) == ("10000001", "王小明", "residential", ["+8610012345678"])
    assert (row.volume, row.tags, row.party) == (Decimal("0.500"), ["official"], "individual")


def test_xlsx_numbers_become_text_and_lines_are_those_of_excel() -> None:
    rows = [HEADER, (10000001, "王小明", "民用", 10012345678, "人民路1号", "M1", 0.5, "")]
    bad = ("10000002", "李四", "民用", "1", "人民路1号", "M2", "x", "")
    checked = check(xlsx_file([*rows, bad], first_line=2))
    assert checked.customers[0].number == "10000001"
    assert checked.customers[0].phones == ["+8610012345678"]
    assert [(e.line, e.column, e.rule) for e in checked.errors] == [
        (5, "联系电话", "phone_invalid"),
        (5, "日用气量", "not_a_number"),
    ]


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        (0, "", "required"),
        (0, "编号", "number_form"),
        (1, "=cmd()", "formula"),
        (1, "王", "too_short"),
        (1, "王" * 101, "too_long"),
        (1, "王\x07明", "control_character"),
        (2, "两用", "unknown_value"),
        (3, "12", "phone_invalid"),
        (4, " ", "required"),
        (6, "-1", "out_of_range"),
        (6, "NaN", "not_a_number"),
        (6, "1e99", "out_of_range"),
        (6, "2600", "implausible"),
        (7, "标签；不知道", "unknown_value"),
    ],
)
def test_a_dirty_cell_is_named_and_never_blocks_the_clean_row(place: int, value: str, rule: str) -> None:
    dirty = list(GOOD)
    dirty[place] = value
    clean = ("10000009", *GOOD[1:5], "M9", *GOOD[6:])
    checked = check(csv_file([HEADER, dirty, clean]))
    assert [row.number for row in checked.customers] == ["10000009"]
    assert [(e.line, e.column, e.rule) for e in checked.errors] == [(2, HEADER[place], rule)]
    assert not any(value.strip() and value.strip() in e.message for e in checked.errors if len(value) > 2)


def test_a_number_said_twice_is_refused_the_second_time() -> None:
    other_meter = (*GOOD[:5], "M2", *GOOD[6:])
    same_meter = ("10000002", *GOOD[1:])
    checked = check(csv_file([HEADER, GOOD, other_meter, same_meter]))
    assert len(checked.customers) == 1
    assert {(e.line, e.column, e.rule) for e in checked.errors} == {
        (3, "客户编号", "duplicate_in_file"),
        (4, "表号", "duplicate_in_file"),
    }


def test_missing_columns_stop_the_sheet() -> None:
    reading = read_file(csv_file([("客户名称",), ("王小明",)]), 100)
    assert {e.column for e in reading.errors} == {"客户编号", "客户类别", "用气地址"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls", b"a\x00b\xff\xfe"])
def test_unreadable_files_are_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(SheetError):
        read_file(data, 100)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        reading = read_file(data, 10)
    except SheetError:
        return
    if not reading.errors:
        for chunk in reading.layout.chunks:
            check_chunk(chunk, reading.layout.headers[chunk.sheet], WORDS)


@given(st.sampled_from(columns.SHEETS[CUSTOMERS] + columns.SHEETS[MEMBERS]), st.text(max_size=60))
def test_any_cell_is_read_or_refused(column: columns.Column, cell: str) -> None:
    with suppress(columns.RowRefusedError):
        column.read(cell)
