"""The office of the company that runs the primary pack."""

import pytest

from tests.inspection.integration.programme.office import Office
from tests.support.stage import Stage
from tests.support.world import Company


@pytest.fixture
def office(stage: Stage, gas: Company) -> Office:
    """What its people do to plans."""
    return Office(stage, gas)
