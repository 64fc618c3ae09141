"""A bare upstream: recorded answers by path, nothing computed."""

from typing import Any

from fastapi import FastAPI, Request, Response


def create_app(plan: dict[str, Any]) -> FastAPI:
    """The application; `plan`: answers (path to JSON text)."""
    answers = {path: body.encode() for path, body in plan["answers"].items()}
    app = FastAPI()

    @app.get("/{path:path}")
    async def answer(request: Request) -> Response:
        return Response(answers[request.url.path], media_type="application/json")

    return app
