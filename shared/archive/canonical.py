"""Canonical JSON: the same bytes for the same content, so that a digest can be computed again."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID


def canonical_json(content: object) -> bytes:
    """Sorted keys, no spaces, UTF-8, instants in UTC.  Raises: TypeError for anything but plain values."""
    said = json.dumps(
        content, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return said.encode()


def digest_of(content: object) -> str:
    """SHA-256 of canonical JSON, hexadecimal."""
    return sha256(canonical_json(content)).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain value")
