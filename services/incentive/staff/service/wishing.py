"""What one row of an import wants, and what of its form is wrong: pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.incentive.staff.rules import StaffState
from services.incentive.staff.service.recording import StaffEntry
from services.incentive.staff.service.spreadsheet import SheetRow
from shared.errors import FieldError

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LONGEST_TEXT = 200
_MOST = {"posts": 12, "lines": 20}
_STATES = {"在岗": StaffState.ACTIVE, "休假": StaffState.ON_LEAVE, "离职": StaffState.LEFT} | {
    state.value: state for state in StaffState
}
_DEPUTY = ("deputy_login", "deputy_from", "deputy_until")


@dataclass(slots=True)
class Wish:
    """One row: whom it is about, what the directory is to say, who is to stand in; with its mistakes."""

    number: int
    login: str
    is_new: bool
    entry: StaffEntry
    superior_login: str | None = None
    """Set only where the file has the column."""
    deputy: tuple[str, date, date] | None = None
    mistakes: list[FieldError] = field(default_factory=list)

    def wrong(self, pointer: str, code: str, message: str) -> None:
        """Note a mistake at a field of this row."""
        said = pointer.replace("/superior_id", "/superior_login")
        self.mistakes.append(FieldError(f"/rows/{self.number}{said}", code, message))


def wish(row: SheetRow, before: StaffEntry | None) -> Wish:
    """What the row wants; columns that the file has not stay as they are, empty cells empty.

    An empty state stays, or is active for whoever is new.
    """
    found = Wish(row.number, row.cells["login"], before is None, before or StaffEntry(name=""))
    if not _LOGIN.fullmatch(found.login):
        found.wrong("/login", "staff_import_login", "登录名由小写字母、数字、点、下划线和连字符组成，最多40个字符。")
    changes: dict[str, object] = {}
    for name, reader in _READERS.items():
        if name in row.cells:
            changes |= reader(found, row, name)
    found.entry = replace(found.entry, **changes)  # type: ignore[arg-type]  # each reader types its field
    if not found.entry.name:
        found.wrong("/name", "required", "姓名不能为空。")
    if "superior_login" in row.cells:
        found.superior_login = row.cells["superior_login"]
    found.deputy = _deputy(found, row)
    return found


def _text(found: Wish, row: SheetRow, name: str) -> dict[str, object]:
    said = row.cells[name]
    if len(said) > _LONGEST_TEXT:
        found.wrong(f"/{name}", "string_too_long", f"最多{_LONGEST_TEXT}个字。")
    return {name: said if name == "name" else said or None}


def _codes(found: Wish, row: SheetRow, name: str) -> dict[str, object]:
    said = row.several(name)
    if len(said) > _MOST[name]:
        found.wrong(f"/{name}", "too_long", f"最多{_MOST[name]}项。")
    return {name: said[: _MOST[name]]}


def _state(found: Wish, row: SheetRow, name: str) -> dict[str, object]:
    said = row.cells[name]
    if not said:
        return {}
    if said not in _STATES:
        found.wrong(f"/{name}", "enum", "状态须为 active（在岗）、on_leave（休假）或 left（离职）。")
        return {}
    return {name: _STATES[said].value}


def _day(found: Wish, row: SheetRow, name: str) -> dict[str, object]:
    try:
        return {name: row.date(name)}
    except ValueError:
        found.wrong(f"/{name}", "date", "日期须写作 2026-01-31。")
        return {}


def _deputy(found: Wish, row: SheetRow) -> tuple[str, date, date] | None:
    if not any(row.cells.get(name) for name in _DEPUTY):
        return None
    missing = [name for name in _DEPUTY if not row.cells.get(name)]
    for name in missing:
        found.wrong(f"/{name}", "required", "代理人与代理起止日期须同时填写。")
    dates = {key: value for name in _DEPUTY[1:] for key, value in _day(found, row, name).items()}
    match dates.get("deputy_from"), dates.get("deputy_until"):
        case date() as start, date() as end if not missing:
            return row.cells["deputy_login"], start, end
    return None


_READERS: dict[str, Callable[[Wish, SheetRow, str], dict[str, object]]] = {
    "name": _text,
    "title": _text,
    "posts": _codes,
    "department": _text,
    "team": _text,
    "lines": _codes,
    "entry_on": _day,
    "state": _state,
}


def with_superior(entry: StaffEntry, superior_id: UUID | None) -> StaffEntry:
    """The same below another superior."""
    return replace(entry, superior_id=superior_id)
