"""Entry checks of the customer service arrive as data-entry inspections with their finding (domain.md 2.5, 2.7)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings.models import FindingRow
from services.inspection.findings.service.entry_errors import raise_entry_errors
from services.inspection.inspections import repository
from services.inspection.inspections.models import CheckedPointRow, InspectionRow
from services.inspection.inspections.rules.states import REPLY, Answer, InspectionState
from services.inspection.inspections.service.preparing import PREFIX, SEQUENCE
from services.inspection.inspections.service.work import InspectionWork, replying_posts
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import PlanLevel
from shared.contracts.entry import EntryErrorsConfirmed
from shared.contracts.inspection_inspections import InspectionRecorded
from shared.events.envelope import Event
from shared.ids import derived_id, human_number, new_id


async def record_entry_errors(
    session: AsyncSession, desk: InspectionDesk, event: Event, said: EntryErrorsConfirmed, *, now: datetime
) -> InspectionRow | None:
    """One recorded inspection with one finding for one event, however often it is heard.

    None where author or department is not known, or the pack counts such errors as no inspection: then the finding
    stands alone, or nothing but the fact.
    """
    governing = desk.governances.in_force(event.company, now)
    kind = governing.chapter.findings.entry_errors.kind
    inspection_id = None if kind is None else derived_id("inspection", "entry_check", event.id)
    finding = await raise_entry_errors(session, desk, event, said, now=now, inspection_id=inspection_id)
    if finding is None or inspection_id is None or kind is None:
        return None
    terms = governing.chapter.inspections
    entry = terms.entry_checks
    checklist = terms.checklist_of(entry.theme)
    row = InspectionRow(
        id=inspection_id,
        company=event.company,
        number=human_number(PREFIX, now.astimezone(governing.zone).date(), await desk.numbers.take(SEQUENCE)),
        source_id=event.id,
        level=PlanLevel.COMPANY.value,
        kind=kind,
        theme=entry.theme,
        method=entry.method,
        department=finding.department,
        team=finding.team,
        is_announced=True,
        checklist=checklist,
        checklist_name=terms.checklists[checklist].name,
        policy_version=governing.version,
        state=InspectionState.RECORDED.value,
        posts=replying_posts(governing, finding.department) if entry.is_replied else [],
        prepared_at=now,
        held_at=finding.found_at,
        ended_at=finding.found_at,
        recorded_at=now,
        is_late=False,
        is_reply_refused=False,
        matter_id=finding.matter_id,
        version=1,
    )
    await repository.add(session, row, [_point(governing, row, finding)])
    work = InspectionWork(session, row, governing, None, now)
    if entry.is_replied:
        await work.start(REPLY, terms.forms.reply, row.replying)
    return await work.finish("record", InspectionRecorded, finding_ids=[finding.id], good_example_ids=[])


def _point(governing: InspectionGoverning, row: InspectionRow, finding: FindingRow) -> CheckedPointRow:
    """The point at which it failed, with whose entry it was; the others were not asked, so there is no score."""
    terms = governing.chapter.inspections
    points = enumerate(terms.checklists[row.checklist].points, start=1)
    position, point = next((place, one) for place, one in points if one.code == terms.entry_checks.point)
    return CheckedPointRow(
        id=new_id(),
        company=row.company,
        inspection_id=row.id,
        position=position,
        point=point.code,
        question=point.question,
        weight=point.weight,
        clause=finding.clause,
        severity=finding.drafted_severity or point.severity,
        answer=Answer.NOT_OK.value,
        remarks=finding.words,
        person_id=finding.person_id,
        evidence_ids=[],
        finding_id=finding.id,
    )
