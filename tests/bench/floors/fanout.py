"""A bare gateway: FastAPI and one aiohttp session, answers merged into one JSON object; nothing is checked or kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from fastapi import FastAPI, Response


def create_app(plan: dict[str, Any]) -> FastAPI:
    """The application; `plan`: parts (door to list of upstream addresses)."""
    state: dict[str, aiohttp.ClientSession] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            state["session"] = session
            yield

    app = FastAPI(lifespan=lifespan)

    async def part(url: str) -> Any:
        async with state["session"].get(url) as answer:
            return orjson.loads(await answer.read())

    @app.get("/{door}")
    async def merged(door: str) -> Response:
        urls = plan["parts"][door]
        found = await asyncio.gather(*(part(url) for url in urls))
        return Response(orjson.dumps(dict(zip(urls, found, strict=True))), media_type="application/json")

    return app
