"""One-time links: what is written in them, and how a forged one is told; pure.

A link names its invitation and which link of it this is, and is signed; stored is only its hash, so that neither a
copy of the table nor a guess opens a form.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from services.callback.surveys.errors import LinkInvalidError

Sign = Callable[[str], str]
"""The keyed hash of a text, 22 characters; the key stays with the process."""
PATTERN = r"^[A-Za-z0-9_-]{46}$"
_NAMED = 24
"""Characters of the first part: 16 bytes of the invitation, 2 of the serial number."""
_SHAPE = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine link names."""

    invitation_id: UUID
    serial: int


def make(link: Link, sign: Sign) -> str:
    """The token of a link."""
    named = urlsafe_b64encode(link.invitation_id.bytes + (link.serial % 0x10000).to_bytes(2)).decode()
    return named + sign(named)


def read(token: str, sign: Sign) -> Link:
    """What a token names.  Raises: LinkInvalidError for what was not signed here."""
    if not _SHAPE.fullmatch(token) or not compare_digest(sign(token[:_NAMED]), token[_NAMED:]):
        raise LinkInvalidError("该链接无效，请使用收到的完整链接。")
    named = urlsafe_b64decode(token[:_NAMED])
    return Link(UUID(bytes=named[:16]), int.from_bytes(named[16:]))


def hash_of(token: str) -> str:
    """What is stored of a link."""
    return sha256(token.encode()).hexdigest()
