"""The department's part: takes note, plans, reports with proof."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.inspection.notices.errors import (
    NoticeProofTypeError,
    NoticeProofUnknownError,
    NoticeResponsibleError,
)
from services.inspection.notices.models import NoticeRow
from services.inspection.notices.rules import (
    ACKNOWLEDGE,
    MEND,
    PLAN,
    VERIFY,
    Act,
    NoticeState,
    check_plan_date,
    check_proofs,
    minutes_late,
)
from services.inspection.notices.service.counting import weigh
from services.inspection.notices.service.ending import tell_late
from services.inspection.notices.service.hands import check_department
from services.inspection.notices.service.work import NoticeCall, NoticeWork, subject_of
from shared.contracts import inspection_notices as contracts
from shared.errors import NotFoundError
from shared.files.register import StoredFile, read_file

MayUse = Callable[[StoredFile], Awaitable[bool]]
"""Whether a row that the actor may read names the file."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done, by whom, until when."""

    words: str
    responsible_id: UUID
    planned_on: date


async def acknowledge(call: NoticeCall) -> NoticeRow:
    """The head of the department takes note.  Raises: as `take`, NoticeHeadRequiredError."""
    work = await call.take(Act.ACKNOWLEDGE)
    row = work.row
    check_department(call.principal, row.department)
    row.state = NoticeState.ACKNOWLEDGED.value
    row.acknowledged_by, row.acknowledged_at = call.principal.staff_id, call.now
    row.version += 1
    await work.stop(ACKNOWLEDGE)
    await work.start(PLAN, work.terms.plan, row.department_routing)
    await work.note(Act.ACKNOWLEDGE)
    await work.publish(contracts.InspectionNoticeAcknowledged)
    return row


async def plan(call: NoticeCall, measure: Measure) -> NoticeRow:
    """Say what is done, by whom of the department, until when; again while it is not mended.

    Raises: as `take`, NoticeHeadRequiredError, NoticeResponsibleError, NoticePlanDateError.
    """
    work = await call.take(Act.PLAN)
    row, turn = work.row, work.round
    check_department(call.principal, row.department)
    member = (await call.desk.staff.current()).get(measure.responsible_id)
    if member is None or (member.company, member.department) != (row.company, row.department) or not member.is_active:
        raise NoticeResponsibleError.at_pointer("/responsible_id")
    zone = work.governing.zone
    today = call.now.astimezone(zone).date()
    check_plan_date(measure.planned_on, today=today, deadline_at=turn.deadline_at, zone=zone)
    turn.measure, turn.responsible_id, turn.planned_on = measure.words, measure.responsible_id, measure.planned_on
    turn.planned_by, turn.planned_at = call.principal.staff_id, call.now
    row.state, row.responsible_id = NoticeState.PLANNED.value, measure.responsible_id
    row.version += 1
    await work.stop(PLAN)
    await work.book.transfer(subject_of(row), row.department_routing, actor=call.principal.actor)
    await work.note(Act.PLAN, measure.words)
    await work.publish(contracts.InspectionNoticePlanned)
    return row


async def mend(call: NoticeCall, *, report: str, proof_ids: Sequence[UUID], may_use: MayUse) -> NoticeRow:
    """Report the mending with its proof; another inspector verifies.

    Raises: as `take`, NoticeHeadRequiredError, NoticeProofRequiredError, NoticeProofUnknownError, NoticeProofTypeError.
    """
    work = await call.take(Act.MEND)
    row, turn = work.row, work.round
    check_department(call.principal, row.department)
    check_proofs(len(proof_ids), work.terms.proofs)
    await _check_files(call, work, proof_ids, may_use)
    row.version += 1
    late = minutes_late(call.now, turn.deadline_at)
    if late:
        await tell_late(work)
    turn.report, turn.proof_ids = report, list(proof_ids)
    turn.mended_by, turn.mended_at = call.principal.staff_id, call.now
    row.state, row.posts = NoticeState.MENDED.value, work.posts(work.terms.verified_by)
    await work.stop(MEND)
    await work.start(VERIFY, work.terms.verify, row.desk_routing)
    await work.note(Act.MEND, report)
    await work.publish(contracts.InspectionNoticeMended, mended_by=call.principal.staff_id, minutes_late=late)
    if late:
        await weigh(work)
    return row


async def _check_files(call: NoticeCall, work: NoticeWork, proof_ids: Sequence[UUID], may_use: MayUse) -> None:
    for place, file_id in enumerate(proof_ids):
        pointer = f"/proof_ids/{place}"
        try:
            stored = await read_file(call.session, file_id, (work.row.company,))
        except NotFoundError:
            raise NoticeProofUnknownError.at_pointer(pointer) from None
        if stored.created_by != call.principal.actor and not await may_use(stored):
            raise NoticeProofUnknownError.at_pointer(pointer)
        if stored.media_type not in work.terms.evidence_types:
            raise NoticeProofTypeError.at_pointer(pointer)
