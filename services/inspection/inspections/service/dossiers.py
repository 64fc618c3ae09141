"""From the rows of an inspection to its dossier."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar
from uuid import UUID

from services.inspection.facts.service.sampling import Sample
from services.inspection.inspections.models import InspectionPersonRow
from services.inspection.inspections.rules.dossier import (
    Dossier,
    DossierGoodExample,
    DossierPoint,
    DossierSample,
    DossierSubject,
)
from services.inspection.inspections.rules.states import Part
from services.inspection.inspections.service.whole import Whole

T = TypeVar("T")


def dossier_of(found: Whole) -> Dossier:
    """As it stands."""
    row = found.row
    points = tuple(_plain(DossierPoint, one) for one in found.points)
    good_examples = tuple(_plain(DossierGoodExample, one) for one in found.good_examples)
    named = [file_id for one in points for file_id in one.evidence_ids]
    named += [file_id for one in good_examples for file_id in one.evidence_ids]
    return _plain(
        Dossier,
        row,
        companion_ids=_part(found.people, Part.COMPANION),
        present_ids=_part(found.people, Part.PRESENT),
        points=points,
        subjects=tuple(_plain(DossierSubject, one) for one in found.subjects),
        good_examples=good_examples,
        sample=None if found.sample is None else _sample(found.sample),
        finding_ids=tuple(found.finding_ids),
        evidence_ids=tuple(dict.fromkeys(named)),
    )


def _sample(sample: Sample) -> DossierSample:
    return _plain(DossierSample, sample.row, subject_ids=tuple(one.subject_id for one in sample.members))


def _part(people: Sequence[InspectionPersonRow], part: Part) -> tuple[UUID, ...]:
    return tuple(one.staff_id for one in people if one.part == part)


def _plain(kind: type[T], row: object, **more: Any) -> T:
    """The row's columns that the dataclass names, lists as tuples."""
    said = {one.name: getattr(row, one.name) for one in fields(kind) if one.name not in more}  # type: ignore[arg-type]
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}, **more)
