"""Outbox rows as the relay reads them, without a database."""

from datetime import datetime
from typing import Any

import orjson


def as_read(stored: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What `envelope.ROW` makes of a row."""
    data = orjson.dumps({**stored.pop("payload"), "routing": stored.pop("routing")}).decode()
    return stored | {"at": at, "data": data}
