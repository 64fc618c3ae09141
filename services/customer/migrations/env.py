"""Alembic environment of the customer schema."""

from services.customer.models import METADATA
from shared.database.migrate import run_environment

run_environment(METADATA)
