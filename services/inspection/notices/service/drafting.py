"""A notice is drafted by the confirmation of its finding."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings.models import FindingRow
from services.inspection.notices.models import NoticeFindingRow, NoticeRow
from services.inspection.notices.repository import notices
from services.inspection.notices.rules import ISSUE, Act, NoticeState, gravest, is_fit, one_team
from services.inspection.notices.service.work import NoticeWork
from shared.contracts import inspection_notices as contracts
from shared.ids import new_id

SEQUENCE = "notice_numbers"
PREFIX = "ZG"


async def draft(
    session: AsyncSession, desk: InspectionDesk, company: str, finding_id: UUID, *, now: datetime
) -> NoticeRow | None:
    """Draft the notice on a finding that was just confirmed; once, and not where it fell or has a notice already."""
    finding = (await notices.findings(session, company, [finding_id])).get(finding_id)
    if finding is None or not is_fit(finding.state, finding.remedy, finding.mended_at):
        return None
    if await notices.links_of(session, [finding_id]):
        return None
    work = await write(session, desk, [finding], notice_id=new_id(), by=None, words=None, now=now)
    row = work.row
    row.posts = work.posts(work.terms.issued_by)
    await work.start(ISSUE, work.terms.issue, row.desk_routing)
    await work.note(Act.DRAFT)
    await work.publish(contracts.InspectionNoticeDrafted)
    return row


async def write(
    session: AsyncSession,
    desk: InspectionDesk,
    findings: Sequence[FindingRow],
    *,
    notice_id: UUID,
    by: UUID | None,
    words: str | None,
    now: datetime,
) -> NoticeWork:
    """A draft on findings of one department, stored and not told yet; by the revision in force."""
    first = min(findings, key=lambda one: (one.found_at, one.id))
    governing = desk.governances.in_force(first.company, now)
    severities = [one.severity or "" for one in findings]
    row = NoticeRow(
        id=notice_id,
        company=first.company,
        number=f"{PREFIX}{now.astimezone(governing.zone):%Y%m%d}{await desk.numbers.take(SEQUENCE):06d}",
        department=first.department,
        team=one_team(one.team for one in findings),
        severity=gravest(severities, governing.chapter.findings.severities),
        clause=governing.chapter.notices.clause,
        words=words,
        state=NoticeState.DRAFT.value,
        cycle=1,
        is_late=False,
        standing=len(findings),
        posts=[],
        drafted_by=by,
        drafted_at=now,
        matter_id=first.matter_id,
        policy_version=governing.version,
        version=1,
    )
    links = [
        NoticeFindingRow(
            id=new_id(),
            company=row.company,
            notice_id=row.id,
            finding_id=one.id,
            position=place,
            severity=severity,
            clause=one.clause,
            person_id=one.person_id,
            is_open=True,
        )
        for place, (one, severity) in enumerate(zip(findings, severities, strict=True), 1)
    ]
    session.add_all([row, *links])
    await session.flush()
    return NoticeWork(session, desk, row, governing, by, now, links)
