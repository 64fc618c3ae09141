"""The digest of a month: SHA-256 over the digests of its canonical lines, chained to the month closed before: pure.

A canonical line is its fields in the order of `CANONICAL`, parted by `|`, empty where there is none, times in UTC to
the microsecond.  The month's digest takes in a heading, then the 32 bytes of every line's SHA-256 by sequence.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

CANONICAL = (
    *("sequence", "id", "posting_id", "case_id", "matter_id", "provision", "kind", "subject", "unit", "side"),
    *("amount", "department", "team", "month", "of_month", "reverses_id", "posted_at", "posted_by"),
)


class MonthDigest:
    """Grows by stretches of line digests in the order of their sequence."""

    def __init__(self, company: str, month: str, previous: str | None) -> None:
        self._sum = hashlib.sha256(f"ledger|{company}|{month}|{previous or ''}\n".encode())

    def add(self, line_digests: bytes) -> None:
        """Take in 32 bytes for each line."""
        self._sum.update(line_digests)

    @property
    def text(self) -> str:
        """Hexadecimal."""
        return self._sum.hexdigest()


def canonical(line: Any) -> str:
    """A line as it is digested; the database builds the same text when a month is closed."""
    return "|".join(_text(getattr(line, name)) for name in CANONICAL)


def digest_of(company: str, month: str, previous: str | None, lines: Iterable[Any]) -> str:
    """The digest from lines at hand, for whoever proves a month outside the database."""
    digest = MonthDigest(company, month, previous)
    for line in lines:
        digest.add(hashlib.sha256(canonical(line).encode()).digest())
    return digest.text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return str(value)
