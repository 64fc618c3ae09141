"""Printable pages of plain content: nested tables with the words that people read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_STYLE = (
    "body{font:14px/1.6 'Noto Sans SC','Microsoft YaHei',sans-serif;margin:2em;color:#111}"
    "h1{font-size:20px}h2{font-size:16px;margin-top:1.5em}"
    "table{border-collapse:collapse;width:100%;margin:.4em 0}"
    "th,td{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#f2f2f2;font-weight:600}tr{break-inside:avoid}"
    "@media print{body{margin:0}}"
)
NOTHING = "—"
_WIDEST = 12
"""Columns that a page holds; what has more stands one below the other."""

Word = Callable[[str, Any], str]
"""What people read for a value of a field."""


@dataclass(frozen=True, slots=True)
class Words:
    """How fields and their values are called."""

    labels: Mapping[str, str]
    value: Word

    def label(self, field: str) -> str:
        """What people read for a field."""
        return self.labels.get(field, field)


def page(title: str, body: str) -> bytes:
    """A whole page that prints by itself: no script, nothing from elsewhere."""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    ).encode()


def section(title: str, body: str) -> str:
    """A part of a page."""
    return f"<h2>{escape(title)}</h2>\n{body}\n"


def shown(content: Any, words: Words) -> str:
    """Plain content as tables."""
    return _any("", content, words)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under their heads; cells are HTML already."""
    top = "".join(f"<th>{escape(one)}</th>" for one in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{lines}</tbody></table>"


def link(path: str, text: str) -> str:
    """To another entry."""
    return f'<a href="{escape(path)}">{escape(text)}</a>'


def _any(field: str, value: Any, words: Words) -> str:
    if value is None or value in ("", [], (), {}):
        return NOTHING
    if isinstance(value, Mapping):
        return _record(value, words)
    if isinstance(value, list | tuple):
        if all(isinstance(one, Mapping) for one in value):
            return _records(value, words)
        return "<br>".join(_any(field, one, words) for one in value)
    return escape(words.value(field, value)).replace("\n", "<br>")


def _record(content: Mapping[str, Any], words: Words) -> str:
    lines = "".join(
        f"<tr><th>{escape(words.label(name))}</th><td>{_any(name, value, words)}</td></tr>\n"
        for name, value in content.items()
    )
    return f"<table><tbody>\n{lines}</tbody></table>"


def _records(content: Sequence[Mapping[str, Any]], words: Words) -> str:
    names = list(dict.fromkeys(name for one in content for name in one))
    if len(names) > _WIDEST:
        return "\n".join(_record(one, words) for one in content)
    rows = [[_any(name, one.get(name), words) for name in names] for one in content]
    return table([words.label(name) for name in names], rows)
