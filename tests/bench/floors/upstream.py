"""A bare upstream: recorded answers by path over plain ASGI, nothing computed."""

from typing import Any


def create_app(plan: dict[str, Any]) -> Any:
    """The application; `plan`: answers (path to JSON text)."""
    answers = {path: body.encode() for path, body in plan["answers"].items()}

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = answers[scope["path"]]
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
