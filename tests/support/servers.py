"""The real servers that the tests run against: one cluster and one broker per xdist worker."""

from dataclasses import dataclass
from pathlib import Path

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from deploy.gasdesk.provision.database import new_passwords, provision_database, service_url
from deploy.gasdesk.provision.grants import grant_tables
from deploy.gasdesk.provision.schema import migrate
from shared.database import asyncpg_dsn


@dataclass
class TestPostgres:
    """A provisioned cluster: five schemas, their roles, migrated."""

    __test__ = False

    server: EmbeddedPostgres
    passwords: dict[str, str]

    @property
    def admin_url(self) -> str:
        """Address of the superuser (SQLAlchemy form)."""
        return self.server.url()

    @property
    def admin_dsn(self) -> str:
        """The same for asyncpg."""
        return asyncpg_dsn(self.admin_url)

    def url(self, service: str) -> str:
        """Address of a service's own role (SQLAlchemy form)."""
        return service_url(self.admin_url, service, self.passwords[service])

    def dsn(self, service: str) -> str:
        """The same for asyncpg; search_path is set on the role."""
        return asyncpg_dsn(self.url(service))


async def start_postgres(folder: Path, *, durable: bool = False) -> TestPostgres:
    """Start, provision and migrate a cluster in `folder`."""
    server = EmbeddedPostgres(folder, durable=durable)
    server.start()
    passwords = new_passwords()
    await provision_database(server.url(), passwords)
    await migrate(server.url())
    await grant_tables(server.url())
    return TestPostgres(server, passwords)


def start_nats(folder: Path) -> EmbeddedNats:
    """Start a broker with JetStream in `folder`, on ports of its own choice."""
    server = EmbeddedNats(folder)
    server.start()
    return server
