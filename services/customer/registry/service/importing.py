"""An import from upload to report: the file is kept encrypted until its job has read it."""

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import ImportNotFoundError, ImportUnreadableError
from services.customer.registry.models import ImportErrorRow
from services.customer.registry.repository import bulk, imports
from services.customer.registry.rules.rights import HOUSE, Writer
from services.customer.registry.rules.rows import FOREIGN, Reading, RowError, foreign_columns
from services.customer.registry.rules.sheets import CUSTOMERS, EQUIPMENT, MEMBERS, SheetError
from services.customer.registry.service import keeping
from services.customer.registry.service.reading import FileReader, OpenFile
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.storing import store_customers
from services.customer.registry.service.storing_equipment import store_equipment
from services.customer.registry.service.storing_members import store_members
from services.customer.registry.service.storing_parts import Outcome, Target
from services.customer.registry.service.terms import EntryTerms
from shared.access.encryption import FieldCipher
from shared.audit import trail
from shared.jobs.model import JobView, Step
from shared.jobs.queue import enqueue, read_job

KIND = "customer_import"
MOST_OPEN = 2
"""Files that a worker keeps cut up in memory; another is read again when its turn comes."""

_STORES = {CUSTOMERS: store_customers, MEMBERS: store_members, EQUIPMENT: store_equipment}

_COUNTS = ("created", "updated", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import as its owner sees it."""

    job: JobView
    counts: dict[str, int]
    errors_by_rule: dict[str, int]


async def start(
    session: AsyncSession,
    pieces: AsyncIterator[bytes],
    *,
    import_id: UUID,
    company: str,
    cipher: FieldCipher,
    actor: str,
    now: datetime,
    writer: Writer = HOUSE,
) -> UUID:
    """Keep the file encrypted, queue its job and see to it that the file goes in the end, in one transaction."""
    part = size = 0
    async for piece in pieces:
        text = base64.b64encode(piece).decode()
        sealed = cipher.encrypt(text, table="import_parts", column=f"cipher{part}", row_id=import_id)
        await imports.add_part(session, import_id, part, company, sealed)
        part, size = part + 1, size + len(piece)
    if not size:
        raise ImportUnreadableError("文件是空的")
    await enqueue(
        session,
        kind=KIND,
        company=company,
        args={"size": size, "foreign": foreign_of(writer)},
        now=now,
        created_by=actor,
        job_id=import_id,
    )
    await trail.record(
        session,
        company=company,
        action="customer.import_started",
        at=now,
        resource_type="import",
        resource_id=import_id,
        detail={"size": size},
    )
    await keeping.see_to_it(session, company, now=now)
    return import_id


def foreign_of(writer: Writer) -> dict[str, str]:
    """Fields that the importer may not bring, with why; a file that brings one of them is refused as a whole."""
    return {name: writer.refusal(name, writer.rights[name].entered) for name in writer.foreign_to_import(writer.rights)}


async def read(session: AsyncSession, import_id: UUID, companies: Sequence[str]) -> ImportProgress:
    """Progress, counts and what was refused.  Raises: ImportNotFoundError."""
    job = await read_job(session, import_id, companies)
    if job is None or job.kind != KIND:
        raise ImportNotFoundError("没有这个导入任务")
    source = job.result or job.cursor
    counts = {name: int(source.get(name, 0)) for name in _COUNTS}
    return ImportProgress(job, counts, await imports.error_counts(session, import_id))


async def refused_cells(
    session: AsyncSession, import_id: UUID, companies: Sequence[str], after: tuple[int, int, int] | None, limit: int
) -> list[ImportErrorRow]:
    """Refused cells in the order of the file."""
    return await imports.errors(session, import_id, companies, after, limit)


class ImportRun:
    """The job body: one chunk a transaction, resumable after a kill because every chunk is idempotent."""

    def __init__(self, reader: FileReader) -> None:
        """The reader that parses in its own processes."""
        self._reader = reader
        self._open: dict[UUID, OpenFile] = {}

    async def step(
        self, session: AsyncSession, job: JobView, *, vault: Vault, terms: EntryTerms, now: datetime
    ) -> Step:
        """Do the next chunk, by the pack's default tier and tags."""
        target = Target(job.id, job.company, terms, vault, now, job.created_by)
        place = int(job.cursor.get("chunk", 0))
        counts = {name: int(job.cursor.get(name, 0)) for name in _COUNTS}
        try:
            file = self._open.get(job.id) or await self._reopen(session, job.id, vault, terms)
        except SheetError as error:
            return await self._unreadable(session, target, error)
        reading = file.reading
        if place == 0:
            reading = replace(
                reading, errors=[*foreign_columns(reading.layout, job.args.get("foreign", {})), *reading.errors]
            )
        if place == 0 and reading.errors:
            counts["refused"] += await _refuse(session, target, reading)
            if _is_headless(reading):
                return await self._finish(session, job.id, counts, reading.layout.total, reading.layout.total)
        chunk = reading.layout.chunks[place] if place < len(reading.layout.chunks) else None
        if chunk is not None:
            checked = await self._reader.chunk(file, place)
            _count(counts, await _STORES[chunk.sheet](session, target, checked))
        done = chunk.rows if chunk is not None else 0
        if place + 1 >= len(reading.layout.chunks):
            return await self._finish(session, job.id, counts, done, reading.layout.total)
        return Step(done, {"chunk": place + 1, **counts}, is_finished=False, total=reading.layout.total)

    async def _reopen(self, session: AsyncSession, import_id: UUID, vault: Vault, terms: EntryTerms) -> OpenFile:
        pieces = [
            base64.b64decode(
                vault.cipher.decrypt(sealed, table="import_parts", column=f"cipher{part}", row_id=import_id)
            )
            for part, sealed in await imports.parts(session, import_id)
        ]
        while len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        self._open[import_id] = await self._reader.open(b"".join(pieces), terms.words)
        return self._open[import_id]

    async def _unreadable(self, session: AsyncSession, target: Target, error: SheetError) -> Step:
        """The file as a whole is the one error; it is dropped like any other."""
        refused = RowError(CUSTOMERS, 1, 0, "文件", "file_unreadable", str(error))
        await bulk.add_errors(await bulk.connection(session), target.import_id, target.company, [refused])
        return await self._finish(session, target.import_id, dict.fromkeys(_COUNTS, 0), 0, 0)

    async def _finish(
        self, session: AsyncSession, import_id: UUID, counts: dict[str, int], done: int, total: int
    ) -> Step:
        await imports.drop_parts(session, import_id)
        self._open.pop(import_id, None)
        if not self._open:
            self._reader.close()
        result: dict[str, Any] = dict(counts)
        return Step(done, {}, is_finished=True, result=result, total=total)


def _is_headless(reading: Reading) -> bool:
    return any(error.rule in ("column_missing", FOREIGN) for error in reading.errors)


def _count(counts: dict[str, int], outcome: Outcome) -> None:
    for name in _COUNTS:
        counts[name] += getattr(outcome, name)


async def _refuse(session: AsyncSession, target: Target, reading: Reading) -> int:
    errors: list[RowError] = reading.errors
    await bulk.add_errors(await bulk.connection(session), target.import_id, target.company, errors)
    if _is_headless(reading):
        return reading.layout.total
    return len({(error.sheet, error.line) for error in errors})
