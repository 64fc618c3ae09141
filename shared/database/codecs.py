"""JSON as it crosses the database door: orjson, text in and out."""

from typing import Any

import orjson


def dumps(value: object) -> str:
    """JSON text of `value`; UUIDs and aware times as strings."""
    return orjson.dumps(value, default=_plain).decode()


def loads(text: str | bytes) -> Any:
    """The value of JSON text."""
    return orjson.loads(text)


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
