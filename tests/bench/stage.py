"""What a run stands on: durable servers in a short folder, a company, and the platform's processes as children."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from deploy.gasdesk.embedded import process
from deploy.gasdesk.embedded.postgres import BIN
from deploy.gasdesk.home import Home
from deploy.gasdesk.provision.people import seed_people
from shared.database import HotPool, create_hot_pool
from shared.events.provision import provision_streams
from shared.events.topology import SERVICES
from tests.bench.drive import Target
from tests.support.servers import start_nats, start_postgres
from tests.support.world import Company, World, make_world

ROOT = Path(__file__).resolve().parents[2]
GASDESK = str(Path(sys.executable).parent / "gasdesk")


class Stage:
    """Servers, company and children of one run."""

    def __init__(self, folder: Path, world: World, company: Company) -> None:
        self.folder = folder
        self.world = world
        self.company = company
        home = Home(folder / "home")
        users = (*SERVICES, "gateway")
        variables = {f"GASDESK_{name.upper()}_DATABASE_URL": world.postgres.url(name) for name in SERVICES}
        variables |= {f"GASDESK_{name.upper()}_NATS_URL": world.nats.url(name) for name in users}
        home.write_environment(variables)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GASDESK_")}
        self.environment |= {"GASDESK_HOME": str(home.path), "ENVIRONMENT": "test", "PYTHONPATH": str(ROOT)}

    def dsn(self, service: str) -> str:
        """A service's own role, for asyncpg and libpq."""
        return self.world.postgres.dsn(service)

    @asynccontextmanager
    async def admin(self, service: str) -> AsyncIterator[Any]:
        """A superuser's connection in a schema, without timeouts."""
        found = await asyncpg.connect(self.world.postgres.admin_dsn, server_settings={"search_path": service})
        try:
            yield found
        finally:
            await found.close()

    @asynccontextmanager
    async def pool(self, service: str) -> AsyncIterator[HotPool]:
        """The hot pool that a process of the service has."""
        url = self.world.postgres.url(service)
        found = await create_hot_pool(url, application_name="bench", schema=service, timeout_ms=60_000)
        try:
            yield found
        finally:
            await found.close()

    def target(
        self, port: int, requests: Sequence[dict[str, str]], *, login: str = "agent", fresh_key: bool = False
    ) -> Target:
        """Requests of a demo person."""
        return Target(port, requests, {"Authorization": f"Bearer {self.company.token(login)}"}, fresh_key)

    @contextmanager
    def child(self, *command: str, port: int, **variables: str) -> Iterator[int]:
        """A process that listens on `port`; stopped at the end.  Raises: StartError."""
        log = self.folder / f"{'-'.join(Path(word).name for word in command[-2:])}.log"
        started = process.start(command, log=log, env={**self.environment, **variables})
        try:
            process.wait_until(lambda: _listens(port), started, what=command[-1], log=log)
            yield port
        finally:
            process.stop(started, signal.SIGTERM)

    @contextmanager
    def service(self, name: str, **variables: str) -> Iterator[int]:
        """`gasdesk serve`; answers its port."""
        port = free_port()
        with self.child(GASDESK, "serve", name, port=port, **{f"GASDESK_{name.upper()}_PORT": str(port)}, **variables):
            yield port

    @contextmanager
    def worker(self, name: str) -> Iterator[int]:
        """`gasdesk work`; answers the port of its health."""
        port = free_port()
        with self.child(GASDESK, "work", name, port=port, **{f"GASDESK_{name.upper()}_WORKER_PORT": str(port)}):
            yield port

    @contextmanager
    def floor(self, module: str, plan: dict[str, Any]) -> Iterator[int]:
        """A bare application of tests/bench/floors, told its `plan`; answers its port."""
        port = free_port()
        path = self.folder / f"{module}-{port}.json"
        path.write_text(json.dumps({**plan, "port": port}))
        with self.child(sys.executable, "-m", "tests.bench.floors", module, str(path), port=port):
            yield port

    async def pgbench(self, service: str, script: str, *, seconds: int = 3, clients: int = 16) -> float:
        """Transactions a second of a script under a service's role."""
        path = self.folder / "floor.sql"
        path.write_text(script)
        command = [str(BIN / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds)]
        run = await asyncio.create_subprocess_exec(
            *command, "-f", str(path), self.dsn(service), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, error = await run.communicate()
        rates = [line.split()[2] for line in out.decode().splitlines() if line.startswith("tps = ")]
        if not rates:
            raise RuntimeError(error.decode()[-800:])
        return float(rates[0])


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Everything from nothing, and nothing left behind."""
    folder = Path(tempfile.mkdtemp(prefix="gdb-"))
    try:
        postgres = await start_postgres(folder / "pg", durable=True)
        nats = start_nats(folder / "nats")
        await provision_streams(nats.admin_url)
        world = await make_world(postgres, nats, folder / "home")
        await seed_people(postgres.admin_url, postgres.url("incentive"), list(world.packs.values()))
        yield Stage(folder, world, await world.company("xxx-gas"))
        nats.stop()
        postgres.server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        is_open = probe.connect_ex(("127.0.0.1", port)) == 0
    time.sleep(0.05)
    return is_open
