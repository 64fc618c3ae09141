"""A small real SMS provider on 127.0.0.1, and an issuer beside it; what it does wrong is set by the test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse
from typing_extensions import override

from shared.access.issuer import LocalIssuer

KEY = "provider-key"
ACCEPTED = {"state": "accepted"}


@dataclass
class Provider:
    """What it was asked, what it sent, and how it answers from now on."""

    url: str = ""
    issuer: LocalIssuer | None = None
    posts: list[dict[str, Any]] = field(default_factory=list)
    """Every `POST`, repeated ones too."""
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The messages that telephones got, by id: a repeated key sends nothing."""
    states: dict[str, str] = field(default_factory=dict)
    status: int = 202
    """Of the answer to a `POST`; below 300 or with `is_taken` the message is sent all the same."""
    is_taken: bool = True
    delay: float = 0.0
    ask_status: int = 200
    sign_ins: int = 0

    def set(self, **more: Any) -> None:
        """Behave otherwise."""
        for name, value in more.items():
            setattr(self, name, value)

    async def post(self, request: Request) -> Response:
        """Take a message, and answer, or not."""
        if request.headers["authorization"] != f"Bearer {KEY}":
            return Response(status_code=401)
        body = await request.json()
        assert request.headers["idempotency-key"] == body["id"]
        self.posts.append(body)
        if self.is_taken:
            self.sent.setdefault(body["id"], body)
            self.states.setdefault(body["id"], "accepted")
        await asyncio.sleep(self.delay)
        said = {"reference": f"sms-{body['id']}", "state": self.states.get(body["id"], "refused")}
        return JSONResponse(said, status_code=self.status)

    async def ask(self, message_id: str) -> Response:
        """What became of it."""
        if self.ask_status != 200:
            return Response(status_code=self.ask_status)
        if message_id not in self.states:
            return Response(status_code=404)
        return JSONResponse({"reference": f"sms-{message_id}", "state": self.states[message_id]})

    async def token(self, username: str, password: str) -> Response:
        """Sign in at the real issuer."""
        assert self.issuer is not None
        self.sign_ins += 1
        issued = await self.issuer.authenticate(username, password, address="127.0.0.1")
        return JSONResponse({"access_token": issued.access_token, "expires_in": issued.expires_in})


class _Server(uvicorn.Server):
    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _app(provider: Provider) -> FastAPI:
    app = FastAPI()

    @app.post("/messages")
    async def post(request: Request) -> Response:
        return await provider.post(request)

    @app.get("/messages/{message_id}")
    async def ask(message_id: str) -> Response:
        return await provider.ask(message_id)

    @app.post("/token")
    async def token(username: str = Form(), password: str = Form()) -> Response:
        return await provider.token(username, password)

    return app


@asynccontextmanager
async def running_provider() -> AsyncIterator[Provider]:
    """The provider, on a port of its own."""
    provider = Provider()
    config = uvicorn.Config(_app(provider), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn says so in an attribute only
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.url = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        server.should_exit = server.force_exit = True
        await task
