"""Workers inside `make run`: an unknown error restarts that service's worker with a log line (design.md 3)."""

import asyncio
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from shared.observability.logging import describe
from shared.observability.metrics import Metrics

log = structlog.get_logger(__name__)

_FIRST_REST = 1.0
_LONGEST_REST = 30.0


class WorkerFailedError(RuntimeError):
    """A worker that runs alone ended by an error that it does not know; the orchestrator starts it again."""


async def supervise(
    service: str, settings: Any, stop: asyncio.Event, on_ready: Callable[[Any], None], *, metrics: Metrics
) -> None:
    """Run the worker of `service` until `stop`, again and again if it fails, with longer and longer rests.

    Its gauges stand among the service's own `metrics`.
    """
    module = importlib.import_module(f"services.{service}.worker")
    loop = asyncio.get_running_loop()
    rest = _FIRST_REST
    while not stop.is_set():
        began = loop.time()
        try:
            await module.run(settings, stop, metrics=metrics, on_ready=on_ready)
        except Exception as error:  # noqa: BLE001  # the supervisor's job is to survive whatever a worker raises
            report(service, error)
        if loop.time() - began > _LONGEST_REST:
            rest = _FIRST_REST
        await _wait(stop, rest)
        rest = min(rest * 2, _LONGEST_REST)


def report(service: str, error: BaseException) -> None:
    """One log line per error of a worker; several loops may have failed at once."""
    for one in _leaves(error):
        log.error("worker.failed", worker=service, **describe(one))


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
