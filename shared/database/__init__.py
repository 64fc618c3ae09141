"""Engines, pools, sessions, metadata, partitions and migrations of a service's own schema."""

from shared.database.engine import asyncpg_dsn, create_engine, create_sessions
from shared.database.hot import HotPool, create_hot_pool
from shared.database.naming import TYPES, metadata_for

__all__ = ["TYPES", "HotPool", "asyncpg_dsn", "create_engine", "create_hot_pool", "create_sessions", "metadata_for"]
