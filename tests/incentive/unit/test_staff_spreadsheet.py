"""The staff file: encodings, headers, cells, bounds; what is written is read back, whatever it begins with."""

import io

import pytest
import xlsxwriter

from services.incentive.staff.errors import StaffImportUnreadableError
from services.incentive.staff.service import spreadsheet
from services.incentive.staff.service.recording import StaffEntry
from services.incentive.staff.service.wishing import wish


def book(*lines: list[str]) -> bytes:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = made.add_worksheet()
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    made.close()
    return content.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "login,name\nli.na,李娜\n".encode(),
        "\ufefflogin,name\r\nli.na,李娜\r\n".encode(),
        "登录名,姓名\n\nli.na, 李娜 \n".encode(),
        book(["登录名", "name"], ["li.na", "李娜"]),
    ],
)
def test_utf8_with_and_without_mark_and_workbooks_are_read_under_both_names(data: bytes) -> None:
    (row,) = spreadsheet.read(data)
    assert row.cells == {"login": "li.na", "name": "李娜"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"login,name\n",
        b"name\nx\n",
        b"login,login\na,b\n",
        b"login,moon\na,b\n",
        b"login\na,b\n",
        b'login\n"a\n',
        b"login\na\x00\n",
        "登录名\n李".encode("gb18030"),
        b"PK\x03\x04broken",
        b"login\n" + b"a\n" * (spreadsheet.MAX_ROWS + 1),
    ],
)
def test_what_is_no_table_of_staff_is_refused_whole(data: bytes) -> None:
    with pytest.raises(StaffImportUnreadableError):
        spreadsheet.read(data)


def test_what_is_written_is_read_back_and_no_cell_is_a_formula() -> None:
    said = dict.fromkeys(spreadsheet.HEADERS, "") | {"login": "li.na", "name": "=1+1", "title": "@sum", "posts": "a;b"}
    (row,) = spreadsheet.read(spreadsheet.write([said]))
    assert row.cells == said


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({}, []),
        ({"login": "李娜"}, ["/rows/7/login"]),
        ({"name": ""}, ["/rows/7/name"]),
        ({"title": "x" * 201}, ["/rows/7/title"]),
        ({"posts": ";".join(f"p{n}" for n in range(13))}, ["/rows/7/posts"]),
        ({"state": "gone"}, ["/rows/7/state"]),
        ({"state": "离职", "entry_on": "2026/1/2"}, []),
        ({"entry_on": "2026-02-30"}, ["/rows/7/entry_on"]),
        ({"deputy_login": "b"}, ["/rows/7/deputy_from", "/rows/7/deputy_until"]),
        ({"deputy_login": "b", "deputy_from": "2026-01-01", "deputy_until": "soon"}, ["/rows/7/deputy_until"]),
    ],
)
def test_each_mistake_of_form_is_named(cells: dict[str, str], wrong: list[str]) -> None:
    row = spreadsheet.SheetRow(7, {"login": "li.na", "name": "李娜"} | cells)
    assert [one.pointer for one in wish(row, None).mistakes] == wrong


def test_missing_columns_stay_and_empty_cells_empty() -> None:
    before = StaffEntry(name="李娜", title="坐席", posts=("a",), team="t", state="on_leave")
    row = spreadsheet.SheetRow(2, {"login": "li.na", "posts": "b；c;b", "team": "", "state": ""})
    after = wish(row, before).entry
    assert (after.name, after.title, after.posts, after.team, after.state) == (
        "李娜",
        "坐席",
        ("b", "c"),
        None,
        "on_leave",
    )
