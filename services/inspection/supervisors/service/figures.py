"""Figures of the network: observations answered on time, and what may be published."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.supervisors import repository
from services.inspection.supervisors.rules.network import GroupStanding
from services.inspection.supervisors.service.members import standing


@dataclass(frozen=True, slots=True)
class OnTime:
    """Observations whose answer was due in the period."""

    numerator: int
    """Answered by the first deadline, and the answer accepted."""
    denominator: int
    """Judged: answered, or past the deadline."""
    untargeted: int
    """Filed in the period without a limit."""
    unanswered: int
    """Still open within their limit, or waiting for the review of a timely answer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Observations of one kind about one department."""

    kind: str
    department: str
    filed: int
    answered: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Told:
    """One published observation, without anything that leads to its member."""

    month: str
    kind: str
    department: str
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What the company may publish of the network for a period."""

    since: datetime
    until: datetime
    groups: list[GroupStanding]
    figures: list[Counted]
    observations: list[Told]


async def answered_on_time(
    session: AsyncSession, company: str, since: datetime, until: datetime, *, now: datetime
) -> OnTime:
    """Supervisors' observations answered on time; the period is that of the first deadline."""
    return OnTime(*await repository.on_time(session, company, since, until, now=now))


async def publication(
    session: AsyncSession, desk: InspectionDesk, company: str, since: datetime, until: datetime, *, now: datetime
) -> Publication:
    """Representation, counts and anonymised wordings; no number, place, time of day or member."""
    governing = desk.governances.in_force(company, now)
    today = now.astimezone(governing.zone).date()
    return Publication(
        since,
        until,
        await standing(session, company, governing.chapter.supervisors, today),
        [Counted(*one) for one in await repository.counted(session, company, since, until)],
        [
            Told(
                f"{row.filed_at.astimezone(governing.zone):%Y-%m}",
                row.kind,
                row.department,
                row.public_words or "",
                row.public_answer or "",
            )
            for row in await repository.published(session, company, since, until)
        ],
    )
