"""Content by its SHA-256, one folder or bucket for all, kept apart by company."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, S3Store

from shared.files.errors import FileNotStoredError

_CHUNK = 256 * 1024


class FileStore:
    """Blobs in a local folder or an S3-compatible bucket; the same content of one company is kept once."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def put(self, company: str, sha256: str, content: bytes | IO[bytes]) -> None:
        """Store the content unless it is there already."""
        path = _path(company, sha256)
        if not await self.has(company, sha256):
            await obstore.put_async(self._store, path, content)

    async def has(self, company: str, sha256: str) -> bool:
        """Whether the content is there."""
        try:
            await obstore.head_async(self._store, _path(company, sha256))
        except FileNotFoundError:
            return False
        return True

    async def stream(self, company: str, sha256: str) -> AsyncIterator[bytes]:
        """The content in chunks; opened before the first is asked for.  Raises: FileNotStoredError."""
        try:
            found = await obstore.get_async(self._store, _path(company, sha256))
        except FileNotFoundError as error:
            raise FileNotStoredError("文件内容已不存在") from error
        return _chunks(found)

    async def delete(self, company: str, sha256: str) -> None:
        """Forget the content (retention only)."""
        await obstore.delete_async(self._store, _path(company, sha256))


async def _chunks(found: Any) -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=_CHUNK):
        yield bytes(chunk)


def _path(company: str, sha256: str) -> str:
    return f"{company}/{sha256[:2]}/{sha256}"


def open_file_store(location: str, **options: Any) -> FileStore:
    """The store at a folder, or at `s3://bucket/prefix` with the usual `AWS_…` environment or `options` of obstore.

    An `AWS_ENDPOINT` of `http://…` (a local S3 server) is allowed.  Raises: ValueError for another scheme.
    """
    parts = urlsplit(location)
    if parts.scheme == "s3":
        client: Any = {"allow_http": True, "timeout": "10s", "connect_timeout": "2s"}
        return FileStore(S3Store(parts.netloc, prefix=parts.path.strip("/") or None, client_options=client, **options))
    if parts.scheme and parts.scheme != "file":
        raise ValueError(f"files cannot lie at {parts.scheme}://")
    folder = Path(parts.path if parts.scheme else location).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileStore(LocalStore(prefix=str(folder)))
