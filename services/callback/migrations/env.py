"""Alembic environment of the callback schema."""

from services.callback.models import METADATA
from shared.database.migrate import run_environment

run_environment(METADATA)
