"""What pydantic found wrong, told in Chinese by rule and place, never by value."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from shared.errors import FieldError

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z_-]|(?<=[a-z])\d(?=_|$)){0,39}", re.ASCII)
"""Words, and names such as `daily_volume_m3`; never a number that somebody put where a name belongs."""
_BUILT_IN = frozenset(get_args(ErrorType))

_MESSAGES = {
    "missing": "必填",
    "extra_forbidden": "不认识的字段",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式应符合 {pattern}",
    "string_unicode": "应为合法的 Unicode 文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "整数位数过多",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "decimal_type": "应为小数",
    "decimal_parsing": "应为小数",
    "decimal_max_digits": "最多 {max_digits} 位数字",
    "decimal_max_places": "小数最多 {decimal_places} 位",
    "decimal_whole_digits": "整数部分最多 {whole_digits} 位",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "enum": "只能取：{expected}",
    "literal_error": "只能取：{expected}",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "uuid_version": "应为版本 {expected_version} 的 UUID",
    "datetime_type": "应为 RFC 3339 时间",
    "datetime_parsing": "应为 RFC 3339 时间",
    "datetime_from_date_parsing": "应为 RFC 3339 时间",
    "datetime_object_invalid": "应为 RFC 3339 时间",
    "timezone_aware": "时间应带时区偏移",
    "datetime_past": "应为过去的时间",
    "datetime_future": "应为将来的时间",
    "date_type": "应为日期（年-月-日）",
    "date_parsing": "应为日期（年-月-日）",
    "date_from_datetime_parsing": "应为日期（年-月-日）",
    "date_from_datetime_inexact": "应为不带时刻的日期",
    "date_past": "应为过去的日期",
    "date_future": "应为将来的日期",
    "time_parsing": "应为时刻（时:分）",
    "time_delta_parsing": "应为 ISO 8601 时长",
    "list_type": "应为列表",
    "set_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "dataclass_type": "应为对象",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "union_tag_invalid": "类别只能取：{expected_tags}",
    "union_tag_not_found": "缺少类别字段",
    "json_invalid": "不是合法的 JSON",
    "value_error": "不符合规则",
}


def field_errors(errors: Sequence[Mapping[str, Any]], *, limit: int = 50) -> tuple[FieldError, ...]:
    """At most `limit` places of the request that broke a rule."""
    return tuple(_field_error(one) for one in errors[:limit])


def _field_error(error: Mapping[str, Any]) -> FieldError:
    kind = str(error.get("type", "value_error"))
    return FieldError(pointer_of(error.get("loc", ())), kind, _message(kind, error))


def _message(kind: str, error: Mapping[str, Any]) -> str:
    template = _MESSAGES.get(kind)
    if template is None:
        return str(error.get("msg", "")) if kind not in _BUILT_IN else "不符合规则"
    try:
        return template.format_map(error.get("ctx") or {})
    except (KeyError, IndexError):
        return "不符合规则"


def pointer_of(loc: Sequence[Any]) -> str:
    """Where an error lies; names that a caller made up are shown only if they are plain words (no echo)."""
    source, rest = (str(loc[0]), loc[1:]) if loc else ("body", ())
    name = _shown(rest[0]) if rest else ""
    match source:
        case "query":
            return f"?{name}"
        case "path":
            return f"{{{name}}}"
        case "header":
            return name.title()
        case "cookie":
            return f"cookie {name}"
        case _:
            return "".join(f"/{_shown(part)}" for part in rest)


def _shown(part: Any) -> str:
    if isinstance(part, int):
        return str(part)
    text = str(part)
    return text if _NAME.fullmatch(text) else "*"
