"""The form is recorded, at the desk or late from far: what was checked, found and drawn, and how it is scored."""

from datetime import datetime
from uuid import UUID

from services.inspection.facts.service import sampling
from services.inspection.inspections import repository
from services.inspection.inspections.errors import (
    InspectionClauseUnknownError,
    InspectionCodeUnknownError,
    InspectionFormReusedError,
    InspectionTeamDiffersError,
)
from services.inspection.inspections.models import (
    CheckedPointRow,
    CheckedSubjectRow,
    InspectionPersonRow,
    InspectionRow,
)
from services.inspection.inspections.rules.forms import Form, check_points, check_subjects, check_times
from services.inspection.inspections.rules.scoring import score_of
from services.inspection.inspections.rules.states import RECORD, REPLY, Act, Answer, InspectionState, Part
from services.inspection.inspections.service.finding import Found, raise_all
from services.inspection.inspections.service.proving import check_evidence
from services.inspection.inspections.service.staffing import check_known
from services.inspection.inspections.service.work import InspectionCall, InspectionWork, replying_posts
from services.inspection.programme.service import keeping
from shared.access.scope import RowScope
from shared.contracts.inspection_inspections import InspectionRecorded
from shared.ids import new_id


async def record(call: InspectionCall, form: Form) -> InspectionRow:
    """Write the form down once, however often it is sent; what is not in order becomes a finding.

    Raises: InspectionNotFoundError, InspectionFormReusedError, StaleError, InspectionStepNotAllowedError,
    InspectionNotInspectorError, the refusals of `rules.forms`, InspectionTeamDiffersError,
    InspectionCodeUnknownError, InspectionPersonUnknownError, InspectionClauseUnknownError,
    InspectionEvidenceUnknownError, InspectionEvidenceTypeError, and what `raise_finding` and `carried_out` raise.
    """
    row = await call.locked()
    if await _is_known(call, row, form):
        return row
    work = call.begin(Act.RECORD, row)
    call.check_inspector(row, work.terms.forms)
    held_at, ended_at = check_times(
        form, prepared_at=row.prepared_at, now=call.now, late_days=work.terms.forms.late_days
    )
    check_points(form.points, work.checklist)
    drawn = await _drawn(work)
    failed = {one.point for one in form.points if one.answer is Answer.NOT_OK}
    check_subjects(form.subjects, {subject: member[0] for subject, member in drawn.items()}, failed)
    people = await repository.people(call.session, row.id)
    await _check_named(call, work, form, held_at)
    storers = {str(call.principal.staff_id), *(str(one.staff_id) for one in people)}
    await check_evidence(work, form, storers)
    await _write(call, work, form, held_at, ended_at)
    found = await raise_all(call, work, form, held_at, storers)
    await repository.add_all(call.session, [*_points(work, form, found), *_subjects(work, form, drawn), *found.good])
    await repository.add_all(call.session, _present(row, form, {one.staff_id for one in people}))
    await work.start(REPLY, work.terms.forms.reply, row.replying)
    if row.planned_id is not None:
        await keeping.carried_out(call.session, call.desk, row.company, row.planned_id, now=call.now, held_at=held_at)
    return await work.finish(
        "record",
        InspectionRecorded,
        finding_ids=list(found.by_point.values()),
        good_example_ids=[one.finding_id for one in found.good],
    )


async def _is_known(call: InspectionCall, row: InspectionRow, form: Form) -> bool:
    """Whether exactly this form was recorded here before.  Raises: InspectionFormReusedError."""
    known = await repository.of_form(call.session, row.company, form.form_id)
    if known is None:
        return False
    if known != row.id or row.form_digest != form.digest:
        raise InspectionFormReusedError("该检查表编号已用于另一份检查表。")
    return True


async def _drawn(work: InspectionWork) -> dict[UUID, tuple[int, str | None]]:
    """Place and number of every drawn subject."""
    row = work.row
    if row.sample_id is None:
        return {}
    sample = await sampling.read(work.session, row.sample_id, RowScope.everything(row.company))
    return {one.subject_id: (one.position, one.number) for one in sample.members}


