"""The two servers of a run, PostgreSQL and nats-server: started together, watched, stopped in order."""

import asyncio
from collections.abc import Callable

import structlog

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from deploy.gasdesk.embedded.process import StartError
from deploy.gasdesk.home import Home
from deploy.gasdesk.run.ports import port_of
from shared.events.topology import USERS

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.5


class Children:
    """Both servers of a home."""

    def __init__(self, home: Home, *, durable: bool) -> None:
        self.postgres = EmbeddedPostgres(home.path / "postgres", durable=durable, secrets=home.secrets)
        self.nats = EmbeddedNats(home.path / "nats", port=port_of("GASDESK_NATS_PORT") or -1, secrets=home.secrets)

    @property
    def nats_urls(self) -> dict[str, str]:
        """The broker's address by user."""
        return {user: self.nats.url(user) for user in USERS}

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {"postgres": self.postgres.pid, "nats": self.nats.pid}

    def launch(self) -> None:
        """Start both.  Only from the main thread: the kernel's death signal is tied to the thread that starts a child.

        Raises: StartError.
        """
        self.postgres.launch()
        self.nats.launch()

    async def wait(self) -> None:
        """Wait until both answer.  Raises: StartError."""
        await asyncio.gather(asyncio.to_thread(self.postgres.wait), asyncio.to_thread(self.nats.wait))

    async def watch(self, on_change: Callable[[], None]) -> None:
        """Start again what ends without having been told to; services and workers wait meanwhile."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for server in (self.postgres, self.nats):
                if not server.is_running:
                    await self._revive(server)
                    on_change()

    async def _revive(self, server: EmbeddedPostgres | EmbeddedNats) -> None:
        log.error("server.ended", server=type(server).__name__, log=str(server.log))
        try:
            server.launch()
            await asyncio.to_thread(server.wait)
        except StartError as error:
            log.error("server.not_started", server=type(server).__name__, reason=str(error))  # noqa: TRY400

    def stop(self) -> None:
        """The broker, then the database."""
        self.nats.stop()
        self.postgres.stop()
