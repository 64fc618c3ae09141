"""One process of the platform by itself, against servers that run elsewhere: compose, Kubernetes."""

import asyncio
import gc
import importlib
import os
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from fastapi import FastAPI

from deploy.gasdesk.home import Home, HomeError
from deploy.gasdesk.run.ports import HOST, bind
from deploy.gasdesk.run.servers import Running
from deploy.gasdesk.run.workers import WorkerFailedError, report
from shared.events.topology import SERVICES
from shared.http.app import create_fastapi, install
from shared.observability.metrics import Metrics
from shared.runtime.worker import Worker


async def serve(name: str, *, drain_seconds: float) -> None:
    """Answer HTTP for one service or the gateway until a signal.

    After the signal `/readyz` is red for `drain_seconds` before connections are refused (reliability.md 2.7).
    Raises: PortTakenError, HomeError for an unknown name.
    """
    if name not in {*SERVICES, "gateway"}:
        raise HomeError(f"没有这个服务: {name}（one of {', '.join((*SERVICES, 'gateway'))}）")
    Home().load_environment()
    bound = bind(f"GASDESK_{name.upper()}_PORT", host=host())
    module = "gateway.main" if name == "gateway" else f"services.{name}.main"
    server = Running(name, importlib.import_module(module).create_app(), bound.listener)
    stop = _signals(server)
    if not await _started(server, stop):
        return
    gc.freeze()  # what is there now stays: the collector need not walk it at every turn (limits.md)
    gc.set_threshold(20_000, 50, 50)
    ended = asyncio.create_task(server.finished())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not ended.done():
        server.app.state.is_draining = True
        await asyncio.wait({ended}, timeout=drain_seconds)
        server.drain()
    await ended


async def work(name: str) -> None:
    """Run one service's worker until a signal, with health and metrics beside it.

    Raises: PortTakenError, HomeError for an unknown name, WorkerFailedError.
    """
    if name not in SERVICES:
        raise HomeError(f"没有这个服务: {name}（one of {', '.join(SERVICES)}）")
    Home().load_environment()
    bound = bind(f"GASDESK_{name.upper()}_WORKER_PORT", host=host())
    metrics = Metrics(f"{name}-worker")
    working: list[Worker] = []
    health = Running(f"{name}-worker", _health(name, metrics, working), bound.listener)
    stop = _signals(health)
    await health.ready()
    try:
        run = importlib.import_module(f"services.{name}.worker").run
        await _worked(run(None, stop, metrics=metrics, on_ready=working.append), stop, working)
    except Exception as error:
        report(name, error)
        raise WorkerFailedError(f"{name} 的后台进程因未知错误结束，详见日志（worker failed）") from error
    finally:
        health.drain()
        await health.finished()


async def _started(server: Running, stop: asyncio.Event) -> bool:
    """Whether it answers; False when it was told to stop while it still waited for its database, and has ended."""
    starting, stopped = asyncio.create_task(server.ready()), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if starting.done():
        await starting
        return True
    starting.cancel()
    server.drain()
    await server.finished()
    return False


async def _worked(run: Coroutine[Any, Any, None], stop: asyncio.Event, working: Sequence[Worker]) -> None:
    """Wait for a worker's end; one that is told to stop before it is open still waits for its database."""
    running, stopped = asyncio.create_task(run), asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not working:
        running.cancel()
    await asyncio.wait({running})
    if not running.cancelled():
        await running


def host() -> str:
    """Where processes listen: this machine only, unless GASDESK_HOST says otherwise (0.0.0.0 in a container)."""
    return os.environ.get("GASDESK_HOST", HOST)


def _health(name: str, metrics: Metrics, working: Sequence[Worker]) -> FastAPI:
    async def check() -> str | None:
        return await working[0].trouble() if working else "starting"

    app = create_fastapi(title=f"GasDesk {name} worker")
    install(app, service=f"{name}-worker", metrics=metrics, has_database=False, checks={"worker": check})
    return app


def _signals(server: Running) -> asyncio.Event:
    stop = asyncio.Event()

    def signalled() -> None:
        if stop.is_set():
            server.force()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signalled)
    return stop
