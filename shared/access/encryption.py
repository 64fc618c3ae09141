"""Encryption of single fields: AES-256-GCM bound to its table, column and row (design.md 6)."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.access.errors import DecryptionError

_NONCE = 12
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")


class FieldCipher:
    """Encrypts with the active key and reads values of every key it holds: two while keys rotate."""

    def __init__(self, keys: Mapping[str, bytes], *, active: str) -> None:
        """Keys by id, 32 bytes each.  Raises: ValueError."""
        if active not in keys:
            raise ValueError("the active key is not among the keys")
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id) or len(key) != 32:
                raise ValueError("a key id is [a-z0-9]{1,16}, a key has 32 bytes")
        self._active = active
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def encrypt(self, value: str, *, table: str, column: str, row_id: UUID) -> str:
        """`<key id>.<base64url of nonce and ciphertext>`: unreadable in any other place."""
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._active].encrypt(nonce, value.encode(), _place(table, column, row_id))
        return f"{self._active}.{base64.urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"

    def decrypt(self, stored: str, *, table: str, column: str, row_id: UUID) -> str:
        """The value.  Raises: DecryptionError if it was altered or moved, or if its key is gone."""
        cipher = self._ciphers.get(self.key_id(stored))
        if cipher is None:
            raise DecryptionError("the key of the value is not held")
        try:
            body = _bytes(stored.partition(".")[2])
            return cipher.decrypt(body[:_NONCE], body[_NONCE:], _place(table, column, row_id)).decode()
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("the value was altered or belongs elsewhere") from error

    @staticmethod
    def key_id(stored: str) -> str:
        """The id of the key that a stored value was encrypted with."""
        return stored.partition(".")[0]

    def needs_rotation(self, stored: str) -> bool:
        """Whether the value was encrypted with another key than the active one."""
        return self.key_id(stored) != self._active


def _place(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}|{column}|{row_id}".encode()


def _bytes(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
