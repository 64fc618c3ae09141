"""The sender by a provider's HTTP gateway: `POST {url}/messages`, `GET {url}/messages/{id}`.

`POST` carries `Idempotency-Key: <message id>` and `{"id", "to", "text", "purpose"}`; 2xx answers
`{"reference", "state"}`.
What certainly was not taken may be sent again; what is not certain is asked for before anything else.
"""

from typing import Protocol
from uuid import UUID

import httpx

from shared.messaging.numbers import NumberUnavailableError
from shared.messaging.sender import Letter, Outcome, Result

_NOT_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The request never reached the provider."""
_NOT_NOW = frozenset({401, 403, 429})
"""Our key or our pace is wrong, not the message."""
_ABSENT = 404
_TIMEOUT = 408
_STATES = {
    "accepted": Result.ACCEPTED,
    "sent": Result.ACCEPTED,
    "delivered": Result.DELIVERED,
    "refused": Result.REFUSED,
    "failed": Result.FAILED,
}
_LONGEST = 200


class Numbers(Protocol):
    """Where the number of a message comes from."""

    async def number(self, letter: Letter) -> str:
        """E.164.  Raises: NumberUnavailableError."""
        ...


class GatewaySender:
    """One provider's gateway; `client` carries its timeout."""

    def __init__(self, client: httpx.AsyncClient, *, url: str, key: str, numbers: Numbers) -> None:
        """`key` is the provider's bearer key."""
        self._client = client
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}
        self._numbers = numbers

    async def send(self, letter: Letter) -> Outcome:
        """Fetch the number and hand the message over."""
        try:
            to = await self._numbers.number(letter)
        except NumberUnavailableError as error:
            return error.outcome
        body = {"id": str(letter.id), "to": to, "text": letter.text, "purpose": letter.purpose}
        headers = {**self._headers, "Idempotency-Key": str(letter.id)}
        try:
            answer = await self._client.post(f"{self._url}/messages", json=body, headers=headers)
        except _NOT_TAKEN as error:
            return Outcome(Result.LATER, detail=type(error).__name__)
        except httpx.HTTPError as error:
            return Outcome(Result.UNKNOWN, detail=type(error).__name__)
        return _outcome(answer, missing=Result.REFUSED)

    async def ask(self, message_id: UUID, reference: str | None) -> Outcome:
        """What the provider knows of the message's id."""
        try:
            answer = await self._client.get(f"{self._url}/messages/{message_id}", headers=self._headers)
        except httpx.HTTPError as error:
            return Outcome(Result.UNKNOWN, reference, type(error).__name__)
        if answer.is_success or answer.status_code == _ABSENT:
            return _outcome(answer, missing=Result.ABSENT)
        return Outcome(Result.UNKNOWN, reference, f"http_{answer.status_code}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _outcome(answer: httpx.Response, *, missing: Result) -> Outcome:
    status = answer.status_code
    if answer.is_success:
        return _said(answer)
    if status == _ABSENT:
        return Outcome(missing, detail="http_404")
    if status in _NOT_NOW:
        return Outcome(Result.LATER, detail=f"http_{status}")
    if answer.is_client_error and status != _TIMEOUT:
        return Outcome(Result.REFUSED, detail=f"http_{status}")
    return Outcome(Result.UNKNOWN, detail=f"http_{status}")


def _said(answer: httpx.Response) -> Outcome:
    """A body that cannot be read says only that it was taken."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Outcome(Result.ACCEPTED)
    reference = said.get("reference")
    result = _STATES.get(str(said.get("state", "accepted")), Result.ACCEPTED)
    return Outcome(result, str(reference)[:_LONGEST] if reference is not None else None)
