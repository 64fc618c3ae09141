"""The SQLAlchemy engine and session factory (settings by reliability.md 2.6)."""

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.database.codecs import dumps, loads


def server_settings(application_name: str, schema: str, statement_timeout_ms: int) -> dict[str, str]:
    """Run-time parameters of every connection; an idle transaction must never hold a clock back."""
    return {
        "application_name": application_name,
        "search_path": schema,
        "timezone": "UTC",
        "statement_timeout": str(statement_timeout_ms),
        "lock_timeout": str(min(2000, statement_timeout_ms)),
        "idle_in_transaction_session_timeout": str(max(10_000, statement_timeout_ms)),
        "jit": "off",
    }


def create_engine(
    url: str,
    *,
    application_name: str,
    schema: str,
    pool_size: int = 8,
    max_overflow: int = 4,
    statement_timeout_ms: int = 4000,
) -> AsyncEngine:
    """An engine for one service's role; timeouts in milliseconds, JSON by orjson; `url` as libpq writes it."""
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=2,
        pool_pre_ping=True,
        pool_recycle=1800,
        json_serializer=dumps,
        json_deserializer=loads,
        connect_args={
            "timeout": 2,
            "command_timeout": statement_timeout_ms / 1000 + 1,
            "server_settings": server_settings(application_name, schema, statement_timeout_ms),
        },
    )


def create_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions that keep their objects readable after commit; only the door commits."""
    return async_sessionmaker(engine, expire_on_commit=False)


def sqlalchemy_url(url: str) -> URL:
    """The same address, with the driver, in the form that SQLAlchemy reads."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def asyncpg_dsn(url: str) -> str:
    """The same address in the form that asyncpg and libpq read."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
