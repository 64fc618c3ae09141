"""A visit took place: when, who was there, with which proofs, and what was learnt; late ones are said to be late."""

from datetime import datetime, timedelta
from uuid import UUID

from services.callback.opinions.service.taking import Opinion, open_opinion
from services.callback.policy_entitlements import Service
from services.callback.policy_in_force import Governing
from services.callback.visits import events
from services.callback.visits.errors import VisitedAtError, VisitNotBegunError
from services.callback.visits.models import FindingRow, ParticipantRow, ProofRow, VisitRow
from services.callback.visits.repository import visits
from services.callback.visits.rules.reports import (
    HeardNeed,
    HeardSuggestion,
    Participant,
    VisitReport,
    check_needs,
    check_participants,
    check_proofs,
)
from services.callback.visits.rules.states import FindingKind, Origin, VisitAct, VisitState, check
from services.callback.visits.service.desk import SUBJECT, VisitCall, metric_of, subject_of
from services.callback.visits.service.ending import lapse_move
from shared.contracts.callback_visits import VisitDone
from shared.events import outbox
from shared.files.errors import FileNotStoredError
from shared.files.register import read_file
from shared.files.types import IMAGES
from shared.ids import new_id


async def record_visit(call: VisitCall, said: VisitReport) -> VisitRow:
    """Write it down; stops its clock, judged on when it took place.

    Raises: VisitNotFoundError, StaleError, VisitStepNotAllowedError, VisitNotBegunError, VisitedAtError,
    ParticipantUnknownError, ParticipantMissingError, ProofUnknownError, ProofFileError, ProofMissingError,
    NeedUnknownError, OpinionDepartmentError.
    """
    row = await call.locked()
    check(VisitAct.RECORD, row.state, is_ended=row.ended_at is not None)
    governing = call.governing(row)
    if row.window_from > call.now or row.opened_at is None:
        raise VisitNotBegunError("本期尚未开始，不能登记。")
    if not row.window_from <= said.visited_at <= call.now:
        raise VisitedAtError.at_pointer("/visited_at")
    service = governing.chapter.entitlements.services[row.service]
    await _check(call, row, governing, service, said)
    await _judge(call, row, governing, said.visited_at)
    row.state, row.visited_at, row.learnt = VisitState.DONE.value, said.visited_at, said.learnt
    row.done_by, row.done_at = call.principal.staff_id, call.now
    await lapse_move(call.session, row)
    row.version += 1
    await visits.add(call.session, *_rows(row, said))
    await _follow(call, row, governing, said)
    await call.audit(row, "record", proofs=len(said.proofs), is_late=row.is_late)
    fact = events.said(
        row,
        VisitDone,
        call.now,
        visited_at=said.visited_at,
        recorded_by=call.principal.staff_id,
        participants=[one.staff_id for one in said.participants],
        proofs=sorted({one.kind for one in said.proofs}),
        is_late=row.is_late,
    )
    await outbox.add(call.session, fact)
    return row


async def _check(call: VisitCall, row: VisitRow, governing: Governing, service: Service, said: VisitReport) -> None:
    book = await call.desk.staff.current()
    on = said.visited_at.astimezone(governing.zone).date()

    def acts_in(one: Participant) -> bool:
        member = book.get(one.staff_id)
        if member is None or member.company != row.company:
            return False
        return one.post in member.posts or one.staff_id in book.holders(row.company, one.post, on)

    together = service.provider.together_with if service.provider else ()
    required = (row.provider_post, *together) if row.origin == Origin.PLANNED else ()
    check_participants(said.participants, required, acts_in)
    check_proofs(said.proofs, service.proofs, governing.chapter.entitlements.proofs, await _pictures(call, row, said))
    check_needs(said.needs, governing.chapter.calls.needs)


async def _pictures(call: VisitCall, row: VisitRow, said: VisitReport) -> dict[UUID, bool]:
    """The files that the recorder stored, and whether each is a picture."""
    found: dict[UUID, bool] = {}
    for one in said.proofs:
        if one.file_id is None:
            continue
        try:
            stored = await read_file(call.session, one.file_id, (row.company,))
        except FileNotStoredError:
            continue
        if stored.created_by == call.principal.actor:
            found[one.file_id] = stored.media_type in IMAGES
    return found


async def _judge(call: VisitCall, row: VisitRow, governing: Governing, visited_at: datetime) -> None:
    stopped = await call.book(governing).stop(
        subject_of(row),
        metric_of(row),
        occurred_at=visited_at,
        window=timedelta(hours=governing.chapter.entitlements.recording.within_hours),
        actor=call.principal.actor,
    )
    row.is_late = stopped[0].is_late if stopped and stopped[0].deadline_at else None
    if row.is_late is False:
        row.missed_at = None  # it was made in time and written down after: the breach is retracted


def _rows(row: VisitRow, said: VisitReport) -> list[ParticipantRow | ProofRow]:
    there: list[ParticipantRow | ProofRow] = [
        ParticipantRow(id=new_id(), company=row.company, visit_id=row.id, staff_id=one.staff_id, post=one.post)
        for one in said.participants
    ]
    proofs = [
        ProofRow(id=new_id(), company=row.company, visit_id=row.id, kind=one.kind, file_id=one.file_id, note=one.note)
        for one in said.proofs
    ]
    return there + proofs


async def _follow(call: VisitCall, row: VisitRow, governing: Governing, said: VisitReport) -> None:
    for need in said.needs:
        await _need(call, row, governing, need)
    for position, suggestion in enumerate(said.suggestions):
        await _suggest(call, row, governing, suggestion, f"/suggestions/{position}/department")


async def _need(call: VisitCall, row: VisitRow, governing: Governing, heard: HeardNeed) -> None:
    department = governing.chapter.calls.needs[heard.need].department
    finding = _finding(call, row, FindingKind.NEED, department, heard.words)
    finding.need = heard.need
    fact = events.need_found(row, finding, call.principal.staff_id, call.now)
    finding.event_id = fact.event_id
    await visits.add(call.session, finding)
    await outbox.add(call.session, fact)


async def _suggest(call: VisitCall, row: VisitRow, governing: Governing, heard: HeardSuggestion, pointer: str) -> None:
    department = heard.department or row.department or governing.policy.common.posts[row.provider_post].department
    opinion = Opinion(
        kind="suggestion",
        source=SUBJECT,
        source_id=row.id,
        words=heard.words,
        department=department or "",
        customer_id=row.customer_id,
        tier=row.tier,
        opened_by=call.principal.staff_id,
        matter_id=row.matter_id,
    )
    in_force = call.desk.governances.in_force(row.company, call.now)
    opened = await open_opinion(call.session, opinion, in_force, call.desk.numbers, now=call.now, pointer=pointer)
    finding = _finding(call, row, FindingKind.SUGGESTION, opened.department, heard.words)
    finding.opinion_id, finding.opinion_number = opened.id, opened.number
    await visits.add(call.session, finding)


def _finding(call: VisitCall, row: VisitRow, kind: FindingKind, department: str, words: str | None) -> FindingRow:
    return FindingRow(
        id=new_id(),
        company=row.company,
        visit_id=row.id,
        kind=kind.value,
        department=department,
        words=words,
        raised_at=call.now,
    )
