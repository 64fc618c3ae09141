"""The columns of an import: their Chinese titles and how one cell is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from services.customer.registry.rules import vocabulary
from services.customer.registry.rules.identity import identity_kind
from services.customer.registry.rules.sheets import CUSTOMERS, EQUIPMENT, MEMBERS
from services.customer.registry.rules.text import fold, tidy
from shared.access.errors import PhoneInvalidError
from shared.access.phones import normalise

__all__ = [
    "FACTS",
    "FIELDS",
    "RESIDENTIAL_MOST",
    "SHEETS",
    "Column",
    "RowRefusedError",
    "Words",
    "field_of",
    "identity_kind",
    "match",
    "with_tags",
    "with_words",
]

RESIDENTIAL_MOST = Decimal(100)
"""m³ a day; a household above it is a typing error or not a household."""

_MOST = Decimal(999999999)
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9_/-]{0,39}")
_FORMULA = ("=", "@", "+", "-", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SEPARATORS = re.compile(r"[;；,，、\s]+")
_MOBILE = re.compile(r"1\d{10}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


class RowRefusedError(ValueError):
    """A cell breaks a rule; rule code and Chinese message, never the value."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message = message


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its title and other names, and its reader."""

    name: str
    title: str
    reader: Callable[[str], Any]
    is_required: bool = False
    aliases: tuple[str, ...] = ()

    def read(self, cell: str) -> Any:
        """The value of a cell, None when it is empty.  Raises RowRefusedError."""
        text = cell.strip()
        if not text:
            if self.is_required:
                raise RowRefusedError("required", f"“{self.title}”必填")
            return None
        if _CONTROL.search(text):
            raise RowRefusedError("control_character", f"“{self.title}”含有不可见字符")
        return self.reader(text)


def _text(most: int, text: str) -> str:
    if text.startswith(_FORMULA):
        raise RowRefusedError("formula", "以公式符号开头的文字不予接受")
    value = tidy(text)
    if len(value) > most:
        raise RowRefusedError("too_long", f"不得超过{most}个字符")
    return value


def _searchable(most: int, text: str) -> str:
    value = _text(most, text)
    if len(fold(value)) < 2:
        raise RowRefusedError("too_short", "至少两个文字")
    return value


def _number(text: str) -> str:
    value = tidy(text).upper()
    if not _NUMBER.fullmatch(value):
        raise RowRefusedError("number_form", "编号只能由字母、数字、横线组成，最长40位")
    return value


def _label(labels: Mapping[str, str], text: str) -> str:
    code = labels.get(tidy(text))
    if code is None:
        known = "、".join(label for label in labels if not label.isascii() or len(label) <= 2)
        raise RowRefusedError("unknown_value", f"只能是：{known}")
    return code


def _tags(known: Mapping[str, str], text: str) -> list[str]:
    codes = [known.get(tidy(part)) for part in _SEPARATORS.split(text) if part]
    if None in codes:
        raise RowRefusedError("unknown_value", "标签不在规章的目录中")
    return sorted({code for code in codes if code is not None})


def _coded(known: Mapping[str, str], text: str) -> str:
    code = known.get(tidy(text))
    if code is None:
        raise RowRefusedError("unknown_value", "不在规章的目录中")
    return code


def _codes(known: Mapping[str, str], text: str) -> list[str]:
    return sorted({_coded(known, part) for part in _SEPARATORS.split(text) if part})


def _phone(text: str) -> str:
    compact = text.replace(" ", "").replace("-", "")
    if _MOBILE.fullmatch(compact):
        return f"+86{compact}"
    try:
        return normalise(text).e164
    except PhoneInvalidError as error:
        raise RowRefusedError("phone_invalid", "不是有效的电话号码") from error


def _identity(text: str) -> str:
    value = tidy(text).upper()
    if len(value) > 40:
        raise RowRefusedError("too_long", "不得超过40个字符")
    if len(value) == 18 and identity_kind(value) is None:
        raise RowRefusedError("identity_invalid", "证件号码校验位不符")
    return value


def _decimal(places: int, text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise RowRefusedError("not_a_number", "应为数字") from error
    if not value.is_finite():
        raise RowRefusedError("not_a_number", "应为数字")
    if not 0 <= value <= _MOST:
        raise RowRefusedError("out_of_range", f"应在0至{_MOST}之间")
    return value.quantize(Decimal(1).scaleb(-places))


def _integer(text: str) -> int:
    value = _decimal(3, text)
    if value != value.to_integral_value():
        raise RowRefusedError("not_an_integer", "应为整数")
    return int(value)


def _fen(text: str) -> int:
    return int(_decimal(2, text) * 100)


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError as error:
        raise RowRefusedError("date_invalid", "应为日期，如 2001-02-03") from error


_TRUTHS = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}


def _truth(text: str) -> bool:
    if (value := _TRUTHS.get(text.lower())) is None:
        raise RowRefusedError("unknown_value", "只能是：是、否")
    return value


SHEETS: Mapping[int, tuple[Column, ...]] = {  # the tags are the pack's: `with_tags` brings them
    CUSTOMERS: (
        Column("number", "客户编号", _number, is_required=True, aliases=("户号", "用户编号", "number")),
        Column("name", "客户名称", partial(_searchable, 100), is_required=True, aliases=("户名", "用户名称", "name")),
        Column("kind", "客户类别", partial(_label, vocabulary.KINDS), is_required=True, aliases=("用气类别", "kind")),
        Column("party", "客户性质", partial(_label, vocabulary.PARTIES), aliases=("party",)),
        Column("identity", "证件号码", _identity, aliases=("统一社会信用代码", "身份证号")),
        Column("phone", "联系电话", _phone, aliases=("手机", "电话", "phone")),
        Column("second_phone", "备用电话", _phone, aliases=("电话2",)),
        Column("address", "用气地址", partial(_searchable, 200), is_required=True, aliases=("地址", "address")),
        Column("province", "省", partial(_text, 40), aliases=("省份", "province")),
        Column("city", "市", partial(_text, 40), aliases=("城市", "city")),
        Column("street", "街道", partial(_text, 60), aliases=("道路", "street")),
        Column("building", "楼栋", partial(_text, 40), aliases=("building",)),
        Column("unit", "单元", partial(_text, 40), aliases=("unit",)),
        Column("room", "室", partial(_text, 40), aliases=("房号", "room")),
        Column("district", "区域", partial(_text, 40), aliases=("片区", "district")),
        Column("community", "小区", partial(_text, 60), aliases=("community",)),
        Column("meter", "表号", _number, aliases=("燃气表号", "meter")),
        Column("meter_kind", "表具类型", partial(_label, vocabulary.METER_KINDS), aliases=("表型",)),
        Column("capacity", "开口气量", partial(_decimal, 3), aliases=("开口气量(m³/日)",)),
        Column("volume", "日用气量", partial(_decimal, 3), aliases=("日用气量(m³/日)",)),
        Column("tags", "标签", partial(_tags, {}), aliases=("tags",)),
        Column("member_count", "成员数", _integer),
        Column("standing", "账户状态", partial(_label, vocabulary.STANDINGS)),
        Column("industry", "行业", partial(_label, vocabulary.INDUSTRIES)),
        Column("annual_sales_fen", "年销售额(元)", _fen, aliases=("年销售额",)),
        Column("enterprise_size", "企业规模", partial(_label, vocabulary.ENTERPRISE_SIZES)),
        Column("influence", "社会影响", partial(_label, vocabulary.INFLUENCES)),
        Column("assessment", "价值评估", partial(_label, vocabulary.ASSESSMENTS)),
        Column("top_100", "百强", _truth),
    ),
    MEMBERS: (
        Column("group_number", "集团编号", _number, is_required=True),
        Column("number", "成员编号", _number, is_required=True),
        Column("name", "姓名", partial(_searchable, 100), is_required=True),
        Column("kind", "成员类型", partial(_label, vocabulary.MEMBER_KINDS), is_required=True),
        Column("title", "职务", partial(_text, 60)),
        Column("phone", "联系电话", _phone),
        Column("born_on", "生日", _date),
    ),
    EQUIPMENT: (
        Column("customer_number", "客户编号", _number, is_required=True, aliases=("户号",)),
        Column("number", "设备编号", _number, is_required=True, aliases=("出厂编号",)),
        Column("kind", "设备类型", partial(_coded, {}), is_required=True),
        Column("brand", "品牌", partial(_text, 60)),
        Column("model", "型号", partial(_text, 60)),
        Column("installed_on", "安装日期", _date),
        Column("hazards", "隐患", partial(_codes, {})),
    ),
}

FACTS = ("industry", "annual_sales_fen", "enterprise_size", "influence", "assessment", "top_100")
"""Columns that become `facts` of the customer, for the tier rules."""


FIELDS: Mapping[str, str] = {
    **{name: name for name in ("number", "name", "kind", "party", "identity", "tags", "member_count", "standing")},
    **dict.fromkeys(("phone", "second_phone"), "phones"),
    **dict.fromkeys(("address", "province", "city", "street", "community", "building", "unit", "room"), "premises"),
    **dict.fromkeys(FACTS, "facts"),
    "district": "district",
    "meter": "meter",
    "meter_kind": "meter",
    "capacity": "capacity_m3_day",
    "volume": "daily_volume_m3",
}
"""Columns of the customer sheet and the kinds of data that they bring."""

SHEET_FIELDS: Mapping[int, str] = {MEMBERS: "members", EQUIPMENT: "equipment"}
"""Sheets that bring one kind of data as a whole."""


@dataclass(frozen=True, slots=True)
class Words:
    """What may be written of the pack's own codes, code or Chinese name, → code."""

    tags: Mapping[str, str]
    equipment: Mapping[str, str] = field(default_factory=dict)
    hazards: Mapping[str, str] = field(default_factory=dict)


def with_words(sheet: int, words: Words) -> tuple[Column, ...]:
    """The columns of a sheet, reading the pack's own codes."""
    readers: dict[tuple[int, str], Callable[[str], Any]] = {
        (CUSTOMERS, "tags"): partial(_tags, words.tags),
        (EQUIPMENT, "kind"): partial(_coded, words.equipment),
        (EQUIPMENT, "hazards"): partial(_codes, words.hazards),
    }
    return tuple(
        replace(column, reader=readers[sheet, column.name]) if (sheet, column.name) in readers else column
        for column in SHEETS[sheet]
    )


def with_tags(sheet: int, known: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a sheet, reading the tags of the pack's common chapter: what may be written → code."""
    return with_words(sheet, Words(known))


def field_of(sheet: int, column: str) -> str:
    """The kind of data that a column brings."""
    return SHEET_FIELDS.get(sheet) or FIELDS[column]


def match(sheet: int, header: Sequence[str]) -> dict[str, int]:
    """Field name → place in the row, by title or another known name."""
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        places.setdefault(tidy(title), place)
    found = {}
    for column in SHEETS[sheet]:
        for title in (column.title, *column.aliases):
            if tidy(title) in places:
                found[column.name] = places[tidy(title)]
                break
    return found
