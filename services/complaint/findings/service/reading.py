"""Reading findings: versions, measures and counters within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.reading import ensure_readable
from services.complaint.findings import repository
from services.complaint.findings.errors import FindingNotFoundError
from services.complaint.findings.models import FindingActRow, FindingRow, MeasureRow
from services.complaint.findings.rules import TOOK_PART
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with everything that belongs to it."""

    finding: FindingRow
    acts: Sequence[FindingActRow]
    measures: Sequence[MeasureRow]
    deadlines: dict[UUID, datetime | None]
    """By finding and measure."""


async def shown(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> list[Shown]:
    """The findings of a case, oldest cycle first.  Raises: ComplaintNotFoundError if there is nothing to read."""
    rows = await repository.of_case(session, complaint_id, scope)
    if not rows:
        await ensure_readable(session, complaint_id, scope)
        return []
    ids = [row.id for row in rows]
    acts = await repository.acts(session, ids)
    measures = await repository.measures(session, ids)
    deadlines = await repository.deadlines(session, [*ids, *(one.id for one in measures)])
    return [
        Shown(
            row,
            [act for act in acts if act.finding_id == row.id],
            [one for one in measures if one.finding_id == row.id],
            deadlines,
        )
        for row in rows
    ]


async def shown_one(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, cycle: int | None = None) -> Shown:
    """The newest finding of a case, or that of a cycle.  Raises: ComplaintNotFoundError, FindingNotFoundError."""
    found = [one for one in await shown(session, complaint_id, scope) if cycle in {None, one.finding.cycle}]
    if not found:
        raise FindingNotFoundError
    return found[-1]


async def shown_by_id(session: AsyncSession, complaint_id: UUID, scope: RowScope, finding_id: UUID) -> Shown:
    """One finding of a case.  Raises: ComplaintNotFoundError, FindingNotFoundError."""
    found = [one for one in await shown(session, complaint_id, scope) if one.finding.id == finding_id]
    if not found:
        raise FindingNotFoundError
    return found[0]


async def pick(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, cycle: int | None) -> UUID:
    """Which finding a step means.  Raises: FindingNotFoundError."""
    return (await repository.one(session, complaint_id, scope, cycle=cycle)).id


async def measure(
    session: AsyncSession, complaint_id: UUID, measure_id: UUID, scope: RowScope
) -> tuple[MeasureRow, datetime | None]:
    """One measure with the deadline that runs.  Raises: MeasureNotFoundError."""
    row = await repository.measure(session, complaint_id, measure_id, scope)
    return row, (await repository.deadlines(session, [row.id])).get(row.id)


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a finding or measure that the caller may read names the file."""
    return await repository.names_file(session, file_id, scope)


async def counters(
    session: AsyncSession, scope: RowScope, *, year: int, person_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[dict[str, Any]]:
    """How often each person was held responsible in a year; below company level only the own figures."""
    people = None if scope.level is ScopeLevel.COMPANY else list(scope.staff_ids)
    return await repository.counters(
        session, scope.companies, people, year=year, person_id=person_id, after=after, limit=limit
    )


async def contestable(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, cycle: int | None) -> FindingRow:
    """The finding that an appellant means, locked.  Raises: FindingNotFoundError."""
    found = await repository.one(session, complaint_id, scope, cycle=cycle)
    return await repository.lock(session, found.id)


async def locked(session: AsyncSession, finding_id: UUID) -> FindingRow:
    """A finding, locked, for whoever decides on an appeal against it."""
    return await repository.lock(session, finding_id)


async def who_took_part(session: AsyncSession, finding_id: UUID) -> frozenset[UUID]:
    """Who drafted, returned, confirmed or decided on the finding so far."""
    return await repository.actors(session, finding_id, TOOK_PART)


async def case_of(session: AsyncSession, finding: FindingRow) -> ComplaintRow:
    """The case that a finding is about."""
    return await repository.case(session, finding.complaint_id)


async def is_readable_case(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> bool:
    """Whether the case itself lies in the scope."""
    return await repository.case_in(session, complaint_id, scope) is not None
