"""Alembic environment of the inspection schema."""

from services.inspection.models import METADATA
from shared.database.migrate import run_environment

run_environment(METADATA)
