"""What every process of a service holds while it runs: pools, clock, policy, calendars, people, keys."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.grants import GrantSigner, GrantVerifier
from shared.access.key_source import key_source
from shared.access.keys import KeyFolder
from shared.access.principal import Principals
from shared.access.staff import StaffDirectory
from shared.access.tokens import TokenVerifier
from shared.database import create_engine, create_hot_pool, create_sessions
from shared.database.numbers import Numbers
from shared.database.patience import until_reached
from shared.files.store import FileStore, open_file_store
from shared.policy.book import PolicyBook
from shared.policy.model import ChapterHeader
from shared.runtime.settings import ServiceSettings
from shared.sla.calendars import Calendars
from shared.sla.time import Clock


@dataclass(frozen=True, slots=True)
class Runtime:
    """Made once per process by `open_runtime`; routes and workers read it, nothing changes it."""

    settings: ServiceSettings
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    hot: asyncpg.Pool
    clock: Clock
    policy: PolicyBook
    calendars: Calendars
    staff: StaffDirectory
    principals: Principals
    cipher: FieldCipher
    blind_index: BlindIndex
    grants: GrantVerifier
    grant_signer: GrantSigner
    files: FileStore
    numbers: Numbers
    cursor_key: bytes


@asynccontextmanager
async def open_runtime(
    settings: ServiceSettings, chapters: Mapping[str, type[ChapterHeader]], *, role: str = "http"
) -> AsyncIterator[Runtime]:
    """Open pools, take the first readings, keep them fresh in the background, close everything at the end.

    `role` names the connections (`complaint-http`, `complaint-worker`). A database that is away is waited for.
    Raises: the driver's other errors, KeyMissingError when `gasdesk provision` has not run.
    """
    url, name = settings.database_url.get_secret_value(), f"{settings.service}-{role}"
    engine = create_engine(url, application_name=name, schema=settings.service, pool_size=settings.pool_size)
    hot = await until_reached(
        lambda: create_hot_pool(url, application_name=name, schema=settings.service, max_size=settings.hot_pool_size),
        name=name,
    )
    clock = Clock(hot, environment=settings.environment.value)
    stop = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []
    try:
        runtime = _assemble(settings, chapters, engine, hot, clock)
        await until_reached(lambda: _read_first(runtime), name=name)
        tasks = [
            asyncio.create_task(runtime.policy.run(hot, stop), name=f"{name}-policy"),
            asyncio.create_task(runtime.calendars.run(hot, stop, seconds=5.0), name=f"{name}-calendars"),
            asyncio.create_task(runtime.staff.run(stop), name=f"{name}-staff"),
        ]
        yield runtime
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        await clock.stop()
        await hot.close()
        await engine.dispose()


async def _read_first(runtime: Runtime) -> None:
    """The readings without which nothing can be answered; the database may go away between any two of them."""
    await runtime.clock.stop()  # an attempt before this one may have left it half started
    await runtime.clock.start()
    await runtime.policy.refresh(runtime.hot)
    await runtime.calendars.refresh(runtime.hot)
    await runtime.staff.refresh()


def _assemble(
    settings: ServiceSettings,
    chapters: Mapping[str, type[ChapterHeader]],
    engine: AsyncEngine,
    hot: asyncpg.Pool,
    clock: Clock,
) -> Runtime:
    keys = KeyFolder(settings.keys)
    policy = PolicyBook(chapters)
    staff = StaffDirectory(hot)
    verifier = TokenVerifier(keys=key_source(settings.jwks), issuer=settings.oidc_issuer)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=create_sessions(engine),
        hot=hot,
        clock=clock,
        policy=policy,
        calendars=Calendars(),
        staff=staff,
        principals=Principals(verifier, staff, lambda company: policy.policy(company, clock.now()).common.role_of_post),
        cipher=keys.field_cipher(settings.service),
        blind_index=keys.blind_index(settings.service),
        grants=keys.grant_verifier(),
        grant_signer=keys.grant_signer(settings.service),
        files=open_file_store(settings.files),
        numbers=Numbers(hot),
        cursor_key=keys.cursor_key(settings.service),
    )
