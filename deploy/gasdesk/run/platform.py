"""`make run`: servers, services, workers and gateway in one process, in the right order up and down."""

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from deploy.gasdesk.home import Home, HomeError
from deploy.gasdesk.provision.everything import Addresses, load_packs, provision
from deploy.gasdesk.run.children import Children
from deploy.gasdesk.run.ports import Bound, bind_all
from deploy.gasdesk.run.servers import Running
from deploy.gasdesk.run.table import table
from deploy.gasdesk.run.workers import supervise
from shared.events.topology import SERVICES
from shared.policy.loader import Pack

log = structlog.get_logger(__name__)

_WORKERS_SECONDS = 10.0


class Platform:
    """Everything of one run."""

    def __init__(self, home: Home) -> None:
        """Raises: HomeError in production, PortTakenError when a variable holds no port."""
        self.environment = os.environ.setdefault("ENVIRONMENT", "demo")
        if self.environment == "production":
            raise HomeError(
                "ENVIRONMENT=production 时不能用 gasdesk run：它带有演示账号与本地签发者，"
                "请改用 gasdesk serve 与 gasdesk work（run is for demo and test only）"
            )
        self.home = home
        self.children = Children(home, durable=os.environ.get("GASDESK_DURABLE", "1") == "1")
        self.stop = asyncio.Event()
        self._began = time.monotonic()
        self._stop_workers = asyncio.Event()
        self._bound: dict[str, Bound] = {}
        self._servers: list[Running] = []
        self._workers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Start, say so, wait for a signal, stop.  Raises: HomeError, PortTakenError, StartError, PackError."""
        self.home.lock()
        try:
            self.home.clear_state()
            self._catch_signals()
            working = asyncio.create_task(self._work(), name="platform")
            stopping = asyncio.create_task(self.stop.wait(), name="stop")
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
            for task in (working, stopping):
                task.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
        finally:
            await self._shut_down()
            self.home.clear_state()
            self.home.unlock()

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        """The first time everything is finished in order, the second time nothing is waited for."""
        if self.stop.is_set():
            for server in self._servers:
                server.force()
            for worker in self._workers:
                worker.cancel()
        self.stop.set()

    async def _work(self) -> None:
        self._bound = bind_all()
        packs = load_packs()  # before anything else starts: nothing runs on a mistaken one
        self.children.launch()
        modules = {name: importlib.import_module(_module_of(name)) for name in (*SERVICES, "gateway")}
        await self.children.wait()
        await self._provision(packs)
        self._start_services(modules)
        for server in self._servers:
            await server.ready()
        self._announce(packs)
        _settle_memory()
        await self.children.watch(self._write_state)

    async def _provision(self, packs: Sequence[Pack]) -> None:
        children = self.children
        addresses = Addresses(children.postgres.url(), children.nats.admin_url)
        variables = await provision(
            addresses, self.home, packs=packs, nats_urls=children.nats_urls, environment=self.environment
        )
        os.environ.update(variables)
        os.environ["GASDESK_HOME"] = str(self.home.path)
        for name, bound in self._bound.items():
            os.environ[f"GASDESK_{name.upper()}_PORT"] = str(bound.port)
            if name != "gateway":
                os.environ[f"GASDESK_{name.upper()}_URL"] = bound.url
        if not children.postgres.durable:
            os.environ["GASDESK_REQUIRE_DURABLE"] = "0"

    def _start_services(self, modules: Mapping[str, Any]) -> None:
        apps = {}
        for service in SERVICES:
            app = apps[service] = modules[service].create_app()
            self._servers.append(Running(service, app, self._bound[service].listener))
            worker = supervise(service, None, self._stop_workers, _wakes(app), metrics=app.state.metrics)
            self._workers.append(asyncio.create_task(worker, name=f"worker-{service}"))
        gateway = modules["gateway"].create_app(documents=lambda: {name: app.openapi() for name, app in apps.items()})
        self._servers.append(Running("gateway", gateway, self._bound["gateway"].listener))

    def _announce(self, packs: Sequence[Pack]) -> None:
        self._write_state()
        text = table(
            {name: bound.url for name, bound in self._bound.items()},
            nats=f"nats://{self.children.nats.address}",
            home=str(self.home.path),
            packs=packs,
            seconds=time.monotonic() - self._began,
            password=os.environ.get("GASDESK_DEMO_PASSWORD", "gasdesk"),
        )
        print(text, flush=True)

    def _write_state(self) -> None:
        self.home.write_state(
            {
                "gateway_url": self._bound["gateway"].url,
                "service_urls": {service: self._bound[service].url for service in SERVICES},
                "database_url": self.children.postgres.url(),
                "nats_url": self.children.nats.admin_url,
                "reporter_nats_url": self.children.nats.url("reporter"),
                "environment": self.environment,
                "pids": {"gasdesk": os.getpid(), **self.children.pids},
            }
        )

    async def _shut_down(self) -> None:
        """The gateway first, whose requests still need the services; then these, workers, broker, database."""
        gateway = [server for server in self._servers if server.name == "gateway"]
        services = [server for server in self._servers if server.name != "gateway"]
        for servers in (gateway, services):
            for server in servers:
                server.drain()
            await asyncio.gather(*(server.finished() for server in servers))
        self._stop_workers.set()
        _, late = await asyncio.wait(self._workers, timeout=_WORKERS_SECONDS) if self._workers else (set(), set())
        for task in late:
            log.warning("worker.late", worker=task.get_name())
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self.children.stop()
        for bound in self._bound.values():
            with contextlib.suppress(OSError):
                bound.listener.close()


def _module_of(name: str) -> str:
    return "gateway.main" if name == "gateway" else f"services.{name}.main"


def _wakes(app: Any) -> Callable[[Any], None]:
    """Let a commit of the application wake its own service's relay."""

    def connect(worker: Any) -> None:
        app.state.wake = worker.wake

    return connect


def _settle_memory() -> None:
    """What is there now stays: the collector need not walk it at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
