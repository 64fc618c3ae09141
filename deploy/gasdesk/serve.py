"""One process of the platform by itself, against servers that run elsewhere: compose, Kubernetes."""

import asyncio
import importlib
import signal
from typing import Any

from fastapi import FastAPI

from deploy.gasdesk.home import Home
from deploy.gasdesk.run.ports import bind
from deploy.gasdesk.run.servers import Running
from shared.events.topology import SERVICES
from shared.http.app import create_fastapi, install
from shared.observability.metrics import Metrics


async def serve(name: str) -> None:
    """Answer HTTP for one service or the gateway until a signal.  Raises: PortTakenError."""
    Home().load_environment()
    bound = bind(f"GASDESK_{name.upper()}_PORT", host="127.0.0.1")
    module = "gateway.main" if name == "gateway" else f"services.{name}.main"
    server = Running(name, importlib.import_module(module).create_app(), bound.listener)
    stop = _signals()
    await server.ready()
    await _until_stopped(stop, server)


async def work(name: str) -> None:
    """Run one service's worker until a signal, with health and metrics; an unknown error ends the process."""
    if name not in SERVICES:
        raise LookupError(name)
    Home().load_environment()
    bound = bind(f"GASDESK_{name.upper()}_WORKER_PORT")
    metrics = Metrics(f"{name}-worker")
    stop = _signals()
    health = Running(f"{name}-worker", _health(name, metrics), bound.listener)
    await health.ready()
    module = importlib.import_module(f"services.{name}.worker")
    try:
        await module.run(None, stop, metrics=metrics)
    finally:
        health.drain()
        await health.finished()


def _health(name: str, metrics: Metrics) -> FastAPI:
    app = create_fastapi(title=f"GasDesk {name} worker")
    install(app, service=f"{name}-worker", metrics=metrics, has_database=False)
    return app


def _signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _until_stopped(stop: asyncio.Event, server: Any) -> None:
    waiting = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(server.finished())
    await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
    server.drain()
    await ended
    waiting.cancel()
