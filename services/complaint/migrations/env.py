"""Alembic environment of the complaint schema."""

from services.complaint.models import METADATA
from shared.database.migrate import run_environment

run_environment(METADATA)
