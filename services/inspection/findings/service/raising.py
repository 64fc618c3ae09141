"""Raising a finding: by an inspector at the door, or by another feature."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings.errors import (
    FindingEvidenceTypeError,
    FindingEvidenceUnknownError,
    FindingPersonUnknownError,
)
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import CONFIRM, FindingDraft, FindingState, check_draft, points_of, remedy_of
from services.inspection.findings.service.work import work_on
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_findings import Findings
from shared.contracts.inspection_findings import InspectionFindingRaised
from shared.errors import NotFoundError
from shared.files.register import read_file
from shared.ids import new_id

SEQUENCE = "finding_numbers"
PREFIX = "FX"


async def raise_finding(
    session: AsyncSession,
    desk: InspectionDesk,
    company: str,
    draft: FindingDraft,
    *,
    actor: UUID | None,
    now: datetime,
    finding_id: UUID | None = None,
) -> FindingRow:
    """Write the draft of a finding; the office owes its confirmation.

    Raises: FindingClauseRequiredError, FindingClauseUnknownError, FindingCodeUnknownError,
    FindingSeverityRequiredError, FindingPersonUnknownError, FindingEvidenceUnknownError, FindingEvidenceTypeError.
    """
    governing = desk.governances.in_force(company, now)
    terms = governing.chapter.findings
    check_draft(draft, terms, clauses=_clauses(governing), departments=governing.policy.common.departments)
    await _check_person(desk, company, draft.person_id)
    await _check_evidence(session, company, draft, terms)
    remedy = remedy_of(draft, terms)
    row = FindingRow(
        id=finding_id or new_id(),
        company=company,
        number=f"{PREFIX}{now.astimezone(governing.zone):%Y%m%d}{await desk.numbers.take(SEQUENCE):06d}",
        inspection_id=draft.inspection_id,
        source_type=draft.source.value,
        source_id=draft.source_id,
        severity=draft.severity,
        drafted_severity=draft.severity,
        is_good_example=draft.is_good_example,
        is_publishable=draft.is_good_example and draft.is_publishable,
        clause=draft.clause,
        department=draft.department,
        team=draft.team,
        person_id=draft.person_id,
        words=draft.words,
        advice=draft.advice,
        remedy=remedy.value,
        state=FindingState.DRAFT.value,
        evidence_ids=list(draft.evidence_ids),
        posts=list(terms.confirmed_by),
        found_at=draft.found_at or now,
        raised_by=actor,
        raised_at=now,
        matter_id=draft.matter_id or new_id(),
        policy_version=governing.version,
        version=1,
    )
    work = work_on(session, desk, row, None if actor is None else str(actor), now)
    await work.recognise()
    row.points = points_of(row.severity, terms, has_person=row.person_id is not None, remedy=remedy)
    session.add(row)
    await session.flush()
    await work.start(CONFIRM, terms.confirm)
    return await work.finish("raise", InspectionFindingRaised)


def _clauses(governing: InspectionGoverning) -> set[str]:
    """Of every chapter that this process holds."""
    return {code for revision in governing.policy.revisions.values() for code in revision.chapter.clauses}


async def _check_person(desk: InspectionDesk, company: str, person_id: UUID | None) -> None:
    if person_id is None:
        return
    member = (await desk.staff.current()).get(person_id)
    if member is None or member.company != company or not member.is_present:
        raise FindingPersonUnknownError.at_pointer("/person_id")


async def _check_evidence(session: AsyncSession, company: str, draft: FindingDraft, terms: Findings) -> None:
    for place, file_id in enumerate(draft.evidence_ids):
        pointer = f"/evidence_ids/{place}"
        try:
            stored = await read_file(session, file_id, (company,))
        except NotFoundError:
            raise FindingEvidenceUnknownError.at_pointer(pointer) from None
        if stored.media_type not in terms.evidence_types:
            raise FindingEvidenceTypeError.at_pointer(pointer)
