"""Chapters as stored revisions: canonical JSON and its SHA-256, immutable (design.md 5)."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from shared.policy.loader import COMMON, Pack
from shared.policy.model import ChapterHeader, HolidaySource
from shared.sla.calendars import store_revision
from shared.sla.holidays import seed

log = logging.getLogger(__name__)


class RevisionConflictError(RuntimeError):
    """A stored version may never change: give the changed chapter a new version."""


def canonical(chapter: ChapterHeader) -> str:
    """The chapter as JSON with sorted keys, the same text for the same content.

    Only what the pack says: a default that a later release adds must not change the hash of a stored version.
    """
    return orjson.dumps(chapter.model_dump(mode="json", exclude_unset=True), option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """SHA-256 of canonical JSON, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


async def store_packs(connection: Any, packs: Iterable[Pack], *, now: datetime) -> int:
    """Store what is new in one schema (asyncpg connection whose search path it is); answers how many revisions.

    A chapter whose approval is not complete is not stored: it may still change under its version.

    Raises: RevisionConflictError naming pack, chapter and version when a stored one differs.
    """
    stored = 0
    for pack in packs:
        for name, chapter in pack.chapters.items():
            if not chapter.is_approved:
                log.info("%s/%s %s is not approved yet and has no effect", pack.code, name, chapter.version)
                continue
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
    stored = await connection.execute(
        "insert into policy_revisions (pack, chapter, version, sha256, canonical, state, effective_on, stored_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        pack,
        name,
        chapter.version,
        sha256,
        text,
        chapter.state.value,
        chapter.effective_on,
        now,
    )
    if stored == "INSERT 0 1":
        return 1
    known = await connection.fetchval(
        "select sha256 from policy_revisions where pack = $1 and chapter = $2 and version = $3",
        pack,
        name,
        chapter.version,
    )
    if known != sha256:
        raise RevisionConflictError(f"{pack}/{name}.yaml：版本 {chapter.version} 已存有不同内容；修改后须使用新版本号")
    return 0


async def _store_calendars(connection: Any, pack: Pack, now: datetime) -> None:
    """The pack's calendars: a new revision when pack or published holidays changed, never over an import."""
    for code, calendar in pack.common.calendars.items():
        definition = calendar.definition
        if calendar.holidays is HolidaySource.CHINA:
            definition = seed(definition)
        is_imported = await connection.fetchval(
            "select imported_by is not null from calendar_revisions where code = $1 order by revision desc limit 1",
            code,
        )
        if is_imported:
            log.info("calendar %s was imported by a person; the pack's own stays aside", code)
            continue
        await store_revision(connection, code=code, definition=definition, source=f"{pack.code}/{COMMON}", now=now)
