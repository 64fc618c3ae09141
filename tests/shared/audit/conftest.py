"""The fixture that every audit test uses."""

import secrets
from collections.abc import AsyncIterator

import pytest

from shared.audit.sealer import Sealer
from tests.shared.audit.trail_support import DDL, Moment, Trail
from tests.support.servers import TestPostgres


@pytest.fixture
async def trail(postgres: TestPostgres) -> AsyncIterator[Trail]:
    schema = f"audit_{secrets.token_hex(4)}"
    moment = Moment()
    sealer = Sealer(service=schema, dsn=postgres.admin_dsn, now=moment, interval=0.05)
    trail = Trail(schema, postgres.admin_dsn, None, moment, sealer)
    trail.connection = await trail.connect()
    await trail.connection.execute(f"create schema {schema}")
    await trail.connection.execute(DDL.AUDIT)
    await trail.connection.execute(DDL.EVENTS)
    yield trail
    await trail.connection.execute(f"drop schema {schema} cascade")
    await trail.connection.close()
