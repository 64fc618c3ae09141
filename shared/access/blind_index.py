"""Look-up of encrypted values: keyed hashes, with another key per company (design.md 6)."""

import base64
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LENGTH = 16
"""Bytes kept of each hash: two phones collide once in 2^64."""


class BlindIndex:
    """Makes the text that stands in an index column; equal values of one company give equal text."""

    def __init__(self, master: bytes, *, service: str) -> None:
        """The master key, at least 32 bytes; each service and company works with a key derived from it."""
        if len(master) < 32:
            raise ValueError("the master key of the index has at least 32 bytes")
        self._master = master
        self._service = service
        self._key = lru_cache(maxsize=1024)(self._derive)

    def phone(self, company: str, e164: str) -> str:
        """Index text of a normalised number: 22 characters."""
        return self.value(company, "phone", e164)

    def last_four(self, company: str, e164: str) -> str:
        """Index text of the last four digits of a normalised number."""
        return self.value(company, "last4", e164[-4:])

    def last_four_digits(self, company: str, digits: str) -> str:
        """Index text for a search by four digits.  Raises: ValueError if there are not exactly four."""
        if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
            raise ValueError("exactly four digits")
        return self.value(company, "last4", digits)

    def value(self, company: str, kind: str, text: str) -> str:
        """Index text of any other value, such as an ID number; kinds never match one another."""
        digest = hmac.digest(self._key(company), f"{kind}|{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:_LENGTH]).decode().rstrip("=")

    def _derive(self, company: str) -> bytes:
        info = f"gasdesk blind index|{self._service}|{company}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._master)
