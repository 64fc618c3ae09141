"""How notices were mended in a period, and how many a department had in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.notices.errors import NoticeYearError
from services.inspection.notices.models import ConsequenceRow
from services.inspection.notices.repository import counts
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """Notices of a department and severity in a period; withdrawn ones are in none of the counts.

    Rectified on time = in_time / judged, of those whose first deadline lies in the period: accepted without any round
    being late.  `open` ones are not judged yet.  Recurrence = recurrent / findings, of the notices issued in it.
    """

    department: str
    severity: str
    issued: int
    closed: int
    in_time: int
    judged: int
    open: int
    findings: int
    recurrent: int


@dataclass(frozen=True, slots=True)
class YearCount:
    """Notices that a department was issued in a year, of one severity."""

    company: str
    department: str
    severity: str
    issued: int
    open: int
    late: int


async def figures(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[NoticeFigures]:
    """Issued and closed from `since` before `until`; due after `since` and not after `until`."""
    repeated = {
        (row.department, row.severity): (row.findings, row.recurrent)
        for row in await counts.recurrence(session, companies, since, until)
    }
    none = (0, 0)
    found = await counts.figures(session, companies, since, until)
    figure: list[NoticeFigures] = []
    for row in found:
        findings, recurrent = repeated.get((row.department, row.severity), none)
        figure.append(NoticeFigures(**row._mapping, findings=findings, recurrent=recurrent))
    return figure


async def of_year(
    session: AsyncSession, scope: RowScope, year: int, department: str | None
) -> tuple[list[YearCount], Sequence[ConsequenceRow]]:
    """The counts of a year, and the consequences that stand in it.  Raises: NoticeYearError."""
    if not 2000 <= year <= 9999:
        raise NoticeYearError.at_pointer("/year")
    found = [YearCount(*tuple(row)) for row in await counts.of_year(session, scope, year, department)]
    standing = await counts.consequences(session, scope, year)
    return found, [one for one in standing if department in (None, one.department)]
