"""What holds for a subject in a month or a year: asked by the assessments."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.repository import standings
from services.incentive.counters.rules.standings import Standing, StandingKind, holds_in

__all__ = ["Standing", "month_grades", "of", "out_of_awards"]


async def of(
    session: AsyncSession,
    company: str,
    subject_type: str,
    subject: str,
    *,
    month: str | None = None,
    year: int | None = None,
) -> list[Standing]:
    """The standings that hold, oldest first: `subject` is a staff id or a department code, `month` such as 2026-11.

    Raises: ValueError unless exactly one of month and year is given.
    """
    rows = await standings.of_subject(session, company, subject_type, subject)
    return [
        Standing(one.kind, one.grade, one.period, one.case_id, one.provision)
        for one in rows
        if holds_in(one, month=month, year=year)
    ]


async def month_grades(session: AsyncSession, company: str, month: str) -> dict[tuple[str, str], list[str]]:
    """Grades that cases in effect set for the month, by subject type and subject."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in await standings.of_kind(session, company, StandingKind.MONTH_GRADE, month):
        if one.grade is not None:
            found.setdefault((one.subject_type, one.subject), []).append(one.grade)
    return found


async def out_of_awards(session: AsyncSession, company: str, year: str) -> set[tuple[str, str]]:
    """Who is out of the year's awards (取消年度评先), by subject type and subject."""
    rows = await standings.of_kind(session, company, StandingKind.AWARDS_LOST, year)
    return {(one.subject_type, one.subject) for one in rows}
