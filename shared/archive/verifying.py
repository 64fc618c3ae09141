"""Whether a package is still what was made: every entry against the index, the index against its seal, the container
against the one that these entries give again.  Needs nothing but the file."""

import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import orjson

from shared.archive.packing import CHUNK, FORMAT, INDEX, SEAL, info_of, is_good_path, measured

_IN_MEMORY = 1024 * 1024
_LARGEST_INDEX = 64 * 1024 * 1024
_UNREADABLE = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, KeyError, RuntimeError),
    *(NotImplementedError, OverflowError, TypeError),
)
"""What reading a damaged ZIP or index may raise."""


class FaultKind(StrEnum):
    """What is wrong at a place."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    DOUBLE = "double"
    UNREADABLE = "unreadable"
    CONTAINER = "container"
    """Bytes beside or around the entries."""
    OTHER_PACKAGE = "other_package"
    """Sound in itself, but not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; an empty path is the file itself."""

    path: str
    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    sha256: str
    """Of the file."""
    index_digest: str | None
    """Null where the index cannot be read."""
    entries: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing was changed, lost or added."""
        return not self.faults


def verify(file: IO[bytes], *, index_digest: str | None = None) -> Verdict:
    """Check a package; `index_digest` is what the register says of it."""
    whole, _ = measured(file)
    try:
        with ZipFile(file) as package:
            return _verify(package, whole, index_digest)
    except _UNREADABLE:
        return Verdict(whole, None, 0, (Fault("", FaultKind.UNREADABLE),))


def _verify(package: ZipFile, whole: str, expected: str | None) -> Verdict:
    names = package.namelist()
    double = {name for name in names if names.count(name) > 1} if len(set(names)) != len(names) else set()
    faults = [Fault(name, FaultKind.DOUBLE) for name in sorted(double)]
    digest = _attempt(lambda: sha256(_small(package, INDEX)).hexdigest())
    listed = _attempt(lambda: _listed(_small(package, INDEX)))
    sealed = _attempt(lambda: _small(package, SEAL).decode())
    if digest is None or listed is None:
        faults.append(Fault(INDEX, FaultKind.UNREADABLE if INDEX in names else FaultKind.MISSING))
        listed = {}
    if sealed is None:
        faults.append(Fault(SEAL, FaultKind.UNREADABLE if SEAL in names else FaultKind.MISSING))
    elif digest is not None and sealed != f"{digest}\n":
        faults.append(Fault(INDEX, FaultKind.CHANGED))
    if listed:
        faults += _compared(package, listed, set(names))
    if expected is not None and digest not in (None, expected):
        faults.append(Fault(INDEX, FaultKind.OTHER_PACKAGE))
    if not faults and _attempt(lambda: _repacked(package)) != whole:
        faults.append(Fault("", FaultKind.CONTAINER))
    return Verdict(whole, digest, len(names), tuple(faults))


def _compared(package: ZipFile, listed: dict[str, tuple[str, int]], names: set[str]) -> list[Fault]:
    faults = [Fault(path, FaultKind.MISSING) for path in sorted(listed.keys() - names)]
    faults += [Fault(path, FaultKind.ADDED) for path in sorted(names - listed.keys() - {INDEX, SEAL})]
    for path in sorted(listed.keys() & names):
        found = _attempt(lambda path=path: _digest(package, path))  # type: ignore[misc]
        if found is None:
            faults.append(Fault(path, FaultKind.UNREADABLE))
        elif found != listed[path]:
            faults.append(Fault(path, FaultKind.CHANGED))
    return faults


def _listed(index: bytes) -> dict[str, tuple[str, int]]:
    said = orjson.loads(index)
    if said["format"] != FORMAT:
        raise ValueError("another format")
    listed = {str(one["path"]): (str(one["sha256"]), int(one["size"])) for one in said["entries"]}
    if len(listed) != len(said["entries"]) or not all(map(is_good_path, listed)):
        raise ValueError("no good paths")
    return listed


def _small(package: ZipFile, name: str) -> bytes:
    info = package.getinfo(name)
    if info.compress_type != ZIP_STORED or info.file_size > _LARGEST_INDEX:
        raise ValueError("not as it is written")
    return package.read(info)


def _digest(package: ZipFile, path: str) -> tuple[str, int]:
    info, digest, size = package.getinfo(path), sha256(), 0
    if info.compress_type != ZIP_STORED:  # what is written is stored: nothing unpacks to more than it is
        raise ValueError("not as it is written")
    with package.open(info) as part:
        while chunk := part.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _repacked(package: ZipFile) -> str:
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        with ZipFile(spool, "w", ZIP_STORED) as again:
            for name in sorted(package.namelist()):
                with (
                    package.open(name) as part,
                    again.open(info_of(name, package.getinfo(name).file_size), "w") as copy,
                ):
                    while chunk := part.read(CHUNK):
                        copy.write(chunk)
        return measured(spool)[0]


def _attempt(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except _UNREADABLE:
        return None
