"""The surveys of a company of four tiers."""

import pytest

from tests.callback.integration.line import Line
from tests.callback.integration.surveys.field import Field
from tests.support.world import Company


@pytest.fixture
def field(line: Line, chaohu: Company) -> Field:
    """Four tiers, each with its target."""
    return Field(line, chaohu)
