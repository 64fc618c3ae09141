"""The archive of an inspection: made, downloaded, verified."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.service import reading as inspections
from services.inspection.policy import InspectionGoverning
from services.inspection.reports import events
from services.inspection.reports.errors import (
    ArchiveFileMissingError,
    ArchiveIncompleteError,
    ArchivePostError,
    ArchiveUnchangedError,
)
from services.inspection.reports.models import ArchiveRow
from services.inspection.reports.repository import rows
from services.inspection.reports.service.packaging import Contents, contents_of
from services.inspection.reports.service.papers import papers_of
from services.inspection.reports.service.work import ARCHIVE, ReportsCall, tell
from shared.access.scope import RowScope
from shared.archive.packing import ContentChangedError, Packed, digest_of_index, pack
from shared.archive.verifying import Fault, FaultKind, Verdict, verify
from shared.files.errors import FileNotStoredError
from shared.files.register import Prepared, StoredFile, read_file, store_prepared
from shared.files.store import FileStore

ZIP = "application/zip"
_IN_MEMORY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verification:
    """What the package in the store is found to be."""

    row: ArchiveRow
    verdict: Verdict
    is_current: bool
    """The records would give the same package today."""


async def make(call: ReportsCall, store: FileStore, inspection_id: UUID, archive_id: UUID) -> ArchiveRow:
    """Put everything about an inspection into one package that proves itself.

    Raises: InspectionNotFoundError, ArchivePostError, ArchiveIncompleteError, ArchiveFileMissingError,
    ArchiveUnchangedError.
    """
    row = await inspections.read(call.session, inspection_id, call.scope)
    terms = call.desk.governances.in_force(row.company, call.now).chapter.reports.archive
    if not any(call.principal.holds(post) for post in terms.made_by):
        raise ArchivePostError("检查档案由现行规章规定的岗位制作。")
    await rows.serialise(call.session, "archive", str(row.id))
    governing = governing_of(call.desk, row)
    packed = await packed_of(await current(call.session, store, governing, row))
    earlier = await rows.archives_of(call.session, row.id)
    for one in earlier:
        if one.index_digest == packed.index_digest:
            raise ArchiveUnchangedError("该检查已有内容相同的档案。", params={"archive_id": str(one.id)})
    edition = len(earlier) + 1
    prepared = Prepared(packed.content, packed.sha256, packed.sha256, ZIP, packed.size, f"{row.number}-{edition}.zip")
    stored = await store_prepared(store, call.session, prepared, company=row.company, now=call.now)
    archive = _row(row, packed, edition, archive_id, stored.id, governing.version, call)
    await rows.add(call.session, archive)
    fact = events.archived(archive, row.matter_id)
    await tell(call.session, archive, ARCHIVE, "make", call.now, fact, index_digest=archive.index_digest)
    return archive


async def current(
    session: AsyncSession, store: FileStore, governing: InspectionGoverning, row: InspectionRow
) -> Contents:
    """What the records give now.  Raises: ArchiveIncompleteError, ArchiveFileMissingError."""
    return await contents_of(session, store, governing, await papers_of(session, governing, row))


async def packed_of(contents: Contents) -> Packed:
    """The package of these contents.  Raises: ArchiveFileMissingError for a file that is not what was stored."""
    try:
        return await pack(contents.about, contents.entries)
    except ContentChangedError as error:
        raise ArchiveFileMissingError("检查资料的文件已损坏，与登记的摘要不符。", params={"path": str(error)}) from None


def governing_of(desk: InspectionDesk, row: InspectionRow) -> InspectionGoverning:
    """The revision under which the inspection was prepared: its names, kinds and zone."""
    return desk.governances.of_revision(row.company, row.policy_version, row.prepared_at)


async def package(session: AsyncSession, store: FileStore, row: ArchiveRow) -> tuple[StoredFile, AsyncIterator[bytes]]:
    """The stored bytes.  Raises: FileNotStoredError."""
    stored = await read_file(session, row.file_id, (row.company,))
    return stored, await store.stream(stored.company, stored.sha256)


async def verification(session: AsyncSession, desk: InspectionDesk, store: FileStore, row: ArchiveRow) -> Verification:
    """Recompute every digest of the stored package, and of the records."""
    spool: IO[bytes]
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        try:
            _, chunks = await package(session, store, row)
            async for chunk in chunks:
                await asyncio.to_thread(spool.write, chunk)
        except FileNotStoredError:
            verdict = Verdict("", None, 0, (Fault("", FaultKind.MISSING),))
        else:
            verdict = await asyncio.to_thread(verify, spool, index_digest=row.index_digest)
    if verdict.is_whole and verdict.sha256 != row.sha256:
        faults = (Fault("", FaultKind.OTHER_PACKAGE),)
        verdict = Verdict(verdict.sha256, verdict.index_digest, verdict.entries, faults)
    return Verification(row, verdict, await _is_current(session, desk, store, row))


async def _is_current(session: AsyncSession, desk: InspectionDesk, store: FileStore, row: ArchiveRow) -> bool:
    inspection = await inspections.read(session, row.inspection_id, RowScope.everything(row.company))
    try:
        contents = await current(session, store, governing_of(desk, inspection), inspection)
    except (ArchiveIncompleteError, ArchiveFileMissingError):
        return False
    return digest_of_index(contents.about, contents.entries) == row.index_digest


def _row(
    inspection: InspectionRow,
    packed: Packed,
    edition: int,
    archive_id: UUID,
    file_id: UUID,
    policy_version: str,
    call: ReportsCall,
) -> ArchiveRow:
    return ArchiveRow(
        id=archive_id,
        company=inspection.company,
        inspection_id=inspection.id,
        edition=edition,
        number=inspection.number,
        kind=inspection.kind,
        department=inspection.department,
        team=inspection.team,
        held_at=inspection.held_at,
        file_id=file_id,
        sha256=packed.sha256,
        size=packed.size,
        entries=packed.entries,
        index_digest=packed.index_digest,
        made_by=call.principal.staff_id,
        made_at=call.now,
        policy_version=policy_version,
        version=1,
    )
