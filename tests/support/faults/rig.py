"""The rig: durable servers of its own, provisioned as in earnest, real processes, and readings of what is stored."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from deploy.gasdesk.home import Home
from deploy.gasdesk.provision.database import new_passwords
from deploy.gasdesk.provision.everything import Addresses, load_packs, provision
from shared.access.issuer import LocalIssuer
from shared.access.keys import KeyFolder
from shared.events.bus import Bus
from shared.events.provision import SECOND, consumer_config, provision_streams
from shared.events.stored import read_stream
from shared.events.topology import USERS
from tests.support.faults.fleet import Fleet, Process
from tests.support.faults.ledger import Case, Row
from tests.support.faults.loop import TABLES
from tests.support.servers import TestPostgres
from tests.support.world import ISSUER, Company, World

GASDESK = str(Path(sys.executable).parent / "gasdesk")
ACK_WAIT_SECONDS = 2
"""Shorter than in earnest: what a killed consumer held comes again soon, and more often (I5)."""


class Rig:
    """Servers, processes and companies of one test session under faults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(folder / "pg", durable=True)
        self.nats = EmbeddedNats(folder / "nats")
        self.home = Home(folder / "home")
        self.fleet: Fleet
        self.environment: dict[str, str] = {}
        self._world: World

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
        await self.hurry_consumer()
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
        return await self._world.company(f"f-{secrets.token_hex(4)}")

    async def connect(self, schema: str) -> "asyncpg.Connection[asyncpg.Record]":
        """An operator's connection."""
        return await asyncpg.connect(
            self._world.postgres.admin_dsn if hasattr(self, "_world") else self._admin_dsn,
            server_settings={"search_path": schema},
            timeout=10,
        )

    @property
    def _admin_dsn(self) -> str:
        return TestPostgres(self.postgres, {}).admin_dsn

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
        family = psutil.Process(self.postgres.pid).children(recursive=True)
        self.postgres.kill()
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.postgres.launch()
        await asyncio.to_thread(self.postgres.wait)

    async def kill_nats(self) -> None:
        """`kill -9` of the broker, and a new start on the same store."""
        self.nats.kill()
        self.nats.launch()
        await asyncio.to_thread(self.nats.wait)

    async def freeze_nats(self, seconds: float) -> None:
        """The broker hangs: connections stay, nothing answers."""
        os.kill(self.nats.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(self.nats.pid, signal.SIGCONT)

    async def lose_store(self) -> None:
        """The broker's disk is gone: stop, delete, start empty, provision."""
        self.nats.stop()
        shutil.rmtree(self.nats.store)
        self.nats.launch()
        await asyncio.to_thread(self.nats.wait)
        await provision_streams(self.nats.admin_url)
        await self.hurry_consumer()

    async def hurry_consumer(self) -> None:
        """Let what a killed consumer held come again within seconds."""
        bus = await Bus.connect(self.nats.admin_url, name="rig")
        try:
            config = consumer_config("callback") | {"ack_wait": ACK_WAIT_SECONDS * SECOND}
            await bus.api("CONSUMER.CREATE.COMPLAINT.callback", {"stream_name": "COMPLAINT", "config": config})
        finally:
            await bus.close()

    # Readings

    async def cases(self, company: str) -> list[Case]:
        """Complaints as stored."""
        rows = await self._fetch("complaint", "select id, summary from complaints where company = $1", company)
        return [Case(row["id"], row["summary"]) for row in rows]

    async def keys(self, company: str) -> dict[str, UUID]:
        """What each idempotency key led to."""
        rows = await self._fetch("complaint", "select key, resource_id from idempotency where company = $1", company)
        return {row["key"]: row["resource_id"] for row in rows}

    async def clocks(self, company: str) -> set[UUID]:
        """Ids of all clocks."""
        rows = await self._fetch("complaint", "select id from clocks where company = $1", company)
        return {row["id"] for row in rows}

    async def outbox(self, company: str) -> list[Row]:
        """All facts."""
        rows = await self._fetch(
            "complaint",
            "select id, type, aggregate_id, aggregate_version, published_at is not null as is_published"
            " from outbox where company = $1",
            company,
        )
        return [Row(*row.values()) for row in rows]

    async def stream(self, company: str) -> list[UUID]:
        """Ids of the company's messages in the stream, read as the reporter."""
        events = read_stream(self.nats.url("reporter"), "COMPLAINT")
        return [event.id async for event in events if event.company == company]

    async def effects(self, company: str) -> list[UUID]:
        """One event id for each effect at the consumer."""
        rows = await self._fetch("callback", "select event_id from fault_effects where company = $1", company)
        return [row["event_id"] for row in rows]

    async def versions(self, company: str) -> dict[UUID, int]:
        """The consumer's projection."""
        rows = await self._fetch("callback", "select id, version from fault_versions where company = $1", company)
        return {row["id"]: row["version"] for row in rows}

    async def _fetch(self, schema: str, sql: str, *arguments: object) -> "list[asyncpg.Record]":
        connection = await self.connect(schema)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    async def published(self, company: str, seconds: float) -> None:
        """Wait until no fact waits.  Raises: TimeoutError, which is a failure."""
        sql = "select count(*) as n from outbox where company = $1 and published_at is null"
        async with asyncio.timeout(seconds):
            while (await self._fetch("complaint", sql, company))[0]["n"]:  # noqa: ASYNC110  # other processes work
                await asyncio.sleep(0.1)

    async def letters(self, company: str) -> list[UUID]:
        """Event ids of the consumer's dead letters."""
        rows = await self._fetch("callback", "select event_id from dead_letters where company = $1", company)
        return [row["event_id"] for row in rows]

    async def consumed(self, company: str, seconds: float) -> None:
        """Wait until everything is published and the consumer owes nothing.  Raises: TimeoutError, a failure."""
        await self.published(company, seconds)
        bus = await Bus.connect(self.nats.admin_url, name="rig")
        try:
            async with asyncio.timeout(seconds):
                while True:
                    info = await bus.api("CONSUMER.INFO.COMPLAINT.callback")
                    if not info["num_pending"] and not info["num_ack_pending"]:
                        return
                    await asyncio.sleep(0.1)
        finally:
            await bus.close()

    async def replay(self) -> str:
        """`gasdesk events replay complaint`, as an operator would; answers what it says."""
        process = await asyncio.create_subprocess_exec(
            GASDESK,
            *("events", "replay", "complaint"),
            env=self.environment | {"DATABASE_URL": self.postgres.url(), "NATS_URL": self.nats.admin_url},
            stdout=-1,
            stderr=-1,
        )
        out, err = await asyncio.wait_for(process.communicate(), 120)
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
