"""Identifiers: time-ordered UUIDs, derived UUIDs and the human numbers that people read out on the telephone."""

import os
import threading
import time
import uuid
from datetime import date

NAMESPACE = uuid.UUID("6f2c8f0e-3c55-5a0e-9a39-6a5de5c0a001")
"""The namespace of every derived identifier; changing it changes them all."""

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562), strictly increasing within this process."""
    global _last  # noqa: PLW0603  # one counter per process is the point
    chance = int.from_bytes(os.urandom(10))  # one system call: an import makes five ids a row
    stamp = (time.time_ns() // 1_000_000 << 12) | chance >> 64 & 0x7FF
    with _lock:
        _last = stamp = max(stamp, _last + 1)
    value = (stamp >> 12 & (1 << 48) - 1) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62
    return uuid.UUID(int=value | chance & (1 << 62) - 1)


def derived_id(*parts: object) -> uuid.UUID:
    """The same UUID for the same parts, so that saying a fact twice is the same message."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts))


def human_number(kind: str, on: date, sequence: int) -> str:
    """`<kind><yyMMdd>-<sequence>`, such as `TS261122-000017` (design.md 7)."""
    return f"{kind}{on:%y%m%d}-{sequence:06d}"
