"""The year of every department and employee: months, points, rewards, penalties, standing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.models import AssessmentSheetRow
from services.incentive.assessments.repository import reading, sheets
from services.incentive.assessments.rules.sheets import SheetState, SubjectType
from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.counters.service import standing
from services.incentive.desk import IncentiveDesk
from services.incentive.ledger.rules import Unit
from services.incentive.ledger.rules.months import last_instant
from services.incentive.policy_catalogue import IncentiveClause, IncentiveKind
from shared.access.principal import Principal

READ = "assessment.read"
Key = tuple[str, str]


@dataclass(slots=True)
class Year:
    """One subject's year; a month without a released sheet is missing from `months`."""

    subject_type: str
    subject: str
    department: str | None
    name: str | None = None
    months: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Points and grade by month."""
    year_points: int = 0
    rewards: int = 0
    penalties: int = 0
    rewards_fen: int = 0
    penalties_fen: int = 0
    warnings: int = 0
    suspensions: int = 0
    is_out_of_awards: bool = False


async def year(
    session: AsyncSession,
    desk: IncentiveDesk,
    principal: Principal,
    of_year: str,
    equal: Mapping[str, object],
    *,
    now: datetime,
) -> list[Year]:
    """Subjects with sheets in the year that the person sees, departments first."""
    company = principal.company
    governing = desk.governances.in_force(company, now)
    governing = desk.governances.in_force(company, min(now, last_instant(of_year, governing.zone)))
    rows = await sheets.of_year(session, principal.scope(READ), company, of_year, equal)
    years: dict[Key, Year] = {}
    for row in rows:
        found = years.setdefault(_key(row), Year(row.subject_type, row.subject, row.department))
        if row.state == SheetState.RELEASED:
            found.months[row.month] = (row.points or 0, row.grade or "")
    sums = await reading.year_sums(session, company, of_year, years)
    out = await standing.out_of_awards(session, company, of_year)
    for key, one in years.items():
        one.is_out_of_awards = key in out
        one.rewards_fen, one.penalties_fen = sums.get((key, Unit.FEN), (0, 0))
        given, kept = sums.get((key, Unit.YEAR_POINTS), (0, 0))
        one.year_points = governing.chapter.ledger.year_points + given - kept
    provisions = governing.chapter.catalogue.provisions
    for case in await reading.in_effect(session, company, of_year):
        subject = years.get((case.subject_type, case.subject))
        if subject is not None:
            _count(subject, case, provisions.get(case.provision))
    ids = {row.employee_id for row in rows if row.employee_id}
    names = {str(one): name for one, name in (await reading.names(session, ids)).items()}
    departments = governing.policy.common.departments
    for one in years.values():
        is_department = one.subject_type == SubjectType.DEPARTMENT
        one.name = departments[one.subject].name if is_department and one.subject in departments else None
        one.name = one.name or names.get(one.subject)
    return _ordered(list(years.values()))


def _count(one: Year, case: IncentiveCaseRow, clause: IncentiveClause | None) -> None:
    if case.kind == IncentiveKind.REWARD.value:
        one.rewards += 1
    else:
        one.penalties += 1
    if clause is not None:
        one.warnings += clause.has_warning
        one.suspensions += clause.is_suspension


def _key(row: AssessmentSheetRow) -> Key:
    return row.subject_type, row.subject


def _ordered(years: Sequence[Year]) -> list[Year]:
    return sorted(years, key=lambda one: (one.subject_type, one.department or "", one.subject))
