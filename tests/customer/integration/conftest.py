"""What the customer service's integration tests work with: its own role, pools, keys and a clock that stands still."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from services.customer.registry.service.importing import ImportRun, start
from services.customer.registry.service.reading import FileReader
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import entry_terms
from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.database import HotPool, create_engine, create_hot_pool, create_sessions
from shared.http.hot_tx import HotTx
from shared.ids import new_id
from shared.jobs.model import JobView, Step
from shared.jobs.queue import read_job
from shared.jobs.runner import Runner
from tests.support.packs import policy_of
from tests.support.servers import TestPostgres

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class StandingClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Rig:
    """The customer service without its doors."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    pool: HotPool
    vault: Vault
    clock: StandingClock

    @property
    def hot(self) -> HotTx:
        return HotTx(self.pool)

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.sessions.begin() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]

    async def import_file(self, company: str, *pieces: bytes, reader: FileReader | None = None) -> JobView:
        import_id = new_id()

        async def stream() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        async with self.sessions.begin() as session:
            await start(
                session,
                stream(),
                import_id=import_id,
                company=company,
                cipher=self.vault.cipher,
                actor="tester",
                now=self.clock.now(),
            )
        await self.run_jobs(company, reader or FileReader(chunk_rows=100))
        async with self.sessions.begin() as session:
            job = await read_job(session, import_id, [company])
        assert job is not None
        return job

    async def run_jobs(self, company: str, reader: FileReader) -> None:
        run, terms = ImportRun(reader), entry_terms(policy_of("xxx-gas", company))

        async def body(session: AsyncSession, job: JobView) -> Step:
            assert job.company == company
            now = self.clock.now()
            return await run.step(session, job, vault=self.vault, terms=terms, now=now)

        runner = Runner(self.sessions, self.clock, {"customer_import": body})
        while await runner.step():
            pass
        reader.close()


@pytest.fixture(scope="session")
async def rig(postgres: TestPostgres) -> AsyncIterator[Rig]:
    url = postgres.url("customer")
    engine = create_engine(url, application_name="test", schema="customer")
    pool = await create_hot_pool(url, application_name="test", schema="customer")
    vault = Vault(FieldCipher({"k1": bytes(range(32))}, active="k1"), BlindIndex(bytes(range(32)), service="customer"))
    yield Rig(engine, create_sessions(engine), pool, vault, StandingClock())
    await pool.close()
    await engine.dispose()
