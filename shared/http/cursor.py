"""Opaque cursors: keyset values, base64url, sealed so that they fit one operation and one filter only."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

import orjson

from shared.http.problems import refuse

Value = str | int | bool | None | datetime | date | UUID | Decimal | float
_SEAL = 12
_MAX_LENGTH = 2048


class CursorCodec:
    """Seals and opens cursors with one key per service."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, values: Sequence[Value], *, bound_to: str) -> str:
        """A cursor that stands after the row with these keyset values, valid only for `bound_to`."""
        body = orjson.dumps([_packed(value) for value in values], option=orjson.OPT_PASSTHROUGH_DATETIME)
        return base64.urlsafe_b64encode(self._seal(body, bound_to) + body).rstrip(b"=").decode()

    def decode(self, cursor: str, *, bound_to: str) -> tuple[Value, ...]:
        """The keyset values, typed as they went in.  Raises: ProblemError 400 `cursor_invalid`."""
        try:
            return self._open(cursor, bound_to)
        except (ValueError, binascii.Error, InvalidOperation) as error:
            raise refuse("cursor_invalid", "请从第一页重新开始；翻页时不得更改其他条件") from error

    def _open(self, cursor: str, bound_to: str) -> tuple[Value, ...]:
        if len(cursor) > _MAX_LENGTH:
            raise ValueError("too long")
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        seal, body = raw[:_SEAL], raw[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(body, bound_to)):
            raise ValueError("not sealed by us")
        return tuple(_unpacked(value) for value in orjson.loads(body))

    def _seal(self, body: bytes, bound_to: str) -> bytes:
        message = len(bound_to.encode()).to_bytes(4) + bound_to.encode() + body
        return hmac.new(self._key, message, hashlib.sha256).digest()[:_SEAL]


def _packed(value: Value) -> object:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, UUID):
        return {"u": value.hex}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value


def _unpacked(value: object) -> Value:
    match value:
        case {"t": str(text)}:
            return datetime.fromisoformat(text)
        case {"d": str(text)}:
            return date.fromisoformat(text)
        case {"u": str(text)}:
            return UUID(hex=text)
        case {"n": str(text)}:
            return Decimal(text)
        case str() | int() | float() | None:
            return value
        case _:
            raise ValueError("no keyset value")
