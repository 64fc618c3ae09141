"""The investigation file (调查卷): a volume per cycle, entries chained by their digests, sealed by the case's closing.

Nothing is copied when the case is closed: each entry's digest is stored, and audited, when it is written and covers all
before it.  A closed case takes no entry (both lock the case), so the last digest of the volume is its seal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import ComplaintState, moment_of
from services.complaint.cases.service.clocks import governing_case
from services.complaint.cases.service.steps import Call
from services.complaint.dossier import events
from services.complaint.dossier.errors import (
    CorrectedRecordUnknownError,
    InvestigationSealedError,
    InvestigationVolumeUnknownError,
    RecordCodeUnknownError,
)
from services.complaint.dossier.models import InvestigationEntryRow
from services.complaint.dossier.repository import cases, records
from services.complaint.dossier.repository.records import Span
from services.complaint.dossier.rules.records import EMPTY, EntryNote, chained, is_intact
from services.complaint.dossier.service.access import case_of, case_to_write, files_of
from shared.audit.trail import record as audit
from shared.events import outbox


@dataclass(frozen=True, slots=True)
class VolumeIndex:
    """The table of contents of one volume."""

    volume: int
    is_sealed: bool
    sealed_at: datetime | None
    sealed_by: UUID | None
    sha256: str
    """Of the whole: the last entry's, which covers all before it."""
    is_intact: bool
    """The entries still give the digests that were stored with them."""
    entries: Sequence[InvestigationEntryRow]


async def append(call: Call, entry_id: UUID, note: EntryNote) -> InvestigationEntryRow:
    """Add an entry to the volume of the case's present cycle.

    Raises: ComplaintNotFoundError, CaseMergedError, InvestigationSealedError, RecordCodeUnknownError,
    RecordFileUnknownError, CorrectedRecordUnknownError, OccurredInFutureError, OccurredBeforeCaseError.
    """
    case = await case_to_write(call)
    if case.state == ComplaintState.CLOSED:
        raise InvestigationSealedError("案件已结案，调查卷已封存；重新受理后另立新卷。")
    chapter = governing_case(call.governances, case).chapter
    if note.kind not in chapter.dossier.investigation.entry_kinds:
        raise RecordCodeUnknownError.at_pointer("/kind", field="kind")
    window = chapter.recording.occurred_at_window_minutes
    moment = moment_of(note.occurred_at, now=call.now, since=case.opened_at, window_minutes=window)
    if note.corrects_id and not await records.entry(call.session, case.id, note.corrects_id, call.viewer):
        raise CorrectedRecordUnknownError.at_pointer("/corrects_id")
    row = await _chain(call, case, entry_id, note, moment.occurred_at)
    call.session.add(row)
    await call.session.flush()
    await audit(
        call.session,
        company=case.company,
        action="record_investigation",
        at=call.now,
        resource_type="investigation_entry",
        resource_id=row.id,
        detail={"complaint_id": str(case.id), "volume": row.volume, "sha256": row.chain_sha256},
    )
    await outbox.add(call.session, events.investigation_recorded(row, case))
    return row


async def _chain(
    call: Call, case: ComplaintRow, entry_id: UUID, note: EntryNote, occurred_at: datetime
) -> InvestigationEntryRow:
    files = await files_of(call, note.file_ids)
    last = await records.last_entry(call.session, case.id, case.cycle)
    row = InvestigationEntryRow(
        id=entry_id,
        company=case.company,
        complaint_id=case.id,
        volume=case.cycle,
        position=last.position + 1 if last else 1,
        kind=note.kind,
        text=note.text,
        file_ids=list(files),
        file_digests={str(one): sha256 for one, sha256 in files.items()},
        corrects_id=note.corrects_id,
        is_confidential=note.is_confidential,
        occurred_at=occurred_at,
        recorded_by=call.principal.staff_id,
        recorded_at=call.now,
    )
    row.sha256 = row.written.content()
    row.chain_sha256 = chained(last.chain_sha256 if last else EMPTY, row.sha256)
    return row


async def shown(call: Call, *, after: UUID | None, limit: int, volume: int | None) -> Sequence[InvestigationEntryRow]:
    """The entries that the caller may read, oldest first.  Raises: ComplaintNotFoundError."""
    case = await case_of(call)
    return await records.entries(call.session, case.id, call.viewer, Span(after, limit), volume=volume)


async def shown_one(call: Call, entry_id: UUID) -> InvestigationEntryRow:
    """One that was just recorded.  Raises: ComplaintNotFoundError, CorrectedRecordUnknownError."""
    case = await case_of(call)
    found = await records.entry(call.session, case.id, entry_id, call.viewer)
    if found is None:
        raise CorrectedRecordUnknownError.at_pointer("/corrects_id")
    return found


async def index(call: Call, *, volume: int | None) -> VolumeIndex:
    """Contents and digests of a volume, the present one by default; digests tell nothing of what is withheld.

    Raises: ComplaintNotFoundError, InvestigationVolumeUnknownError.
    """
    case = await case_of(call)
    number = volume or case.cycle
    if number > case.cycle:
        raise InvestigationVolumeUnknownError(f"本案共有 {case.cycle} 卷。", params={"volumes": case.cycle})
    rows = await records.volume(call.session, case.id, number)
    is_sealed = number < case.cycle or case.state == ComplaintState.CLOSED
    seal = await cases.sealing_step(call.session, case.id, number) if is_sealed else None
    return VolumeIndex(
        volume=number,
        is_sealed=is_sealed,
        sealed_at=seal.at if seal else None,
        sealed_by=seal.actor_id if seal else None,
        sha256=rows[-1].chain_sha256 if rows else EMPTY,
        is_intact=is_intact((row.written, row.sha256, row.chain_sha256) for row in rows),
        entries=rows,
    )
