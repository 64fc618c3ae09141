"""Reading counters and standings, and who is eligible for the year's awards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.models import CountedRow, StandingRow, TallyRow
from services.incentive.counters.repository import standings, tallies
from services.incentive.counters.rules.standings import StandingKind
from services.incentive.desk import IncentiveDesk
from services.incentive.policy_catalogue import Subject
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be chosen for the year's awards, with what speaks against it."""

    subject_type: Subject
    subject: str
    department: str | None
    against: Sequence[StandingRow]


async def page(
    session: AsyncSession,
    scope: RowScope,
    equal: Mapping[str, object],
    *,
    years: Sequence[int],
    is_reached: bool | None,
    before: UUID | None,
    limit: int,
) -> tuple[Sequence[TallyRow], Mapping[UUID, Sequence[CountedRow]]]:
    """Counters, newest first, each with its causes in their order."""
    rows = await tallies.page(session, scope, equal, years=years, is_reached=is_reached, before=before, limit=limit)
    found: dict[UUID, list[CountedRow]] = {}
    for one in await tallies.causes(session, [row.id for row in rows]):
        found.setdefault(one.tally_id, []).append(one)
    return rows, found


async def candidates(
    session: AsyncSession, desk: IncentiveDesk, principal: Principal, scope: RowScope, year: int, *, now: datetime
) -> list[Candidate]:
    """Departments and people at work within the scope, in the order of their codes and ids."""
    company = principal.company
    common = desk.governances.in_force(company, now).policy.common
    lost: dict[tuple[str, str], list[StandingRow]] = {}
    for one in await standings.of_kind(session, company, StandingKind.AWARDS_LOST.value, f"{year}"):
        lost.setdefault((one.subject_type, one.subject), []).append(one)

    def candidate(kind: Subject, subject: str, department: str | None) -> Candidate:
        return Candidate(kind, subject, department, lost.get((kind.value, subject), ()))

    everywhere = scope.level is ScopeLevel.COMPANY
    departments = [code for code in sorted(common.departments) if everywhere or code in scope.departments]
    people = [
        one
        for one in (await desk.staff.current()).members(company)
        if one.is_present and (everywhere or one.department in scope.departments or one.id in scope.staff_ids)
    ]
    return [
        *(candidate(Subject.DEPARTMENT, code, code) for code in departments),
        *(candidate(Subject.EMPLOYEE, str(one.id), one.department) for one in people),
    ]


async def standing(session: AsyncSession, standing_id: UUID, scope: RowScope) -> StandingRow:
    """One that is seen.  Raises: StandingNotFoundError."""
    return await standings.get(session, standing_id, scope)


async def standings_page(
    session: AsyncSession,
    scope: RowScope,
    equal: Mapping[str, object],
    *,
    is_holding: bool | None,
    before: UUID | None,
    limit: int,
) -> Sequence[StandingRow]:
    """Newest first."""
    return await standings.page(session, scope, equal, is_holding=is_holding, before=before, limit=limit)
