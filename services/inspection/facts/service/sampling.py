"""Samples by a seeded draw from what happened: nobody picks the easy ones, and anyone draws it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts import repository
from services.inspection.facts.models import SampleMemberRow, SampleRow
from services.inspection.facts.rules import FactKind, Frame
from shared.access.scope import RowScope
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample with what was drawn, in its order."""

    row: SampleRow
    members: Sequence[SampleMemberRow]


@dataclass(frozen=True, slots=True)
class Redraw:
    """The same draw from what is known now."""

    population: int
    subject_ids: tuple[UUID, ...]
    is_equal: bool
    """Whether it gives exactly the sample; facts that arrived late may join the frame."""


async def draw_sample(
    session: AsyncSession,
    *,
    company: str,
    seed: str,
    kind: FactKind,
    size: int,
    since: datetime,
    until: datetime,
    now: datetime,
    department: str | None = None,
    team: str | None = None,
    category: str | None = None,
    drawn_by: UUID | None = None,
) -> Sample:
    """Draw and store up to `size` subjects of the frame; a smaller frame is taken whole."""
    frame = Frame(kind, since, until, department, team, category)
    found = await repository.first_of(session, company, frame, seed=seed, size=size)
    row = SampleRow(
        id=new_id(),
        company=company,
        name=frame.name(company),
        seed=seed,
        kind=kind.value,
        department=department,
        team=team,
        category=category,
        since=since,
        until=until,
        size=size,
        population=await repository.population(session, company, frame),
        drawn=len(found),
        drawn_by=drawn_by,
        drawn_at=now,
    )
    members = [
        SampleMemberRow(
            id=new_id(),
            company=company,
            sample_id=row.id,
            position=position,
            subject_id=one.subject_id,
            number=one.number,
            staff_id=one.staff_id,
        )
        for position, one in enumerate(found, start=1)
    ]
    await repository.add(session, row, members)
    return Sample(row, members)


async def read(session: AsyncSession, sample_id: UUID, scope: RowScope) -> Sample:
    """One of the scope.  Raises: SampleNotFoundError."""
    row = await repository.get(session, sample_id, scope)
    return Sample(row, await repository.members(session, row.id))


async def draw_again(session: AsyncSession, sample_id: UUID, scope: RowScope) -> Redraw:
    """Draw from the same frame with the same seed; stores nothing.  Raises: SampleNotFoundError."""
    sample = await read(session, sample_id, scope)
    row = sample.row
    frame = Frame(FactKind(row.kind), row.since, row.until, row.department, row.team, row.category)
    found = await repository.first_of(session, row.company, frame, seed=row.seed, size=row.size)
    ids = tuple(one.subject_id for one in found)
    is_equal = ids == tuple(member.subject_id for member in sample.members)
    return Redraw(await repository.population(session, row.company, frame), ids, is_equal)
