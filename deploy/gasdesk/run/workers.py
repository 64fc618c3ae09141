"""Workers inside `make run`: an unknown error restarts that service's worker with a log line (design.md 3)."""

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

import structlog

from shared.observability.logging import describe

log = structlog.get_logger(__name__)
_REST_SECONDS = 1.0


async def supervise(service: str, settings: Any, stop: asyncio.Event, on_ready: Callable[[Any], None]) -> None:
    """Run the worker of `service` until `stop`, again and again if it fails."""
    module = importlib.import_module(f"services.{service}.worker")
    while not stop.is_set():
        try:
            await module.run(settings, stop, on_ready=on_ready)
        except Exception as error:  # noqa: BLE001  # the supervisor's job is to survive whatever a worker raises
            log.error("worker.failed", worker=service, **describe(error))  # noqa: TRY400  # no foreign texts
            try:
                await asyncio.wait_for(stop.wait(), _REST_SECONDS)
            except TimeoutError:
                continue
