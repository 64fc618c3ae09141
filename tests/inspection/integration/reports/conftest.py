"""The people around reports in the company that runs the primary pack."""

import pytest

from tests.inspection.integration.inspections.forms import Inspecting
from tests.inspection.integration.reports.reporting import Reporting
from tests.support.stage import Stage
from tests.support.world import Company


@pytest.fixture
def house(stage: Stage, gas: Company) -> Inspecting:
    """Inspectors and inspected."""
    return Inspecting(stage, gas)


@pytest.fixture
def desk(stage: Stage, gas: Company) -> Reporting:
    """Who sums up, reports and archives."""
    return Reporting(stage, gas)
