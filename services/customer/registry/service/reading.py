"""Reading an uploaded file in processes of its own, so that parsing never holds up a request."""

import asyncio
import ctypes
import multiprocessing
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from services.customer.registry.rules.columns import Words
from services.customer.registry.rules.rows import Checked, Reading, check_chunk, read_file

CHUNK_ROWS = 2_000
"""Rows of one transaction: a fifth of a second of work."""

AHEAD = 2
"""Chunks that are checked while the one before is stored."""


def _die_with_parent() -> None:
    """A worker whose parent was killed must not stay behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass(slots=True)
class OpenFile:
    """A file under import: what the first pass found, and chunks that are being checked."""

    reading: Reading
    refused: dict[int, frozenset[int]]
    words: Words
    pending: dict[int, asyncio.Future[Checked]] = field(default_factory=dict)


class FileReader:
    """Owns the pool; it exists only while files are being read."""

    def __init__(self, *, processes: int = 2, chunk_rows: int = CHUNK_ROWS) -> None:
        """How many processes parse, and how many rows make a chunk."""
        self._processes = processes
        self._chunk_rows = chunk_rows
        self._pool: ProcessPoolExecutor | None = None

    async def open(self, data: bytes, words: Words) -> OpenFile:
        """First pass over a file, whose codes will be read by the pack's.  Raises: SheetError."""
        loop = asyncio.get_running_loop()
        try:
            reading = await loop.run_in_executor(self._processes_of(), read_file, data, self._chunk_rows)
        except BrokenProcessPool:
            self.close()
            raise
        refused = {
            sheet: frozenset(error.line for error in reading.errors if error.sheet == sheet)
            for sheet in reading.layout.headers
        }
        return OpenFile(reading, refused, words)

    async def chunk(self, file: OpenFile, place: int) -> Checked:
        """Chunk number `place`, checked; the next ones are begun."""
        for ahead in range(place, min(place + AHEAD + 1, len(file.reading.layout.chunks))):
            if ahead not in file.pending:
                file.pending[ahead] = self._check(file, ahead)
        try:
            return await file.pending.pop(place)
        except BrokenProcessPool:
            file.pending.clear()
            self.close()
            raise

    def close(self) -> None:
        """Let the processes go; the next file starts new ones."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _check(self, file: OpenFile, place: int) -> asyncio.Future[Checked]:
        layout = file.reading.layout
        chunk = layout.chunks[place]
        header: Sequence[str] = layout.headers[chunk.sheet]
        refused = file.refused[chunk.sheet]
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._processes_of(), check_chunk, chunk, header, file.words, refused)

    def _processes_of(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_die_with_parent)
        return self._pool
