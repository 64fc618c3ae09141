"""Bare FastAPI: the same body parsed by a model, a small answer; nothing is asked of a pack or a database."""

from typing import Any
from uuid import UUID

from fastapi import FastAPI
from pydantic import BaseModel


class Fact(BaseModel):
    """What is shown for one condition."""

    is_declared: bool | None = None
    number: int | None = None


class Question(BaseModel):
    """What a bare service would take."""

    facts: dict[str, Fact] = {}
    customer_id: UUID | None = None
    quantity: int | None = None


class Answer(BaseModel):
    """What it would answer."""

    authority: str
    outcome: str
    failed: list[str]


def create_app(_: dict[str, Any]) -> FastAPI:
    """The application; it needs no plan."""
    app = FastAPI()

    @app.post("/v1/authorities/{code}/check")
    async def check(code: str, body: Question) -> Answer:
        failed = [name for name, fact in body.facts.items() if fact.is_declared is False]
        return Answer(authority=code, outcome="refused" if failed else "allowed", failed=failed)

    return app
