"""The rig: durable servers of its own, provisioned as in earnest, real processes, and readings of what is stored."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from deploy.gasdesk.home import Home
from deploy.gasdesk.provision.database import new_passwords
from deploy.gasdesk.provision.everything import Addresses, load_packs, provision
from services.incentive.staff.service.seeding import seed_demo_staff
from shared.access.issuer import LocalIssuer
from shared.access.keys import KeyFolder
from shared.database import create_engine, create_sessions
from shared.events.bus import Bus
from shared.events.provision import SECOND, consumer_config, provision_streams
from shared.events.topology import USERS
from tests.support.faults.fleet import PATIENCE_SECONDS, Fleet, Process
from tests.support.faults.loop import TABLES
from tests.support.faults.readings import Readings
from tests.support.servers import TestPostgres
from tests.support.world import ISSUER, Company, World

GASDESK = str(Path(sys.executable).parent / "gasdesk")
ACK_WAIT_SECONDS = 2
"""Shorter than in earnest: what a killed consumer held comes again soon, and more often (I5)."""


class Rig(Readings):
    """Servers, processes and companies of one test session under faults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(folder / "pg", durable=True)
        self.nats = EmbeddedNats(folder / "nats")
        self.home = Home(folder / "home")
        self.fleet: Fleet
        self.environment: dict[str, str] = {}
        self._world: World
        self._at_nats = asyncio.Lock()
        """One fault of the broker at a time: it is the same program that starts it again."""

    async def open(self) -> None:
        """Start servers, provision, warm the spawner up."""
        self.postgres.launch()
        self.nats.launch()
        await asyncio.gather(asyncio.to_thread(self.postgres.wait), asyncio.to_thread(self.nats.wait))
        self.home.prepare()
        urls = {user: self.nats.url(user) for user in USERS}
        packs = load_packs()
        addresses = Addresses(self.postgres.url(), self.nats.admin_url)
        await provision(addresses, self.home, packs=packs, nats_urls=urls, environment="test")
        connection = await self.connect("callback")
        for statement in TABLES:
            await connection.execute(statement)
        await connection.close()
        passwords = self.home.service_passwords(new_passwords())
        issuer = LocalIssuer(
            logins=(),
            default_company="xxx-gas",
            password="gasdesk",
            key=KeyFolder(self.home.keys).signing_key(),
            issuer=ISSUER,
            environment="test",
        )
        known = {pack.code: pack for pack in packs}
        self._world = World(TestPostgres(self.postgres, passwords), self.nats, self.home.path, known, issuer)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GASDESK_")}
        variables = {"ENVIRONMENT": "test", "GASDESK_HOME": str(self.home.path), "GASDESK_LOG_LEVEL": "WARNING"}
        self.environment = outside | variables
        self.fleet = Fleet(self.folder / "log", self.environment)
        await self.fleet.open()

    async def close(self) -> None:
        """End everything."""
        await self.fleet.close()
        self.nats.stop()
        self.postgres.stop()

    async def company(self) -> Company:
        """A company of this test's own, before the processes that shall know it are started."""
        made = await self._world.company(f"f-{secrets.token_hex(4)}")
        await self._world.close()
        return made

    async def directory(self, company: Company) -> None:
        """Enter the company's people in the directory: who signs in at the gateway must stand there."""
        engine = create_engine(self.url("incentive"), application_name="rig", schema="incentive", pool_size=1)
        try:
            async with create_sessions(engine).begin() as session:
                common = company.pack.common
                await seed_demo_staff(session, company=company.code, common=common, now=datetime.now(UTC))
        finally:
            await engine.dispose()

    def url(self, service: str) -> str:
        """The database with a service's own rights."""
        return self._world.postgres.url(service)

    async def serve(self, name: str, service: str = "complaint", *arguments: str, mutant: str = "") -> Process:
        """A service's HTTP process, by the command line; a mutant by the runner of the tests."""
        argv = ("loop", "service", service) if mutant else ("gasdesk", "serve", service, *arguments)
        return await self.fleet.start(
            name, *argv, port_variable=f"GASDESK_{service.upper()}_PORT", GASDESK_MUTANT=mutant
        )

    async def work(self, name: str, service: str = "complaint") -> Process:
        """A service's worker, by the command line."""
        return await self.fleet.start(
            name, "gasdesk", "work", service, port_variable=f"GASDESK_{service.upper()}_WORKER_PORT"
        )

    async def loop(self, name: str, *argv: str, mutant: str = "") -> Process:
        """One loop of a worker by itself."""
        return await self.fleet.start(name, "loop", *argv, GASDESK_MUTANT=mutant)

    async def kill_postgres(self) -> None:
        """`kill -9` of every process of the cluster, and a new start on the same data."""
        async with self.without_postgres():
            pass

    @asynccontextmanager
    async def without_postgres(self) -> AsyncIterator[None]:
        """`kill -9` of every process of the cluster; it is started again on the same data after the block."""
        family = psutil.Process(self.postgres.pid).children(recursive=True)
        self.postgres.kill()
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        try:
            yield
        finally:
            self.postgres.launch()
            await asyncio.to_thread(self.postgres.wait)

    async def kill_nats(self, kill_others: Callable[[], None] | None = None) -> None:
        """`kill -9` of the broker, and a new start on the same store.

        `kill_others` is done while it is down and facts go on being stated: it needs a load.
        """
        async with self._at_nats:
            self.nats.kill()
            try:
                if kill_others is not None:
                    await self._stating()
                    kill_others()
            finally:
                self.nats.launch()
                await asyncio.to_thread(self.nats.wait)

    async def freeze_nats(self, seconds: float) -> None:
        """The broker hangs: connections stay, nothing answers."""
        async with self._at_nats:
            os.kill(self.nats.pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(seconds)
            finally:
                os.kill(self.nats.pid, signal.SIGCONT)

    async def _stating(self) -> None:
        """Wait until facts have been stated for a while from now on: the relay has met some of them."""
        connection = await self.connect("complaint")
        try:
            since = await connection.fetchval("select clock_timestamp() + interval '300 ms'")
            async with asyncio.timeout(PATIENCE_SECONDS):
                later = "select exists (select from outbox where at > $1)"
                while not await connection.fetchval(later, since):  # noqa: ASYNC110  # other processes work
                    await asyncio.sleep(0.02)
        finally:
            await connection.close()

    async def lose_store(self) -> None:
        """The broker's disk is gone: stop, delete, start empty, provision."""
        self.nats.stop()
        shutil.rmtree(self.nats.store)
        self.nats.launch()
        await asyncio.to_thread(self.nats.wait)
        await provision_streams(self.nats.admin_url)
        await self._hurry_consumer()

    async def begin_consumer(self) -> None:
        """Let the consumer of this test begin here: what earlier tests left in the stream is not its concern."""
        bus = await Bus.connect(self.nats.admin_url, name="rig")
        try:
            await bus.api("CONSUMER.DELETE.COMPLAINT.callback")
        finally:
            await bus.close()
        await self._hurry_consumer(deliver_policy="new")

    async def _hurry_consumer(self, **settings: object) -> None:
        """Let what a killed consumer held come again within seconds."""
        bus = await Bus.connect(self.nats.admin_url, name="rig")
        try:
            config = consumer_config("callback") | {"ack_wait": ACK_WAIT_SECONDS * SECOND} | settings
            await bus.api("CONSUMER.CREATE.COMPLAINT.callback", {"stream_name": "COMPLAINT", "config": config})
        finally:
            await bus.close()

    async def replay(self, since: datetime) -> str:
        """`gasdesk events replay complaint --since …`, as an operator would; answers what it says."""
        process = await asyncio.create_subprocess_exec(
            GASDESK,
            *("events", "replay", "complaint", "--since", since.strftime("%Y-%m-%dT%H:%M:%S%z")),
            env=self.environment | {"DATABASE_URL": self.postgres.url(), "NATS_URL": self.nats.admin_url},
            stdout=-1,
            stderr=-1,
        )
        out, err = await asyncio.wait_for(process.communicate(), 300)
        assert process.returncode == 0, err.decode()
        return out.decode().strip()


@asynccontextmanager
async def open_rig() -> AsyncIterator[Rig]:
    """A rig in a short temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="gf-"))
    rig = Rig(folder)
    await rig.open()
    try:
        yield rig
    finally:
        await rig.close()
        if not os.environ.get("FAULTS_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
