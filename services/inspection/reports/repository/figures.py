"""Counts of a department's month and of a quarter's themed inspections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.rules import COUNTED

_HELD = "state in ('recorded', 'replied', 'signed') and held_at >= :since and held_at < :until"
"""Void ones never count, and what is prepared was not held."""
_SCORE = "coalesce(sum(score_got), 0) as got, coalesce(sum(score_of), 0) as of"
_COUNTED = ", ".join(f"'{one}'" for one in sorted(COUNTED))

_INSPECTIONS = text(
    f"select kind, count(*) as held, count(*) filter (where is_late) as late_forms, {_SCORE} from inspections"  # noqa: S608
    f" where company = :company and department = :department and {_HELD} group by kind order by kind"
)
_FINDINGS = text(
    "select coalesce(severity, '') as severity, clause, is_good_example,"  # noqa: S608
    f" count(*) filter (where state in ({_COUNTED})) as found,"
    f" count(*) filter (where state in ({_COUNTED}) and recurrence_of is not null) as recurrences,"
    f" coalesce(sum(points) filter (where state in ({_COUNTED})), 0) as points,"
    f" count(*) filter (where state in ({_COUNTED}) and mended_at is not null) as mended,"
    " count(*) filter (where state = 'overturned') as overturned"
    " from findings where company = :company and department = :department and found_at >= :since and found_at < :until"
    " group by 1, 2, 3 order by 1, 2, 3"
)
_LATE = text(
    "select count(*) from rectification_rounds one join rectification_notices on rectification_notices.id = notice_id"
    " where one.company = :company and department = :department and late_at >= :since and late_at < :until"
    " and state <> 'cancelled'"
)
_THEMED = f"company = :company and kind = any(:kinds) and {_HELD}"
_DEPARTMENTS = text(
    f"select department, count(*) as inspections, {_SCORE},"  # noqa: S608
    " array_remove(array_agg(distinct theme order by theme), null) as themes"
    f" from inspections where {_THEMED} group by department order by department"
)
_POINTS = text(
    "select department, checklist, point, min(question) as question, min(position) as place,"  # noqa: S608
    " count(*) filter (where answer = 'ok') as ok, count(*) filter (where answer = 'not_ok') as not_ok,"
    " count(*) filter (where answer = 'not_applicable') as not_applicable"
    " from checked_points join (select id, department, checklist from inspections"
    f" where {_THEMED}) held on held.id = inspection_id"
    " group by 1, 2, 3 order by 1, 2, place, 3"
)
_OF_THEMED = f"inspection_id in (select id from inspections where {_THEMED})"  # noqa: S608
_CLAUSES = text(
    "select department, clause, coalesce(severity, '') as severity, is_good_example, count(*) as found,"  # noqa: S608
    " count(*) filter (where recurrence_of is not null) as recurrences"
    f" from findings where company = :company and state in ({_COUNTED}) and {_OF_THEMED}"
    " group by 1, 2, 3, 4 order by 1, 2, 3, 4"
)
_NOTICES = text(
    "select notice.id as notice_id, number, department, severity, state, cycle, is_late, is_mended, deadline_at"  # noqa: S608
    " from rectification_notices notice where company = :company and issued_at is not null and state <> 'cancelled'"
    " and exists (select from notice_findings link join findings on findings.id = link.finding_id"
    f" where link.notice_id = notice.id and link.left_at is null and {_OF_THEMED}) order by number"
)
_STATEMENTS = {"departments": _DEPARTMENTS, "points": _POINTS, "clauses": _CLAUSES, "notices": _NOTICES}


async def inspections(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """Held in the period, by kind."""
    return await _rows(session, _INSPECTIONS, company=company, department=department, since=since, until=until)


async def findings(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """Found in the period, by severity and clause."""
    return await _rows(session, _FINDINGS, company=company, department=department, since=since, until=until)


async def late_rounds(session: AsyncSession, company: str, department: str, since: datetime, until: datetime) -> int:
    """Deadlines of notices that were missed in the period."""
    values = {"company": company, "department": department, "since": since, "until": until}
    return int(await session.scalar(_LATE, values) or 0)


async def themed(
    session: AsyncSession, name: str, company: str, kinds: Sequence[str], since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """`departments`, `points`, `clauses` or `notices` of the themed inspections of a period."""
    return await _rows(session, _STATEMENTS[name], company=company, kinds=list(kinds), since=since, until=until)


async def _rows(session: AsyncSession, statement: Any, **values: object) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]