async def _check_named(call: InspectionCall, work: InspectionWork, form: Form, held_at: datetime) -> None:
    """Team, people and clauses that the form names."""
    row = work.row
    if form.team is not None and row.team not in (None, form.team):
        raise InspectionTeamDiffersError.at_pointer("/team")
    if form.team is not None and form.team not in work.governing.policy.common.teams:
        raise InspectionCodeUnknownError.at_pointer("/team")
    book = await call.desk.staff.current()
    named = [(f"/points/{place}/person_id", one.person_id) for place, one in enumerate(form.points)]
    named += [(f"/good_examples/{place}/person_id", one.person_id) for place, one in enumerate(form.good_examples)]
    named += [(f"/present_ids/{place}", staff_id) for place, staff_id in enumerate(form.present_ids)]
    for pointer, staff_id in named:
        check_known(book, row.company, staff_id, pointer)
    clauses = await call.desk.clauses.in_force(call.session, row.company, held_at)
    for place, one in enumerate(form.good_examples):
        if one.clause not in clauses:
            raise InspectionClauseUnknownError.at_pointer(f"/good_examples/{place}/clause")


async def _write(call: InspectionCall, work: InspectionWork, form: Form, held_at: datetime, ended_at: datetime) -> None:
    """The form's own lines; stops its clock, judged by when it was filled."""
    row = work.row
    stopped = await work.stop(RECORD, form.filled_at)
    weights = {point.code: point.weight for point in work.checklist.points}
    score = score_of((weights[one.point], one.answer) for one in form.points)
    row.state, row.posts = InspectionState.RECORDED.value, replying_posts(work.governing, row.department)
    row.form_id, row.form_digest = form.form_id, form.digest
    row.held_at, row.ended_at, row.filled_at = held_at, ended_at, form.filled_at
    row.recorded_by, row.recorded_at = call.principal.staff_id, call.now
    row.is_late = any(one.is_late for one in stopped)
    row.team, row.place = row.team or form.team, form.place
    row.remarks, row.advice = form.remarks, form.advice
    row.score_got, row.score_of, row.score = score.got, score.of, score.basis_points
    row.version += 1


def _points(work: InspectionWork, form: Form, found: Found) -> list[CheckedPointRow]:
    answers = {one.point: one for one in form.points}
    rows = []
    for position, point in enumerate(work.checklist.points, start=1):
        said = answers[point.code]
        rows.append(
            CheckedPointRow(
                id=new_id(),
                company=work.row.company,
                inspection_id=work.row.id,
                position=position,
                point=point.code,
                question=point.question,
                weight=point.weight,
                clause=point.clause,
                severity=point.severity,
                answer=said.answer.value,
                remarks=said.remarks,
                advice=said.advice,
                person_id=said.person_id,
                evidence_ids=list(said.evidence_ids),
                finding_id=found.by_point.get(point.code),
            )
        )
    return rows


def _subjects(work: InspectionWork, form: Form, drawn: dict[UUID, tuple[int, str | None]]) -> list[CheckedSubjectRow]:
    return [
        CheckedSubjectRow(
            id=new_id(),
            company=work.row.company,
            inspection_id=work.row.id,
            position=drawn[one.subject_id][0],
            subject_id=one.subject_id,
            number=drawn[one.subject_id][1],
            outcome=one.outcome.value,
            words=one.words,
            point=one.point,
        )
        for one in form.subjects
    ]


def _present(row: InspectionRow, form: Form, known: set[UUID]) -> list[InspectionPersonRow]:
    return [
        InspectionPersonRow(
            id=new_id(), company=row.company, inspection_id=row.id, staff_id=staff_id, part=Part.PRESENT.value
        )
        for staff_id in dict.fromkeys(form.present_ids)
        if staff_id not in known
    ]
