"""The record of every conversation about a case: added, corrected by a new entry, never changed."""

from collections.abc import Sequence
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import moment_of
from services.complaint.cases.service.clocks import governing_case
from services.complaint.cases.service.steps import Call
from services.complaint.dossier import events
from services.complaint.dossier.errors import (
    ComplainantNotFoundError,
    CorrectedRecordUnknownError,
    RecordCodeUnknownError,
)
from services.complaint.dossier.models import ConversationRow
from services.complaint.dossier.repository import cases, people, records
from services.complaint.dossier.repository.records import Span
from services.complaint.dossier.rules.records import ConversationNote
from services.complaint.dossier.service.access import case_of, case_to_write, files_of
from shared.audit.trail import record as audit
from shared.events import outbox


async def record(call: Call, conversation_id: UUID, note: ConversationNote) -> ConversationRow:
    """Write down a conversation.

    Raises: ComplaintNotFoundError, CaseMergedError, RecordCodeUnknownError, RecordFileUnknownError,
    CorrectedRecordUnknownError, OccurredInFutureError, OccurredBeforeCaseError.
    """
    case = await case_to_write(call)
    recording = governing_case(call.governances, case).chapter
    if note.channel not in recording.channels:
        raise RecordCodeUnknownError.at_pointer("/channel", field="channel")
    moment = moment_of(
        note.occurred_at,
        now=call.now,
        since=case.opened_at,
        window_minutes=recording.recording.occurred_at_window_minutes,
    )
    await _check_references(call, case, note)
    row = ConversationRow(
        id=conversation_id,
        company=case.company,
        complaint_id=case.id,
        cycle=case.cycle,
        channel=note.channel,
        direction=note.direction.value,
        party=note.party.value,
        complainant_id=note.complainant_id,
        staff_id=call.principal.staff_id,
        occurred_at=moment.occurred_at,
        judged_at=moment.judged_at,
        recorded_at=call.now,
        summary=note.summary,
        file_ids=list(await files_of(call, note.file_ids)),
        corrects_id=note.corrects_id,
    )
    call.session.add(row)
    await call.session.flush()
    await audit(
        call.session,
        company=case.company,
        action="record_conversation",
        at=call.now,
        resource_type="conversation",
        resource_id=row.id,
        detail={"complaint_id": str(case.id), "is_correction": row.corrects_id is not None},
    )
    await outbox.add(call.session, events.conversation_recorded(row, case))
    return row


async def shown(call: Call, *, after: UUID | None, limit: int) -> Sequence[ConversationRow]:
    """The conversations of a case that the caller may read, oldest first.  Raises: ComplaintNotFoundError."""
    case = await case_of(call)
    family = await cases.family(call.session, case.id)
    return await records.conversations(call.session, [one.id for one in family], call.viewer, Span(after, limit))


async def shown_one(call: Call, conversation_id: UUID) -> ConversationRow:
    """One that was just recorded.  Raises: ComplaintNotFoundError, CorrectedRecordUnknownError."""
    case = await case_of(call)
    found = await records.conversation(call.session, case.id, conversation_id, call.viewer)
    if found is None:
        raise CorrectedRecordUnknownError.at_pointer("/corrects_id")
    return found


async def _check_references(call: Call, case: ComplaintRow, note: ConversationNote) -> None:
    if note.corrects_id is not None and not await records.conversation(
        call.session, case.id, note.corrects_id, call.viewer
    ):
        raise CorrectedRecordUnknownError.at_pointer("/corrects_id")
    if note.complainant_id is not None:
        family = await cases.family(call.session, case.id)
        rows = await people.of_cases(call.session, [one.id for one in family])
        if note.complainant_id not in {row.id for row in rows}:
            raise ComplainantNotFoundError
