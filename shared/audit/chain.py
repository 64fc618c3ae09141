"""The hash chain over the audit trail: digests of rows, hashes of seals; pure."""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

GENESIS = "0" * 64
"""What stands before the first seal."""

ROW_COLUMNS = (
    "seq, xid::text as xid, (extract(epoch from at) * 1000000)::bigint::text as at_us, id::text as id, company, actor,"
    " action, resource_type, resource_id::text as resource_id, reason, detail::text as detail, trace_id"
)
"""What a statement selects of `audit` for `digest`; times in microseconds, everything as text but seq."""

_FIELDS = (
    "xid",
    "at_us",
    "id",
    "company",
    "actor",
    "action",
    "resource_type",
    "resource_id",
    "reason",
    "detail",
    "trace_id",
)
_ENTRY = struct.Struct(">q16s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain: it covers rows by their digests, in the order of (xid, seq)."""

    number: int
    until_xid: int
    """Every transaction below this one that was not covered before is covered now."""
    row_count: int
    """Rows sealed up to and including this seal."""
    previous_hash: str
    row_digests: bytes
    sealed_at: datetime

    @property
    def hash(self) -> str:
        """SHA-256 over everything the seal says and the seal before it, hexadecimal."""
        content = [
            self.previous_hash,
            self.number,
            self.until_xid,
            self.row_count,
            (self.sealed_at - _EPOCH) // timedelta(microseconds=1),
            hashlib.sha256(self.row_digests).hexdigest(),
        ]
        return hashlib.sha256(orjson.dumps(content)).hexdigest()

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """The covered rows: seq and digest.  Raises: struct.error if the bytes were cut."""
        return ((seq, digest_) for seq, digest_ in _ENTRY.iter_unpack(self.row_digests))


def digest(row: Mapping[str, Any]) -> bytes:
    """16 bytes of SHA-256 over the canonical form of a row selected by `ROW_COLUMNS`."""
    return hashlib.sha256(orjson.dumps([row["seq"], *(row[name] for name in _FIELDS)])).digest()[:16]


def pack(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The digests of rows as a seal stores them."""
    return b"".join(_ENTRY.pack(row["seq"], digest(row)) for row in rows)
