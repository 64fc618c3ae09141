"""The local issuer of `make run` and the tests: demo logins, argon2id, lockout (reliability.md T8)."""

import asyncio
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.access.errors import CredentialsInvalidError, TooManyAttemptsError
from shared.access.tokens import AUDIENCE, TOKEN_TYPE
from shared.ids import new_id

LIFETIME = 3600
"""Seconds of a token of the local issuer."""
_FREE_PER_ACCOUNT = 5
_FREE_PER_ADDRESS = 10
"""Failures before an account or an address must wait; the waits double."""
_FIRST_WAIT = 30.0
_LONGEST_WAIT = 900.0
_FORGET_AFTER = 3600.0
_MOST_TRACKED = 20_000
_AT_ONCE = 2
"""Password checks at one time: each takes a core and 19 MiB."""
_LONGEST_PASSWORD = 256


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A login of a pack's demo company, such as `agent`."""

    login: str
    company: str
    staff_id: UUID


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """The answer to a sign-in; `expires_in` in seconds."""

    access_token: str
    expires_in: int = LIFETIME
    token_type: str = "Bearer"  # noqa: S105  # the name of a scheme


@dataclass(slots=True)
class _Failures:
    count: int = 0
    locked_until: float = 0.0
    last_at: float = 0.0


@dataclass(slots=True)
class Lockout:
    """Counts attempts per key; each attempt counts as failed until it is forgiven, so that bursts gain nothing."""

    now: Callable[[], float] = time.monotonic
    _failures: OrderedDict[str, _Failures] = field(default_factory=OrderedDict)

    def attempt(self, account: str, address: str) -> None:
        """Take note of an attempt.  Raises: TooManyAttemptsError while the account or the address is locked."""
        now = self.now()
        entries = ((self._entry(account, now), _FREE_PER_ACCOUNT), (self._entry(address, now), _FREE_PER_ADDRESS))
        wait = max(entry.locked_until for entry, _ in entries) - now
        if wait > 0:
            raise TooManyAttemptsError(math.ceil(wait))
        for entry, free in entries:
            entry.count += 1
            entry.last_at = now
            if entry.count >= free:
                entry.locked_until = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(10, entry.count - free))

    def forgive(self, account: str, address: str) -> None:
        """The attempt was a genuine sign-in: the account starts anew, the address gets back this one attempt only."""
        self._failures.pop(account, None)
        entry = self._failures.get(address)
        if entry is not None:
            entry.count -= 1
            if entry.count < _FREE_PER_ADDRESS:
                entry.locked_until = 0.0

    def _entry(self, key: str, now: float) -> _Failures:
        entry = self._failures.get(key)
        if entry is None or (now - entry.last_at > _FORGET_AFTER and entry.locked_until <= now):
            entry = self._failures[key] = _Failures(last_at=now)
        self._failures.move_to_end(key)
        while len(self._failures) > _MOST_TRACKED:
            self._failures.popitem(last=False)
        return entry


class LocalIssuer:
    """Signs in the packs' demo staff; never in production."""

    def __init__(
        self,
        *,
        logins: Iterable[DemoLogin],
        default_company: str,
        password: str,
        key: ECKey,
        issuer: str,
        environment: str,
        lockout: Lockout | None = None,
    ) -> None:
        """All demo logins share one password.  Raises: ValueError if `environment` is production."""
        if environment == "production":
            raise ValueError("the local issuer does not run with ENVIRONMENT=production: configure GASDESK_OIDC_ISSUER")
        self._accounts: dict[str, DemoLogin] = {}
        for login in logins:
            self._accounts[f"{login.login}@{login.company}"] = login
            if login.company == default_company:
                self._accounts[login.login] = login
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
        self._hash = self._hasher.hash(password)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))
        self._key = key
        self._issuer = issuer
        self._lockout = lockout or Lockout()
        self._evaluating = asyncio.Semaphore(_AT_ONCE)
        self.evaluated = 0

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens."""
        return self._issuer

    def key_set(self) -> dict[str, list[dict[str, object]]]:
        """The public keys, as served at `/.well-known/jwks.json`."""
        return {"keys": [{**self._key.as_dict(private=False), "alg": "ES256", "use": "sig"}]}

    async def authenticate(self, login: str, password: str, *, address: str) -> IssuedToken:
        """Sign in.  Raises: CredentialsInvalidError, also for unknown logins and after the same time;
        TooManyAttemptsError while the account or the address is locked."""
        login = login.strip()[:100].lower()
        keys = (f"account {login}", f"address {address}")
        self._lockout.attempt(*keys)
        account = self._accounts.get(login)
        async with self._evaluating:
            self.evaluated += 1
            matches = await asyncio.to_thread(self._matches, self._hash if account else self._nobody, password)
        if account is None or not matches:
            raise CredentialsInvalidError
        self._lockout.forgive(*keys)
        token = self.mint(staff_id=account.staff_id, companies=(account.company,), login=login)
        return IssuedToken(token)

    def mint(self, *, staff_id: UUID, companies: Iterable[str], login: str, lifetime: int = LIFETIME) -> str:
        """A signed token without asking for a password; `lifetime` in seconds."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(staff_id),
            "companies": list(companies),
            "login": login,
            "jti": str(new_id()),
            "iat": now,
            "exp": now + lifetime,
        }
        header = {"alg": "ES256", "typ": TOKEN_TYPE, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["ES256"])

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:_LONGEST_PASSWORD])
        except Argon2Error:
            return False
