"""Alembic, one environment per service, run as the schema's owner under an advisory lock."""

from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database.engine import sqlalchemy_url

ROOT = Path(__file__).resolve().parents[2]


def config_for(service: str) -> Config:
    """The alembic configuration of one service: its own folder, its own version table."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    config.attributes["service"] = service
    return config


def head_of(service: str) -> str:
    """The newest revision that this code knows; readiness compares it with the schema's."""
    head = ScriptDirectory.from_config(config_for(service)).get_current_head()
    if head is None:
        raise LookupError(f"service {service} has no migrations")
    return head


async def upgrade(service: str, url: str) -> None:
    """Bring the schema of `service` to its newest revision; `url` must be a role that may become its owner."""
    await _with_connection(service, url, lambda config: command.upgrade(config, "head"))


async def check(service: str, url: str) -> None:
    """Raise if the models of `service` and its schema differ (`alembic check`)."""
    await _with_connection(service, url, command.check)


async def _with_connection(service: str, url: str, run: Any) -> None:
    engine = create_async_engine(sqlalchemy_url(url), poolclass=pool.NullPool)

    def work(connection: Connection) -> None:
        config = config_for(service)
        config.attributes["connection"] = connection
        run(config)

    try:
        async with engine.begin() as connection:
            await connection.execute(
                text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"{service}.migrate"}
            )
            await connection.execute(text("set local lock_timeout = '5s'"))
            await connection.execute(text(f"set local role {service}_owner"))
            await connection.execute(text(f"set local search_path = {service}"))
            await connection.run_sync(work)
    finally:
        await engine.dispose()


def run_environment(metadata: MetaData) -> None:
    """The body of each service's `migrations/env.py`: compare only the own schema, never its partitions."""
    schema = str(metadata.schema)
    connection = context.config.attributes["connection"]

    def include_name(name: str | None, kind: str, _: Any) -> bool:
        return kind != "schema" or name == schema

    def include_object(_: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
        return not (kind == "table" and reflected and compared is None and _is_partition(connection, schema, name))

    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=schema,
        include_schemas=True,
        include_name=include_name,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_partition(connection: Connection, schema: str, name: str | None) -> bool:
    statement = text("select relispartition from pg_class where oid = to_regclass(:name)")
    return bool(connection.execute(statement, {"name": f"{schema}.{name}"}).scalar())
