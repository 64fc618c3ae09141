"""Grants: a service says that this person may read this field of this customer now (design.md 6)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.access.errors import GrantInvalidError
from shared.ids import new_id

GRANT_TYPE = "grant+jwt"
GRANT_AUDIENCE = "gasdesk:customer"
LIFETIME = 60
"""Seconds; grants go by real time."""
_ALGORITHM = "Ed25519"
_LONGEST = 2048
_TEXTS = ("iss", "company", "field", "purpose")
_IDS = ("jti", "customer_id", "sub")


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted; `id` is stored by the owner of the data with the reveal, so that a grant works once."""

    id: UUID
    service: str
    company: str
    customer_id: UUID
    staff_id: UUID
    field: str
    purpose: str
    expires_at: int


class GrantSigner:
    """Issues the grants of one service."""

    def __init__(self, service: str, key: OKPKey) -> None:
        """`key` is the service's own Ed25519 key."""
        self._service = service
        self._key = key

    def issue(self, *, company: str, customer_id: UUID, staff_id: UUID, field: str, purpose: str) -> str:
        """A grant of 60 seconds; `purpose` is a code such as `callback`."""
        now = int(time.time())
        claims = {
            "iss": self._service,
            "aud": GRANT_AUDIENCE,
            "jti": str(new_id()),
            "sub": str(staff_id),
            "company": company,
            "customer_id": str(customer_id),
            "field": field,
            "purpose": purpose,
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode({"alg": _ALGORITHM, "typ": GRANT_TYPE}, claims, self._key, algorithms=[_ALGORITHM])


class GrantVerifier:
    """Checks grants against the public keys of the services."""

    def __init__(self, keys: Mapping[str, OKPKey]) -> None:
        """Public keys by service."""
        self._keys = dict(keys)

    def verify(self, token: str, *, company: str, customer_id: UUID, staff_id: UUID, field: str) -> Grant:
        """The grant, if it is genuine, alive and made out for exactly this.  Raises: GrantInvalidError."""
        grant = self._read(token)
        if grant.expires_at <= time.time():
            raise GrantInvalidError("授权已过期，请重新申请")
        wanted = (company, customer_id, staff_id, field)
        if (grant.company, grant.customer_id, grant.staff_id, grant.field) != wanted:
            raise GrantInvalidError("授权与本次查看的对象、人员或内容不符")
        return grant

    def _read(self, token: str) -> Grant:
        """Each service's key verifies only what names that service as issuer: none can speak for another."""
        if len(token) <= _LONGEST and token.isascii():
            for service, key in self._keys.items():
                claims = _verified(token, key)
                if claims is not None and claims.get("iss") == service and claims.get("aud") == GRANT_AUDIENCE:
                    return _grant(claims)
        raise GrantInvalidError("授权无效")


def _verified(token: str, key: OKPKey) -> dict[str, Any] | None:
    try:
        decoded = jwt.decode(token, key, algorithms=[_ALGORITHM])
    except (JoseError, ValueError):
        return None
    if set(decoded.header) - {"alg", "typ"} or decoded.header.get("typ") != GRANT_TYPE:
        return None
    return decoded.claims


def _grant(claims: dict[str, Any]) -> Grant:
    try:
        service, company, field, purpose = (str(claims[name]) for name in _TEXTS)
        grant_id, customer_id, staff_id = (UUID(str(claims[name])) for name in _IDS)
        expires_at = int(claims["exp"])
    except (KeyError, ValueError, TypeError):
        raise GrantInvalidError("授权无效") from None
    return Grant(grant_id, service, company, customer_id, staff_id, field, purpose, expires_at)
