"""Every schema equals its models (`alembic check`)."""

import pytest

from shared.database.migrate import check
from shared.events.topology import SERVICES
from tests.support.servers import TestPostgres


@pytest.mark.parametrize("service", SERVICES)
async def test_models_equal_schema(postgres: TestPostgres, service: str) -> None:
    await check(service, postgres.admin_url)
