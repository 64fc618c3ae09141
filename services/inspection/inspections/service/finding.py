"""What a form found becomes findings: the points that are not in order, and the good examples."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.inspection.findings.rules import FindingDraft, Source
from services.inspection.findings.service.raising import raise_finding
from services.inspection.inspections import repository
from services.inspection.inspections.models import InspectionGoodExampleRow
from services.inspection.inspections.rules.forms import Form, GoodExample, PointAnswer
from services.inspection.inspections.rules.states import Answer, Outcome
from services.inspection.inspections.service.proving import is_theirs
from services.inspection.inspections.service.work import InspectionCall, InspectionWork
from services.inspection.policy_inspections import Point
from shared.files.register import StoredFile
from shared.ids import new_id


@dataclass(slots=True)
class Found:
    """What was raised: by point, and the good examples."""

    by_point: dict[str, UUID] = field(default_factory=dict)
    good: list[InspectionGoodExampleRow] = field(default_factory=list)


async def raise_all(
    call: InspectionCall, work: InspectionWork, form: Form, held_at: datetime, storers: Collection[str]
) -> Found:
    """Raise them clause by clause, so that two forms never wait for each other.  Raises: as `raise_finding`."""

    async def may_use(stored: StoredFile) -> bool:
        return is_theirs(stored, storers)

    async def put(draft: FindingDraft) -> UUID:
        actor, company = call.principal.staff_id, work.row.company
        row = await raise_finding(call.session, call.desk, company, draft, actor=actor, now=call.now, may_use=may_use)
        return row.id

    found = Found()
    answers = {one.point: one for one in form.points}
    matters = await _matters(work, form)
    for point in sorted(work.checklist.points, key=lambda one: one.clause):
        said = answers[point.code]
        if said.answer is Answer.NOT_OK:
            matter_id = matters.get(point.code, work.row.matter_id)
            found.by_point[point.code] = await put(_problem(work, point, said, held_at, matter_id))
    for position, one in enumerate(form.good_examples, start=1):
        finding_id = await put(_good_example(work, one, held_at))
        found.good.append(_kept(work, one, position, finding_id))
    return found


async def _matters(work: InspectionWork, form: Form) -> dict[str, UUID]:
    """The matter of the one drawn subject that failed at a point; several make it the inspection's own matter."""
    failed: dict[str, list[UUID]] = {}
    for one in form.subjects:
        if one.outcome is Outcome.FAILED and one.point is not None:
            failed.setdefault(one.point, []).append(one.subject_id)
    single = {point: subjects[0] for point, subjects in failed.items() if len(subjects) == 1}
    known = await repository.matters(work.session, work.row.company, list(single.values()))
    return {point: known[subject] for point, subject in single.items() if subject in known}


def _problem(work: InspectionWork, point: Point, said: PointAnswer, held_at: datetime, matter_id: UUID) -> FindingDraft:
    """Clause and severity are those of the checklist that governed the inspection."""
    row = work.row
    return FindingDraft(
        source=Source.INSPECTION,
        source_id=row.id,
        clause=point.clause,
        is_clause_settled=True,
        department=row.department,
        team=row.team,
        person_id=said.person_id,
        words=said.remarks or point.question,
        advice=said.advice,
        severity=point.severity,
        inspection_id=row.id,
        inspection_kind=row.kind,
        evidence_ids=said.evidence_ids,
        found_at=held_at,
        matter_id=matter_id,
    )


def _good_example(work: InspectionWork, said: GoodExample, held_at: datetime) -> FindingDraft:
    row = work.row
    return FindingDraft(
        source=Source.INSPECTION,
        source_id=row.id,
        clause=said.clause,
        department=row.department,
        team=row.team,
        person_id=said.person_id,
        words=said.words,
        is_good_example=True,
        is_publishable=said.is_publishable,
        inspection_id=row.id,
        inspection_kind=row.kind,
        evidence_ids=said.evidence_ids,
        found_at=held_at,
        matter_id=row.matter_id,
    )


def _kept(work: InspectionWork, said: GoodExample, position: int, finding_id: UUID) -> InspectionGoodExampleRow:
    return InspectionGoodExampleRow(
        id=new_id(),
        company=work.row.company,
        inspection_id=work.row.id,
        position=position,
        clause=said.clause,
        words=said.words,
        person_id=said.person_id,
        is_publishable=said.is_publishable,
        evidence_ids=list(said.evidence_ids),
        finding_id=finding_id,
    )
