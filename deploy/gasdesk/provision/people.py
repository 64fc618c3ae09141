"""The demo people of every demo company, in the directory and in everybody's projection."""

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from shared.database import asyncpg_dsn, create_engine, create_sessions
from shared.events.topology import SERVICES
from shared.policy.loader import Pack

_PROJECT = """
insert into {schema}.staff as known
  (id, company, version, state, department, team, superior_id, posts, deputies, lines)
select id, company, version, state, department, team, superior_id, posts, deputies, lines from incentive.staff
on conflict (id) do update set version = excluded.version, state = excluded.state, department = excluded.department,
  team = excluded.team, superior_id = excluded.superior_id, posts = excluded.posts, deputies = excluded.deputies,
  lines = excluded.lines
where known.version < excluded.version
"""


async def seed_people(admin_url: str, incentive_url: str, packs: Sequence[Pack]) -> None:
    """Their facts go out as everybody's; the projections are given at once, for the first login.  Idempotent."""
    seeding = importlib.import_module("services.incentive.staff.service.seeding")
    engine = create_engine(incentive_url, application_name="provision", schema="incentive", pool_size=1)
    try:
        async with create_sessions(engine).begin() as session:
            for pack in packs:
                for company in list(pack.manifest.companies)[:1]:
                    await seeding.seed_demo_staff(session, company=company, common=pack.common, now=datetime.now(UTC))
    finally:
        await engine.dispose()
    connection = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        for service in SERVICES:
            if service != "incentive":
                await connection.execute(_PROJECT.format(schema=service))
    finally:
        await connection.close()
