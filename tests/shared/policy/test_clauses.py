"""Clauses in force of every chapter, whether the process types it or not."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.database import create_engine
from shared.policy.book import PolicyNotFoundError
from shared.policy.clauses import ClauseBook
from shared.policy.loader import load_pack
from shared.policy.store import store_packs
from tests.shared.policy.pack_folders import CHAPTERS, NOW, common, toy, write_pack
from tests.support.servers import TestPostgres

IN_2011, IN_2026 = datetime(2011, 6, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
async def engine(postgres: TestPostgres) -> AsyncIterator[AsyncEngine]:
    opened = create_engine(
        postgres.url("inspection"), application_name="test-clauses", schema="inspection", pool_size=1
    )
    yield opened
    await opened.dispose()


@pytest.fixture
async def connection(postgres: TestPostgres) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(postgres.admin_dsn, server_settings={"search_path": "inspection"})
    yield opened
    await opened.close()


def clause(code: str) -> dict[str, Any]:
    return {"clauses": {code: {"text": "一条", "source": "规定 1"}}}


async def stored(connection: Any, root: Path, code: str, **chapter: Any) -> None:
    """The pack with one revision of its other chapter."""
    calendars = {f"{code}-office": common()["calendars"]["toy-office"]}
    of_pack = common(calendars=calendars, default_calendar=f"{code}-office")
    rules = {"first": toy()["rules"]["first"] | {"clause": next(iter(chapter["clauses"]))}}
    folder = write_pack(root / secrets.token_hex(2), code, None, common=of_pack, toy=toy(rules=rules, **chapter))
    await store_packs(connection, [load_pack(folder, CHAPTERS)], now=NOW)


async def test_clauses_of_all_chapters_are_those_of_the_revisions_in_force(
    engine: AsyncEngine, connection: Any, tmp_path: Path
) -> None:
    code = f"p-{secrets.token_hex(4)}"
    await stored(connection, tmp_path, code, **clause("old"))
    await stored(connection, tmp_path, code, version="2012.2", effective_on=date(2012, 1, 1), **clause("newer"))
    await stored(connection, tmp_path, code, version="2012.10", effective_on=date(2012, 1, 1), **clause("newest"))
    await stored(connection, tmp_path, code, version="2030.1", effective_on=date(2030, 1, 1), **clause("future"))
    book, company = ClauseBook(), f"{code}-company"
    async with AsyncSession(engine) as session:
        assert await book.in_force(session, company, IN_2011) == {"c1", "old"}
        assert await book.in_force(session, company, IN_2026) == {"c1", "newest"}
        with pytest.raises(PolicyNotFoundError):
            await book.in_force(session, "nobody", IN_2026)


async def test_revision_is_read_once_and_a_new_one_counts_from_its_date(
    engine: AsyncEngine, connection: Any, tmp_path: Path
) -> None:
    code = f"p-{secrets.token_hex(4)}"
    await stored(connection, tmp_path, code, **clause("old"))
    book, company = ClauseBook(), f"{code}-company"
    read: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with AsyncSession(engine) as session:
        for _ in range(3):
            await book.in_force(session, company, IN_2026)
        assert sum("canonical" in one for one in read) == 1
        await stored(connection, tmp_path, code, version="2012.1", effective_on=date(2012, 1, 1), **clause("new"))
        assert await book.in_force(session, company, IN_2026) == {"c1", "new"}
        assert sum("canonical" in one for one in read) == 2
