"""Reading cases, the approval form, and what other features ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.models import (
    CaseAppealRow,
    CaseSignatureRow,
    CaseStatementRow,
    CaseTalkRow,
    IncentiveCaseRow,
)
from services.incentive.cases.repository import cases, steps
from services.incentive.cases.repository.cases import Sight
from services.incentive.cases.service.work import READ, sight
from services.incentive.ledger.rules import HalfWayCase
from services.incentive.staff.models import StaffRow
from services.incentive.staff.service import reading as staff_reading
from shared.access.principal import Principal
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class WholeCase:
    """A case with everything that people said and signed."""

    case: IncentiveCaseRow
    signatures: Sequence[CaseSignatureRow]
    statement: CaseStatementRow | None
    appeal: CaseAppealRow | None
    talk: CaseTalkRow | None


async def read(session: AsyncSession, case_id: UUID, seen: Sight) -> IncentiveCaseRow:
    """One that is seen.  Raises: CaseNotFoundError."""
    return await cases.get(session, case_id, seen)


async def whole(session: AsyncSession, case_id: UUID, seen: Sight) -> WholeCase:
    """One that is seen, with its signatures, statement, appeal and talk.  Raises: CaseNotFoundError."""
    row = await cases.get(session, case_id, seen)
    return WholeCase(
        row,
        await steps.signatures(session, row.id),
        await steps.statement_of(session, row.id),
        await steps.appeal_of(session, row.id),
        await steps.talk_of(session, row.id),
    )


async def page(
    session: AsyncSession,
    seen: Sight,
    equal: Mapping[str, object],
    *,
    waits_for: Sequence[UUID] = (),
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[IncentiveCaseRow]:
    """Newest first."""
    return await cases.page(session, seen, equal, waits_for=waits_for, before=before, limit=limit)


async def people(session: AsyncSession, company: str, staff_ids: Sequence[UUID]) -> Mapping[UUID, StaffRow]:
    """Name, title and entry date of those whom a form names."""
    found = [await staff_reading.find(session, one, RowScope.everything(company)) for one in dict.fromkeys(staff_ids)]
    return {one.id: one for one in found if one is not None}


async def half_way(session: AsyncSession, company: str, month: str) -> Sequence[HalfWayCase]:
    """Decided in the month, and not yet in effect: the month is not closed over them."""
    return [HalfWayCase(one.id, one.number, one.state) for one in await cases.half_way(session, company, month)]


async def of_ids(session: AsyncSession, company: str, case_ids: Sequence[UUID]) -> Mapping[UUID, IncentiveCaseRow]:
    """Cases of the company by id, for other features."""
    return {one.id: one for one in await cases.of_ids(session, company, case_ids)}


async def ensure_readable(session: AsyncSession, principal: Principal, case_id: UUID) -> None:
    """For the clocks' own doors.  Raises: CaseNotFoundError."""
    await cases.get(session, case_id, sight(principal, READ))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether a statement or an appeal of a case that the person sees names the file."""
    if not principal.allows(READ):
        return False
    return await cases.names_file(session, sight(principal, READ), file_id)
