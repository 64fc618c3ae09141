"""The people around an inspection in the company that runs the primary pack."""

import pytest

from tests.inspection.integration.inspections.forms import Inspecting
from tests.inspection.integration.programme.office import Office
from tests.support.stage import Stage
from tests.support.world import Company


@pytest.fixture
def house(stage: Stage, gas: Company) -> Inspecting:
    """What they do."""
    return Inspecting(stage, gas)


@pytest.fixture
def office(stage: Stage, gas: Company) -> Office:
    """What the office does to plans."""
    return Office(stage, gas)
