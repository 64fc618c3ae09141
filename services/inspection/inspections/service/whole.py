"""An inspection with everything that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.service import sampling
from services.inspection.facts.service.sampling import Sample
from services.inspection.inspections import repository
from services.inspection.inspections.models import (
    CheckedPointRow,
    CheckedSubjectRow,
    InspectionGoodExampleRow,
    InspectionPersonRow,
    InspectionRow,
)
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Whole:
    """The inspection, its form and what came of it."""

    row: InspectionRow
    points: Sequence[CheckedPointRow]
    subjects: Sequence[CheckedSubjectRow]
    people: Sequence[InspectionPersonRow]
    good_examples: Sequence[InspectionGoodExampleRow]
    finding_ids: Sequence[UUID]
    sample: Sample | None


async def whole_of(session: AsyncSession, row: InspectionRow) -> Whole:
    """Read what belongs to a row."""
    sample = None
    if row.sample_id is not None:
        sample = await sampling.read(session, row.sample_id, RowScope.everything(row.company))
    return Whole(
        row,
        await repository.points(session, row.id),
        await repository.subjects(session, row.id),
        await repository.people(session, row.id),
        await repository.good_examples(session, row.id),
        [one.id for one in await repository.findings(session, row.id)],
        sample,
    )
