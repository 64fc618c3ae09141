"""Names of constraints, so that every migration can name what it drops."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

TYPES: dict[Any, Any] = {str: Text(), datetime: TIMESTAMP(timezone=True)}
"""How annotations of mapped columns become types: text without length, instants with zone."""

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_for(schema: str) -> MetaData:
    """Metadata whose tables live in `schema` and follow the house's naming convention."""
    return MetaData(schema=schema, naming_convention=NAMING_CONVENTION)
