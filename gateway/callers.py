"""Who asks: the token says who, `/v1/staff/me` what they are; kept 30 s, 10 minutes while incentive is away."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from cachetools import LRUCache
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from gateway.clients import Answer, IncentiveClient
from gateway.errands import Errand
from gateway.upstream import Deadline, UpstreamError
from shared.access.errors import AccountInactiveError, UnauthenticatedError
from shared.access.permissions import Role
from shared.access.principal import Principal, Standing
from shared.access.tokens import Claims, TokenVerifier

log = structlog.get_logger(__name__)

FRESH = 30.0
"""Seconds that an answer counts as new."""
STALE = 600.0
"""Seconds that it may be used while the incentive service gives none."""
_RETRY = 2.0
_REFRESH_SECONDS = 0.3
"""What asking may take where an older answer can stand in."""
_PEOPLE = 10_000
_KNOWN_ROLES = frozenset(Role)


class _StandingBody(BaseModel):
    """Posts and place of one member of staff; what is not needed here is ignored."""

    model_config = ConfigDict(extra="ignore")

    staff_id: UUID = Field(validation_alias=AliasChoices("staff_id", "id"))
    posts: list[str] = Field(default_factory=list)
    roles: list[str] = Field(default_factory=list)
    department: str | None = None
    team: str | None = None
    lines: list[str] = Field(default_factory=list)

    def known_roles(self) -> frozenset[Role]:
        """The access roles that this version knows."""
        return frozenset(Role(role) for role in self.roles if role in _KNOWN_ROLES)


class _Me(_StandingBody):
    """The answer of `/v1/staff/me`."""

    company: str
    acting_for: list[_StandingBody] = Field(default_factory=list)


@dataclass(slots=True)
class _Known:
    principal: Principal
    read_at: float
    next_read: float


class Callers:
    """From a bearer token to the person, as `shared.http.auth` asks it of a runtime."""

    def __init__(
        self,
        verifier: TokenVerifier,
        incentive: IncentiveClient,
        *,
        first_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`first_seconds`: what the first question about a token may take; `now` answers seconds."""
        self._first_seconds = first_seconds
        self._verifier = verifier
        self._incentive = incentive
        self._now = now
        self._known: LRUCache[bytes, _Known] = LRUCache(_PEOPLE)
        self._asking: dict[bytes, asyncio.Task[Principal]] = {}

    async def principal(self, token: str, *, on: date) -> Principal:  # noqa: ARG002  # the directory knows the date
        """The person.  Raises: UnauthenticatedError, AccountInactiveError, UpstreamError, KeysUnavailableError."""
        claims = await self._verifier.verify(token)
        key = hashlib.sha256(token.encode()).digest()
        known = self._known.get(key)
        now = self._now()
        if known is not None and now < known.next_read:
            return known.principal
        try:
            return await self._read_once(key, token, claims, self._first_seconds if known is None else _REFRESH_SECONDS)
        except UpstreamError as error:
            if known is None or now - known.read_at > STALE:
                raise
            known.next_read = now + _RETRY
            log.warning("caller.stale", reason=error.code, seconds=round(now - known.read_at))
            return known.principal

    async def _read_once(self, key: bytes, token: str, claims: Claims, seconds: float) -> Principal:
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._read(key, token, claims, seconds))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)

    async def _read(self, key: bytes, token: str, claims: Claims, seconds: float) -> Principal:
        errand = Errand(token, Deadline.after(int(seconds * 1000) + 100))
        answer = await self._incentive.me(errand, own=seconds)
        if not answer.is_good:
            self._known.pop(key, None)
            raise _refusal(answer)
        try:
            principal = _principal(_Me.model_validate(answer.body), claims)
        except ValidationError as error:
            raise UpstreamError("incentive", "upstream_failed", "another shape of /v1/staff/me") from error
        now = self._now()
        self._known[key] = _Known(principal, now, now + FRESH)
        return principal


def _refusal(answer: Answer) -> Exception:
    if answer.status == 401:
        return UnauthenticatedError(str(answer.body["code"]))
    if answer.status in {403, 404}:
        return AccountInactiveError("账号未启用，或不属于所登录的公司")
    return UpstreamError("incentive", "upstream_unavailable" if answer.status >= 500 else "upstream_failed")


def _principal(me: _Me, claims: Claims) -> Principal:
    if me.staff_id != claims.subject or me.company not in claims.companies:
        raise AccountInactiveError("账号未启用，或不属于所登录的公司")
    own: dict[str, Any] = _standing(me)
    return Principal(
        **own,
        company=me.company,
        companies=claims.companies,
        login=claims.login,
        acting=tuple(Standing(**_standing(one)) for one in me.acting_for),
    )


def _standing(body: _StandingBody) -> dict[str, Any]:
    return {
        "staff_id": body.staff_id,
        "posts": tuple(body.posts),
        "roles": body.known_roles(),
        "department": body.department,
        "team": body.team,
        "lines": tuple(body.lines),
    }
