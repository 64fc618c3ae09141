"""How a sender learns the number of one customer for one message: a grant, redeemed at the customer service's door.

The only call that one service makes to another (ADR 0017): the number is kept nowhere, shown once for the message,
counted and audited by its owner.
"""

import asyncio
import base64
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson

from shared.access.errors import PhoneInvalidError
from shared.access.grants import GrantSigner
from shared.access.phones import PhoneKind, normalise
from shared.ids import derived_id
from shared.messaging.sender import Letter, Outcome, Result

FIELD = "phone"
_TEXTABLE = frozenset({PhoneKind.MOBILE, PhoneKind.DEMO, PhoneKind.FOREIGN})
_EARLY = 60
"""Seconds before its end at which a token is renewed."""


class NumberUnavailableError(Exception):
    """No number for the message; `outcome` says whether one may come later."""

    def __init__(self, result: Result, detail: str) -> None:
        super().__init__(detail)
        self.outcome = Outcome(result, detail=detail)


@dataclass(frozen=True, slots=True)
class Account:
    """The technical account of the sender at the issuer; `login` may hold `{company}`."""

    token_url: str
    login: str
    password: str = field(repr=False)


@dataclass(slots=True)
class _Token:
    text: str = field(repr=False)
    staff_id: UUID
    expires_at: float


class RevealedNumbers:
    """Asks `POST /v1/customers/{id}/reveal` with a grant of this service, as the technical account of the company."""

    def __init__(self, client: httpx.AsyncClient, *, base_url: str, account: Account, signer: GrantSigner) -> None:
        """`base_url`: the gateway or the customer service."""
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._account = account
        self._signer = signer
        self._tokens: dict[str, _Token] = {}
        self._signing_in = asyncio.Lock()

    async def number(self, letter: Letter) -> str:
        """The number in E.164.  Raises: NumberUnavailableError."""
        try:
            token = await self._token(letter.company)
            answer = await self._client.post(
                f"{self._base_url}/v1/customers/{letter.customer_id}/reveal",
                json=self._body(letter, token),
                headers={"Authorization": f"Bearer {token.text}", "Idempotency-Key": str(_key(letter))},
            )
        except httpx.HTTPError as error:
            raise NumberUnavailableError(Result.LATER, type(error).__name__) from error
        if answer.is_success:
            return _textable(str(one["value"]) for one in answer.json()["values"])
        if answer.status_code in {404, 422}:
            raise NumberUnavailableError(Result.REFUSED, "number_missing")
        self._tokens.pop(letter.company, None)
        raise NumberUnavailableError(Result.LATER, f"number_{answer.status_code}")

    def _body(self, letter: Letter, token: _Token) -> dict[str, Any]:
        grant = self._signer.issue(
            company=letter.company,
            customer_id=letter.customer_id,
            staff_id=token.staff_id,
            field=FIELD,
            purpose=f"message:{letter.id}",
        )
        body: dict[str, Any] = {"field": FIELD, "grant": grant}
        return body if letter.person_id is None else {**body, "phone_id": str(letter.person_id)}

    async def _token(self, company: str) -> _Token:
        """The account's token; many messages at once sign in once, for issuers lock out who tries too often."""
        async with self._signing_in:
            kept = self._tokens.get(company)
            if kept is not None and kept.expires_at - _EARLY > time.monotonic():
                return kept
            return await self._sign_in(company)

    async def _sign_in(self, company: str) -> _Token:
        form = {
            "grant_type": "password",
            "username": self._account.login.format(company=company),
            "password": self._account.password,
        }
        answer = await self._client.post(self._account.token_url, data=form)
        if not answer.is_success:
            raise NumberUnavailableError(Result.LATER, f"sign_in_{answer.status_code}")
        said = answer.json()
        text = str(said["access_token"])
        token = _Token(text, _subject(text), time.monotonic() + float(said.get("expires_in", 300)))
        self._tokens[company] = token
        return token


def _key(letter: Letter) -> UUID:
    """Each asking is a new one: a grant is spent by its first use, and a repeated key must carry the same body."""
    return derived_id("message-number", letter.id, time.monotonic_ns())


def _textable(values: Iterable[str]) -> str:
    """The first number that can get a text.  Raises: NumberUnavailableError."""
    for value in values:
        try:
            phone = normalise(value)
        except PhoneInvalidError:
            continue
        if phone.kind in _TEXTABLE:
            return phone.e164
    raise NumberUnavailableError(Result.REFUSED, "number_missing")


def _subject(token: str) -> UUID:
    """Whose token it is; the issuer has just made it, and every door checks it."""
    part = token.split(".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return UUID(claims["sub"])
