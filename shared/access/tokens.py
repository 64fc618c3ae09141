"""Access tokens: one verification for every process (RFC 8725, RFC 9068), cached by hash for at most a minute."""

import base64
import binascii
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from cachetools import LRUCache
from joserfc import jwt
from joserfc.errors import JoseError

from shared.access.errors import UnauthenticatedError
from shared.access.key_source import ALGORITHM_OF_CURVE, KeySource

AUDIENCE = "gasdesk"
TOKEN_TYPE = "at+jwt"  # noqa: S105  # a media type
_CACHE_SECONDS = 60
_CACHE_SIZE = 10_000
_LONGEST_TOKEN = 4096
_CLOCK_SKEW = 60
"""Seconds by which the issuer's clock may run ahead of ours."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says: who, for which companies, until when (Unix seconds); no rights."""

    subject: UUID
    companies: tuple[str, ...]
    login: str
    token_id: str
    expires_at: int


class TokenVerifier:
    """Verifies bearer tokens; safe for concurrent use."""

    def __init__(self, *, keys: KeySource, issuer: str, audience: str = AUDIENCE) -> None:
        """Only tokens of `issuer` for exactly `audience` pass."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._cache: LRUCache[bytes, tuple[float, Claims]] = LRUCache(_CACHE_SIZE)

    async def verify(self, token: str) -> Claims:
        """The claims of a genuine, unexpired token.  Raises: UnauthenticatedError, KeysUnavailableError."""
        if not token:
            raise UnauthenticatedError("token_missing")
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            raise UnauthenticatedError("token_invalid", "size or characters")
        digest = hashlib.sha256(token.encode()).digest()
        cached = self._cache.get(digest)
        now = time.time()
        if cached is not None and now < cached[0]:
            return cached[1]
        claims = await self._check(token, now)
        self._cache[digest] = (min(now + _CACHE_SECONDS, claims.expires_at), claims)
        return claims

    async def _check(self, token: str, now: float) -> Claims:
        header = _header(token)
        key = await self._keys.find(_key_id(header))
        if key is None:
            raise UnauthenticatedError("token_invalid", "unknown key")
        try:
            # the algorithm is the key's, never the header's choice
            decoded = jwt.decode(token, key, algorithms=[ALGORITHM_OF_CURVE[str(key.curve_name)]])
        except (JoseError, ValueError) as error:
            raise UnauthenticatedError("token_invalid", type(error).__name__) from None
        return _claims(decoded.claims, issuer=self._issuer, audience=self._audience, now=now)


def _header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise UnauthenticatedError("token_invalid", "not a signed compact token")
    try:
        header = orjson.loads(_decoded(parts[0]))
    except ValueError:
        raise UnauthenticatedError("token_invalid", "header is no JSON") from None
    if not isinstance(header, dict):
        raise UnauthenticatedError("token_invalid", "header is no object")
    if set(header) - {"alg", "typ", "kid"}:
        raise UnauthenticatedError("token_invalid", "header parameter not allowed")
    if header.get("typ") != TOKEN_TYPE:
        raise UnauthenticatedError("token_invalid", "typ")
    return header


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error


def _key_id(header: dict[str, Any]) -> str:
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 1 <= len(key_id) <= 100:
        raise UnauthenticatedError("token_invalid", "kid")
    return key_id


def _claims(claims: dict[str, Any], *, issuer: str, audience: str, now: float) -> Claims:
    if claims.get("iss") != issuer:
        raise UnauthenticatedError("token_invalid", "iss")
    if claims.get("aud") != audience:
        raise UnauthenticatedError("token_invalid", "aud")
    expires_at = _instant(claims, "exp")
    if _instant(claims, "iat") > now + _CLOCK_SKEW or ("nbf" in claims and _instant(claims, "nbf") > now + _CLOCK_SKEW):
        raise UnauthenticatedError("token_invalid", "not valid yet")
    if expires_at <= now:
        raise UnauthenticatedError("token_expired")
    return Claims(
        subject=_subject(claims.get("sub")),
        companies=_companies(claims.get("companies")),
        login=_text(claims, "login"),
        token_id=_text(claims, "jti"),
        expires_at=expires_at,
    )


def _instant(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1 << 40:
        raise UnauthenticatedError("token_invalid", name)
    return int(value)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise UnauthenticatedError("token_invalid", name)
    return value


def _subject(value: object) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else UUID("")
    except ValueError:
        raise UnauthenticatedError("token_invalid", "sub") from None


def _companies(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 100:
        raise UnauthenticatedError("token_invalid", "companies")
    if not all(isinstance(code, str) and 1 <= len(code) <= 40 for code in value):
        raise UnauthenticatedError("token_invalid", "companies")
    return tuple(value)
