"""A second world: an empty schema of the callback service that hears the same facts in the same order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from deploy.gasdesk.provision.database import provision_database, service_url
from deploy.gasdesk.provision.grants import grant_tables
from deploy.gasdesk.provision.schema import migrate
from services.callback.consumers import bulk_handlers
from services.callback.worker import CHAPTERS, desk, handlers_of
from shared.database import asyncpg_dsn
from shared.events.consumer import Pace
from shared.policy.store import store_packs
from shared.runtime.runtime import Runtime, open_runtime
from tests.callback.integration.month import Month, draw_ledger
from tests.callback.integration.month_facts import at
from tests.callback.integration.month_wire import Listener
from tests.support.world import Company, World

DATABASE = "month_again"
Drawn = dict[tuple[str, UUID, str], tuple[int, bool]]
"""Business, subject and occasion → number in the stratum, and whether it was drawn."""
_NUMBERED = """
select business, subject_id, occasion, position, is_drawn, event_id, subject_type from callback_draws
where company = $1 order by stratum_id, position
"""
_KNOWN = "select id from outbox where company = $1 and type = 'customer.registered' order by seq"


async def drawn(rows: asyncpg.Pool, company: Company) -> Drawn:
    """The whole draw of a company."""
    found = await rows.fetch(_NUMBERED, company.code)
    return {(row["business"], row["subject_id"], row["occasion"]): (row["position"], row["is_drawn"]) for row in found}


async def hear_again(month: Month, runtime: Runtime, company: Company) -> None:
    """Publish the company's facts once more, in the order in which they were numbered, for the second world alone."""
    numbered = await month.line.pool.fetch(_NUMBERED, company.code)
    listener = Listener("callback", month.said["callback"].bus, ("CUSTOMER", "COMPLAINT"), month.line.clock.now)
    async with listener.listening(runtime.sessions, handlers_of(runtime), bulk_handlers(), Pace(lanes=1)):
        known = await month.said["customer"].rows.fetch(_KNOWN, company.code)
        await month.said["customer"].repeat([row["id"] for row in known])
        await listener.caught_up()
        month.line.clock.set(at(0, 8, 30))
        await draw_ledger(runtime, desk(runtime), company.code, at(0, 8, 30))
        for service, kinds in (("customer", {"order", "account"}), ("complaint", {"complaint"})):
            ids = [row["event_id"] for row in numbered if row["subject_type"] in kinds]
            await month.said[service].repeat(ids)
        await listener.caught_up()


@asynccontextmanager
async def second_world(world: World, month: Month, company: Company) -> AsyncIterator[Runtime]:
    """A worker's runtime on the empty schema, in which only the company runs its pack."""
    postgres = world.postgres
    url = postgres.server.url(database=DATABASE)
    await provision_database(url, postgres.passwords)
    await migrate(url, "callback")
    await grant_tables(url)
    connection = await asyncpg.connect(asyncpg_dsn(url), server_settings={"search_path": "callback"})
    try:
        await store_packs(connection, world.packs.values(), now=datetime.now(UTC))
        await connection.execute(
            "insert into pack_companies (company, pack, name) values ($1, $2, $1)", company.code, company.pack.code
        )
    finally:
        await connection.close()
    own = SecretStr(service_url(url, "callback", postgres.passwords["callback"]))
    settings = world.settings("callback").model_copy(update={"database_url": own})
    async with open_runtime(settings, CHAPTERS, role="worker") as runtime:
        yield replace(runtime, clock=month.line.runtime.clock)
