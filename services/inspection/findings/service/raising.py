"""Raising a finding: by an inspector at the door, or by another feature."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings import repository
from services.inspection.findings.errors import (
    FindingEvidenceTypeError,
    FindingEvidenceUnknownError,
    FindingPersonUnknownError,
)
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import (
    CONFIRM,
    FindingDraft,
    FindingState,
    Raiser,
    check_draft,
    is_in_force_at_once,
    remedy_of,
)
from services.inspection.findings.service.standing import put_in_force
from services.inspection.findings.service.work import FindingWork, work_on
from services.inspection.policy_findings import Findings
from shared.access.staff import StaffBook
from shared.contracts.inspection_findings import InspectionFindingRaised
from shared.errors import NotFoundError
from shared.files.register import StoredFile, read_file
from shared.ids import new_id

SEQUENCE = "finding_numbers"
PREFIX = "FX"

MayUse = Callable[[StoredFile], Awaitable[bool]]
"""Whether a row that the actor may read names the file."""


async def raise_finding(
    session: AsyncSession,
    desk: InspectionDesk,
    company: str,
    draft: FindingDraft,
    *,
    actor: UUID | None,
    now: datetime,
    finding_id: UUID | None = None,
    may_use: MayUse | None = None,
) -> FindingRow:
    """Write the draft of a finding; the office owes its confirmation, unless the pack puts it in force at once.

    Evidence are files that the actor stored, or that `may_use` admits: those that a row names which the actor reads.

    Raises: FindingClauseRequiredError, FindingClauseUnknownError, FindingCodeUnknownError,
    FindingSeverityRequiredError, FindingPersonUnknownError, FindingEvidenceUnknownError, FindingEvidenceTypeError.
    """
    governing = desk.governances.in_force(company, now)
    terms = governing.chapter.findings
    check_draft(
        draft,
        terms,
        clauses=await desk.clauses.in_force(session, company, draft.found_at or now),
        departments=governing.policy.common.departments,
        kinds=governing.chapter.programme.kinds,
    )
    staff = await desk.staff.current()
    _check_person(staff, company, draft.person_id)
    await _check_evidence(session, company, draft, terms, actor, may_use)
    row = FindingRow(
        id=finding_id or new_id(),
        company=company,
        number=f"{PREFIX}{now.astimezone(governing.zone):%Y%m%d}{await desk.numbers.take(SEQUENCE):06d}",
        inspection_id=draft.inspection_id,
        inspection_kind=draft.inspection_kind,
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
        remedy=remedy_of(draft, terms).value,
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
    raiser = _raiser(staff, actor)
    if _is_in_force_at_once(work, raiser, row.drafted_severity):
        await repository.serialise(session, company, row.department, row.clause)
    await work.weigh()
    session.add(row)
    await session.flush()
    if actor is not None and _is_in_force_at_once(work, raiser, row.severity):
        await work.finish("raise", InspectionFindingRaised)
        return await put_in_force(work, actor)
    await work.start(CONFIRM, terms.confirm)
    return await work.finish("raise", InspectionFindingRaised)


def _raiser(staff: StaffBook, actor: UUID | None) -> Raiser | None:
    member = None if actor is None else staff.get(actor)
    if member is None:
        return None
    own = () if member.department is None else (member.department,)
    return Raiser(member.id, member.posts, (*own, *member.lines))


def _is_in_force_at_once(work: FindingWork, raiser: Raiser | None, severity: str | None) -> bool:
    levels = work.governing.chapter.programme.levels.values()
    return is_in_force_at_once(
        severity,
        work.terms,
        raiser=raiser,
        inspectors={post for level in levels for post in level.inspectors},
        department=work.row.department,
        person_id=work.row.person_id,
    )


def _check_person(staff: StaffBook, company: str, person_id: UUID | None) -> None:
    if person_id is None:
        return
    member = staff.get(person_id)
    if member is None or member.company != company or not member.is_present:
        raise FindingPersonUnknownError.at_pointer("/person_id")


async def _check_evidence(
    session: AsyncSession,
    company: str,
    draft: FindingDraft,
    terms: Findings,
    actor: UUID | None,
    may_use: MayUse | None,
) -> None:
    storer = None if actor is None else str(actor)
    for place, file_id in enumerate(draft.evidence_ids):
        pointer = f"/evidence_ids/{place}"
        try:
            stored = await read_file(session, file_id, (company,))
        except NotFoundError:
            raise FindingEvidenceUnknownError.at_pointer(pointer) from None
        if stored.created_by != storer and not (may_use and await may_use(stored)):
            raise FindingEvidenceUnknownError.at_pointer(pointer)
        if stored.media_type not in terms.evidence_types:
            raise FindingEvidenceTypeError.at_pointer(pointer)
