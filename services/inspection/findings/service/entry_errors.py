"""Confirmed errors of data entry arrive as findings of a data-entry inspection (domain.md 2.5, 2.7)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings import repository
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import FindingDraft, Source, entry_severity
from services.inspection.findings.service.raising import raise_finding
from shared.contracts.entry import EntryErrorsConfirmed
from shared.events.envelope import Event
from shared.ids import derived_id


async def raise_entry_errors(
    session: AsyncSession,
    desk: InspectionDesk,
    event: Event,
    said: EntryErrorsConfirmed,
    *,
    now: datetime,
    inspection_id: UUID | None = None,
) -> FindingRow | None:
    """One finding for one event, however often it is heard; none where author or department is not known."""
    governing = desk.governances.in_force(event.company, now)
    terms = governing.chapter.findings
    staff = await desk.staff.current()
    author = None if said.operator_id is None else staff.get(said.operator_id)
    if author is None or author.company != event.company or not author.is_present:
        return None
    department = said.operator_department
    if department is None or department not in governing.policy.common.departments:
        return None
    finding_id = derived_id("inspection_finding", Source.ENTRY_CHECK, event.id)
    if await repository.is_known(session, finding_id):
        return None
    draft = FindingDraft(
        source=Source.ENTRY_CHECK,
        source_id=event.id,
        clause=said.clause,
        is_clause_settled=True,
        department=department,
        team=author.team if author.department == department else None,
        person_id=author.id,
        severity=entry_severity(said.kind, terms),
        inspection_id=inspection_id,
        inspection_kind=terms.entry_errors.kind,
        words=f"数据录入检查已确认差错 {max(1, len(said.finding_ids))} 处",
        found_at=min(said.occurred_at, now),
        matter_id=event.matter_id,
    )
    return await raise_finding(session, desk, event.company, draft, actor=None, now=now, finding_id=finding_id)
