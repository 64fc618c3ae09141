"""The table of stored files: take an upload in, find it again."""

import asyncio
import hashlib
import io
import tempfile
import unicodedata
from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.files import images
from shared.files.errors import FileNotStoredError, FileTooLargeError, FileTypeRefusedError
from shared.files.store import FileStore
from shared.files.types import IMAGES, media_type_of
from shared.ids import new_id

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120
_IN_MEMORY = 1024 * 1024
_CHUNK = 256 * 1024
_COLUMNS = "id, company, sha256, name, media_type, size, created_by, created_at"
_INSERT = text(
    f"insert into stored_files ({_COLUMNS}) values (:id, :company, :sha256, :name, :media_type, :size, :created_by,"  # noqa: S608
    " :created_at)"
)
_READ = text(f"select {_COLUMNS} from stored_files where id = :id and company = any (:companies)")  # noqa: S608


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One row of `stored_files`; the content lies in the store under `sha256`."""

    id: UUID
    company: str
    sha256: str
    name: str
    media_type: str
    size: int
    """Bytes, after cleaning."""
    created_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload that was checked and cleaned, not yet stored."""

    content: IO[bytes]
    upload_sha256: str
    """Of the bytes as they came: what makes a repeated upload the same."""
    sha256: str
    """Of the bytes as they are stored."""
    media_type: str
    size: int
    name: str


async def prepare(chunks: AsyncIterable[bytes], *, name: str, max_bytes: int = MAX_BYTES) -> Prepared:
    """Read an upload, tell its type by content and clean pictures; at most 1 MiB is held in memory besides them.

    Raises: FileTypeRefusedError, FileDamagedError, FileTooLargeError.
    """
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by its collector
    digest = hashlib.sha256()
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise FileTooLargeError(f"文件最大 {max_bytes // 1024 // 1024} MiB")
        digest.update(chunk)
        await asyncio.to_thread(spool.write, chunk)
    if size == 0:
        raise FileTypeRefusedError("文件是空的")
    return await asyncio.to_thread(_checked, spool, digest.hexdigest(), size, name)


def _checked(spool: IO[bytes], upload_sha256: str, size: int, name: str) -> Prepared:
    media_type = media_type_of(spool, name)
    content, sha256 = spool, upload_sha256
    if media_type in IMAGES:
        picture = images.cleaned(spool, media_type)
        content, sha256, size = io.BytesIO(picture), hashlib.sha256(picture).hexdigest(), len(picture)
    content.seek(0)
    return Prepared(content, upload_sha256, sha256, media_type, size, safe_name(name))


async def store_prepared(
    store: FileStore,
    session: AsyncSession,
    prepared: Prepared,
    *,
    company: str,
    now: datetime,
    created_by: str | None = None,
    file_id: UUID | None = None,
) -> StoredFile:
    """Store the content, then its row in the session's transaction; a rollback leaves content that nobody names."""
    await store.put(company, prepared.sha256, prepared.content)
    stored = StoredFile(
        id=file_id or new_id(),
        company=company,
        sha256=prepared.sha256,
        name=prepared.name,
        media_type=prepared.media_type,
        size=prepared.size,
        created_by=created_by,
        created_at=now,
    )
    values = {name: getattr(stored, name) for name in StoredFile.__slots__}
    await session.execute(_INSERT, values)
    return stored


async def store_file(
    store: FileStore,
    session: AsyncSession,
    chunks: AsyncIterable[bytes],
    *,
    company: str,
    name: str,
    now: datetime,
    created_by: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> StoredFile:
    """`prepare` and `store_prepared` in one."""
    prepared = await prepare(chunks, name=name, max_bytes=max_bytes)
    return await store_prepared(store, session, prepared, company=company, now=now, created_by=created_by)


async def read_file(session: AsyncSession, file_id: UUID, companies: Iterable[str]) -> StoredFile:
    """One file of these companies.  Raises: FileNotStoredError."""
    row: Any = (await session.execute(_READ, {"id": file_id, "companies": list(companies)})).first()
    if row is None:
        raise FileNotStoredError("未找到文件")
    return StoredFile(**row._mapping)


def safe_name(name: str) -> str:
    """The last part of a name, without control or direction marks, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    if len(kept) <= MAX_NAME:
        return kept or "file"
    stem, dot, suffix = kept.rpartition(".")
    return kept[:MAX_NAME] if not dot or len(suffix) > 10 else f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"
