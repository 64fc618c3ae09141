"""The version gate: a projection ends at the newest version, whatever the order of deliveries (reliability.md 2.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession


async def project(
    session: AsyncSession,
    table: Table,
    values: Mapping[str, Any],
    *,
    key: Sequence[str] = ("id",),
    version: str = "version",
) -> bool:
    """Insert or replace one row of a projection unless the stored version is as new; answers whether it was written.

    `values` holds key, version and the whole state that the event carries; columns not named keep what they have.
    """
    statement = insert(table).values(dict(values))
    gated = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in values if name not in key},
        where=table.c[version] < statement.excluded[version],
    ).returning(table.c[version])
    return (await session.execute(gated)).scalar() is not None
