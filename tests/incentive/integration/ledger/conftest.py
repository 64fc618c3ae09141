"""The ledger of the company that runs the primary pack."""

import pytest

from tests.incentive.integration.ledger.books import Books, open_books
from tests.support.stage import Stage
from tests.support.world import Company


@pytest.fixture
async def books(stage: Stage, gas: Company) -> Books:
    """What cases and people do to it."""
    return await open_books(stage, gas)
