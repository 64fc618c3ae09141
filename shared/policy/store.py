"""Chapters as stored revisions: canonical JSON and its SHA-256, immutable (design.md 5)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from shared.policy.loader import COMMON, Pack
from shared.policy.model import ChapterHeader, HolidaySource
from shared.sla.calendars import store_revision
from shared.sla.holidays import seed


class RevisionConflictError(RuntimeError):
    """A stored version may never change: give the changed chapter a new version."""


def canonical(chapter: ChapterHeader) -> str:
    """The chapter as JSON with sorted keys, the same text for the same content."""
    return orjson.dumps(chapter.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """SHA-256 of canonical JSON, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


async def store_packs(connection: Any, packs: Iterable[Pack], *, now: datetime) -> int:
    """Store what is new in one schema (asyncpg connection whose search path it is); answers how many revisions.

    Raises: RevisionConflictError naming pack, chapter and version when a stored one differs.
    """
    stored = 0
    for pack in packs:
        for name, chapter in pack.chapters.items():
            stored += await _store_chapter(connection, pack.code, name, chapter, now)
        for company, entry in pack.manifest.companies.items():
            await connection.execute(
                "insert into pack_companies (company, pack, name) values ($1, $2, $3)"
                " on conflict (company) do update set pack = excluded.pack, name = excluded.name",
                company,
                pack.code,
                entry.name,
            )
        await _store_calendars(connection, pack, now)
    return stored


async def _store_chapter(connection: Any, pack: str, name: str, chapter: ChapterHeader, now: datetime) -> int:
    text = canonical(chapter)
    sha256 = digest(text)
    known = await connection.fetchval(
        "select sha256 from policy_revisions where pack = $1 and chapter = $2 and version = $3",
        pack,
        name,
        chapter.version,
    )
    if known is not None:
        if known != sha256:
            raise RevisionConflictError(
                f"{pack}/{name}.yaml：版本 {chapter.version} 已存有不同内容；修改后须使用新版本号"
            )
        return 0
    await connection.execute(
        "insert into policy_revisions (pack, chapter, version, sha256, canonical, state, effective_on, stored_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        pack,
        name,
        chapter.version,
        sha256,
        text,
        chapter.state.value,
        chapter.effective_on,
        now,
    )
    return 1


async def _store_calendars(connection: Any, pack: Pack, now: datetime) -> None:
    for code, calendar in pack.common.calendars.items():
        definition = calendar.definition
        if calendar.holidays is HolidaySource.CHINA:
            definition = seed(definition)
        has_any = await connection.fetchval("select exists (select 1 from calendar_revisions where code = $1)", code)
        if not has_any:
            await store_revision(connection, code=code, definition=definition, source=f"{pack.code}/{COMMON}", now=now)
