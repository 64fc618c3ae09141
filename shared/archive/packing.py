"""A ZIP of entries with its index: sorted, stored uncompressed, of one fixed time, so that made twice it is the same.

`index.json` names every other entry with size and SHA-256, `index.sha256` the digest of the index.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from shared.archive.canonical import canonical_json

INDEX, SEAL = "index.json", "index.sha256"
FORMAT = "gasdesk-archive-1"
CHUNK = 256 * 1024
_IN_MEMORY = 1024 * 1024
_UNIX = 3
_READABLE = 0o100644 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)

Opens = Callable[[], Awaitable[AsyncIterator[bytes]]]


class ContentChangedError(ValueError):
    """What was read is not what its digest says; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package, with the digest that it must have."""

    path: str
    sha256: str
    size: int
    opens: Opens

    @classmethod
    def of(cls, path: str, content: bytes) -> "Entry":
        """An entry at hand."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        async def opens() -> AsyncIterator[bytes]:
            return chunks()

        return cls(path, sha256(content).hexdigest(), len(content), opens)


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was made."""

    content: IO[bytes]
    sha256: str
    size: int
    index_digest: str
    entries: int
    """With index and seal."""


def index_of(about: Mapping[str, Any], entries: Iterable[Entry]) -> bytes:
    """The index: what the package is about, and every entry by path."""
    listed = [{"path": one.path, "sha256": one.sha256, "size": one.size} for one in _sorted(entries)]
    return canonical_json({"format": FORMAT, "about": about, "entries": listed})


def digest_of_index(about: Mapping[str, Any], entries: Iterable[Entry]) -> str:
    """The digest that stands for the whole package."""
    return sha256(index_of(about, entries)).hexdigest()


async def pack(about: Mapping[str, Any], entries: Iterable[Entry]) -> Packed:
    """Write the package into a spool.  Raises: ContentChangedError, ValueError for a path that is no good or double."""
    given = list(entries)
    index = index_of(about, given)
    digest = sha256(index).hexdigest()
    whole = _sorted([*given, Entry.of(INDEX, index), Entry.of(SEAL, f"{digest}\n".encode())])
    _check_paths([one.path for one in whole])
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by its collector
    with ZipFile(spool, "w", ZIP_STORED) as package:
        for entry in whole:
            await _write(package, entry)
    return Packed(spool, *await asyncio.to_thread(measured, spool), digest, len(whole))


def info_of(path: str, size: int) -> ZipInfo:
    """The header of an entry, the same on every machine."""
    info = ZipInfo(path, _EPOCH)
    info.compress_type, info.create_system, info.external_attr = ZIP_STORED, _UNIX, _READABLE
    info.file_size = size
    return info


def measured(content: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of a file, which is left at its beginning."""
    digest, size = sha256(), 0
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size


def is_good_path(path: str) -> bool:
    """Relative, plain ASCII, without steps upwards."""
    parts = path.split("/")
    return path.isascii() and path.isprintable() and "\\" not in path and not {"", ".", ".."} & set(parts)


async def _write(package: ZipFile, entry: Entry) -> None:
    digest, size = sha256(), 0
    with package.open(info_of(entry.path, entry.size), "w") as part:
        async for chunk in await entry.opens():
            digest.update(chunk)
            size += len(chunk)
            await asyncio.to_thread(part.write, chunk)
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise ContentChangedError(entry.path)


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: one.path)


def _check_paths(paths: list[str]) -> None:
    bad = [path for path in paths if not is_good_path(path)]
    if bad or len(set(paths)) != len(paths):
        raise ValueError(f"no good paths: {bad or paths}")
