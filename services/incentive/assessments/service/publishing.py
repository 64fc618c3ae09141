"""What the company is told: published while the case is in effect, withdrawn while it is not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.models import PublicationRow
from services.incentive.assessments.repository import reading, sheets
from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.rules.states import CaseState
from services.incentive.desk import IncentiveDesk
from shared.ids import new_id


async def follow(session: AsyncSession, desk: IncentiveDesk, company: str, case_id: UUID, *, now: datetime) -> None:
    """Bring the publication to what the case is now; whichever fact came first, the end is the same."""
    case = await reading.case(session, company, case_id)
    if case is None:
        return
    chapter = desk.governances.of_revision(company, case.policy_version).chapter
    clause = chapter.catalogue.provisions.get(case.provision)
    stands = clause is not None and clause.is_published and case.state == CaseState.EFFECTIVE
    row = await sheets.publication(session, company, case_id)
    if row is None:
        if stands:
            await sheets.add(session, [_new(case, now)])
        return
    if stands != (row.withdrawn_at is None):
        row.state, row.withdrawn_at = ("published", None) if stands else ("withdrawn", now)
        row.published_at = now if stands else row.published_at
        row.version += 1


def _new(case: IncentiveCaseRow, now: datetime) -> PublicationRow:
    return PublicationRow(
        id=new_id(),
        company=case.company,
        case_id=case.id,
        number=case.number,
        provision=case.provision,
        kind=case.kind,
        level=case.level,
        subject_type=case.subject_type,
        employee_id=case.subject_id if case.subject_type == "employee" else None,
        shares=case.shares,
        department=case.department,
        month=case.month,
        state="published",
        published_at=now,
        version=1,
    )
