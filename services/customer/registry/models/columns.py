"""Columns that many tables of the registry have alike."""

from typing import Any

from sqlalchemy import Numeric
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import mapped_column

OWNER = "customer.customers.id"
PREMISES = "customer.premises.id"


def time_column(*, optional: bool = False) -> Any:
    """An instant with its zone."""
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


def volume_column() -> Any:
    """m³ with three places, or nothing."""
    return mapped_column(Numeric(12, 3), nullable=True)
