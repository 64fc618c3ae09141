"""`make run`: servers, services, workers and gateway in one process, in the right order up and down."""

import asyncio
import gc
import importlib
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import structlog

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from deploy.gasdesk.home import Home
from deploy.gasdesk.provision.everything import Addresses, load_packs, provision
from deploy.gasdesk.run.ports import Bound, bind_all, port_of
from deploy.gasdesk.run.servers import Running
from deploy.gasdesk.run.table import table
from deploy.gasdesk.run.workers import supervise
from shared.events.topology import SERVICES, USERS

log = structlog.get_logger(__name__)


class Platform:
    """Everything of one run."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.postgres = EmbeddedPostgres(home.path / "postgres", durable=os.environ.get("GASDESK_DURABLE", "1") == "1")
        self.nats = EmbeddedNats(home.path / "nats", port=port_of("GASDESK_NATS_PORT") or -1)
        self.stop = asyncio.Event()
        self._stop_workers = asyncio.Event()
        self._servers: list[Running] = []
        self._workers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Start, say so, wait for a signal, stop.  Raises: HomeError, PortTakenError, StartError, PackError."""
        began = time.monotonic()
        self.home.lock()
        try:
            self.home.clear_state()
            bound = bind_all()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._signalled)
            await self._start_servers()
            await self._start_services(bound)
            self._announce(bound, time.monotonic() - began)
            gc.collect()
            gc.freeze()
            gc.set_threshold(20_000, 50, 50)
            await self.stop.wait()
        finally:
            await self._shut_down()
            self.home.clear_state()
            self.home.unlock()

    def _signalled(self) -> None:
        if self.stop.is_set():
            for server in self._servers:
                server.force()
        self.stop.set()

    async def _start_servers(self) -> None:
        # Started from the main thread: the kernel's death signal is tied to the thread that starts a child.
        self.postgres.start()
        self.nats.start()
        addresses = Addresses(self.postgres.url(), self.nats.admin_url)
        urls = {user: self.nats.url(user) for user in USERS}
        environment = os.environ.setdefault("ENVIRONMENT", "demo")
        variables = await provision(addresses, self.home, nats_urls=urls, environment=environment)
        os.environ.update(variables)
        os.environ["GASDESK_HOME"] = str(self.home.path)
        if not self.postgres.durable:
            os.environ["GASDESK_REQUIRE_DURABLE"] = "0"

    async def _start_services(self, bound: dict[str, Bound]) -> None:
        for service in SERVICES:
            os.environ[f"GASDESK_{service.upper()}_URL"] = bound[service].url
            app = importlib.import_module(f"services.{service}.main").create_app()
            self._servers.append(Running(service, app, bound[service].listener))
            self._workers.append(
                asyncio.create_task(supervise(service, None, self._stop_workers, _wakes(app)), name=f"worker-{service}")
            )
        gateway = importlib.import_module("gateway.main").create_app()
        self._servers.append(Running("gateway", gateway, bound["gateway"].listener))
        for server in self._servers:
            await server.ready()

    def _announce(self, bound: dict[str, Bound], seconds: float) -> None:
        urls = {name: one.url for name, one in bound.items()}
        self.home.write_state(
            {
                "gateway_url": urls["gateway"],
                "service_urls": {service: urls[service] for service in SERVICES},
                "database_url": self.postgres.url(),
                "nats_url": self.nats.admin_url,
                "reporter_nats_url": self.nats.url("reporter"),
                "pids": {"gasdesk": os.getpid(), "postgres": self.postgres.pid, "nats": self.nats.pid},
            }
        )
        companies = {code: one.name for pack in load_packs() for code, one in pack.manifest.companies.items()}
        print(
            table(
                urls,
                nats=f"nats://{self.nats.address}",
                home=str(self.home.path),
                companies=companies,
                seconds=seconds,
                password=os.environ.get("GASDESK_DEMO_PASSWORD", "gasdesk"),
            ),
            flush=True,
        )

    async def _shut_down(self) -> None:
        """HTTP first, then workers, then the broker, then the database."""
        for server in reversed(self._servers):
            server.drain()
        await asyncio.gather(*(server.finished() for server in self._servers))
        self._stop_workers.set()
        _, late = await asyncio.wait(self._workers, timeout=10) if self._workers else (set(), set())
        for task in late:
            log.warning("worker.late", worker=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        self.nats.stop()
        self.postgres.stop()


def _wakes(app: Any) -> Callable[[Any], None]:
    """Let a commit of the application wake its own service's relay."""

    def connect(worker: Any) -> None:
        app.state.wake = worker.wake

    return connect
