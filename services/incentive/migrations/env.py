"""Alembic environment of the incentive schema."""

from services.incentive.models import METADATA
from shared.database.migrate import run_environment

run_environment(METADATA)
