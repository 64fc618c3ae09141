"""Bare FastAPI + asyncpg: the same rows in one statement, the same one-statement reads; nothing is checked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI, Response
from pydantic import BaseModel

from services.complaint.cases import repository
from services.complaint.cases.rules import Viewer
from shared.access.scope import RowScope

_ACTOR = UUID(int=7)


class Intake(BaseModel):
    """What a bare service would take."""

    kind: str
    channel: str
    category: str
    summary: str
    customer_id: UUID | None = None


class Opened(BaseModel):
    """What it would answer."""

    id: UUID


def create_app(plan: dict[str, Any]) -> FastAPI:
    """The application; `plan`: dsn, company, sql, parameters."""
    state: dict[str, Any] = {}
    scope, trusted = RowScope.everything(plan["company"]), Viewer(is_trusted=True)
    entries = [(entry["what"], entry["value"]) for entry in plan["parameters"]]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state["pool"] = await asyncpg.create_pool(plan["dsn"], min_size=2, max_size=16)
        yield
        await state["pool"].close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/complaints", status_code=201)
    async def open_one(body: Intake) -> Opened:
        case, now = uuid4(), datetime.now(UTC)
        common = {"case": case, "now": now, "summary": body.summary, "number": case.hex, "fixed": _ACTOR}
        values = [_value(what, value, common) for what, value in entries]
        await state["pool"].fetchval(plan["sql"], *values)
        return Opened(id=case)

    @app.get("/v1/complaints/{complaint_id}")
    async def read_one(complaint_id: UUID) -> Response:
        found = await repository.read_json(state["pool"], complaint_id, scope, trusted)
        return Response(found[1] if found else "", media_type="application/json")

    @app.get("/v1/complaints")
    async def list_some(wanted: str, limit: int, before_id: UUID | None = None) -> Response:
        filters = {"state": wanted, "before_id": before_id}
        rows = await repository.page_json(state["pool"], scope, filters, trusted, limit=limit + 1)
        items = ",".join(body for _, body in rows[:limit])
        return Response(f'{{"items":[{items}]}}', media_type="application/json")

    return app


def _value(what: str, value: str, common: dict[str, Any]) -> Any:
    if what == "text":
        return value
    return uuid4() if what == "fresh" else common[what]
