"""A member of staff at the gateway: signs in, sends requests as the desk's program would."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass
class Person:
    """One signed-in person."""

    client: httpx.AsyncClient
    token: str

    @classmethod
    async def sign_in(cls, client: httpx.AsyncClient, login: str) -> "Person":
        """With the demo password."""
        form = {"grant_type": "password", "username": login, "password": "gasdesk"}
        answer = await client.post("/v1/auth/token", data=form)
        answer.raise_for_status()
        return cls(client, answer.json()["access_token"])

    def headers(self, **more: str) -> dict[str, str]:
        """Bearer and a fresh idempotency key."""
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4()), **more}

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """GET."""
        return await self.client.get(path, params=query, headers=self.headers())

    async def post(self, path: str, body: Any = None, *, version: int | None = None, **more: Any) -> httpx.Response:
        """POST, on a version where one is given."""
        headers = self.headers() if version is None else self.headers(**{"If-Match": f'"{version}"'})
        return await self.client.post(path, json=body, headers=headers, **more)

    async def upload(self, path: str, name: str, content: bytes) -> httpx.Response:
        """POST of a file."""
        return await self.client.post(path, files={"file": (name, content)}, headers=self.headers())


async def until(ask: Callable[[], Awaitable[Any]], *, seconds: float = 30) -> Any:
    """Ask again until the answer is truthy; answers it."""
    end = time.monotonic() + seconds
    while not (found := await ask()):
        assert time.monotonic() < end, "not in time"
        await asyncio.sleep(0.1)
    return found
