"""Every SQL statement of the figures that no other feature counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import COUNTED
from services.inspection.supervisors.models import ObservationRow


async def findings(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[str, str, int, int]]:
    """Findings in force that were found in the period, by department and clause: all, and those that repeat one."""
    row = FindingRow
    statement = (
        select(row.department, row.clause, func.count(), func.count().filter(row.recurrence_of.is_not(None)))
        .where(
            row.company == company,
            row.found_at >= since,
            row.found_at < until,
            row.is_good_example.is_(False),
            row.state.in_(sorted(COUNTED)),
        )
        .group_by(row.department, row.clause)
    )
    return [(one[0], one[1], one[2], one[3]) for one in (await session.execute(statement)).all()]


async def observations(
    session: AsyncSession, company: str, since: datetime, until: datetime, *, now: datetime
) -> Sequence[tuple[str, str, int, int, int, int]]:
    """Observations whose first answer was due in the period, by department and kind.

    On time, judged, without a limit, still open; one whose timely answer waits for its review is open.
    """
    row = ObservationRow
    has_limit = row.answer_due_at.is_not(None)
    waits = and_(row.drafted_at.is_not(None), row.drafted_at <= row.answer_due_at, row.answer_due_at < now)
    is_open = and_(has_limit, row.reviewed_at.is_(None), or_(row.answer_due_at >= now, waits))
    statement = (
        select(
            row.department,
            row.kind,
            func.count().filter(and_(row.is_on_time.is_(True), ~is_open)),
            func.count().filter(and_(has_limit, ~is_open)),
            func.count().filter(~has_limit),
            func.count().filter(is_open),
        )
        .where(
            row.company == company,
            func.coalesce(row.answer_due_at, row.filed_at) >= since,
            func.coalesce(row.answer_due_at, row.filed_at) < until,
        )
        .group_by(row.department, row.kind)
    )
    found = (await session.execute(statement)).all()
    return [(one[0], one[1], one[2], one[3], one[4], one[5]) for one in found]
