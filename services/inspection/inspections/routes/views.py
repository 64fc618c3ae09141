"""From an inspection with what belongs to it to its answer."""

from services.inspection.facts.service.sampling import Sample
from services.inspection.inspections import schemas
from services.inspection.inspections.service.whole import Whole


def shown(found: Whole) -> schemas.Inspection:
    """One inspection, whole."""
    own = schemas.Inspection.model_fields.keys() - {
        "points",
        "subjects",
        "people",
        "good_examples",
        "sample",
        "finding_ids",
    }
    return schemas.Inspection(
        **{name: getattr(found.row, name) for name in own},
        points=[schemas.CheckedPoint.model_validate(one) for one in found.points],
        subjects=[schemas.CheckedSubject.model_validate(one) for one in found.subjects],
        people=[schemas.InspectionPerson.model_validate(one) for one in found.people],
        good_examples=[schemas.InspectionGoodExample.model_validate(one) for one in found.good_examples],
        sample=None if found.sample is None else _sample(found.sample),
        finding_ids=list(found.finding_ids),
    )


def _sample(sample: Sample) -> schemas.DrawnSample:
    own = schemas.DrawnSample.model_fields.keys() - {"members"}
    members = [schemas.DrawnSubject.model_validate(one) for one in sample.members]
    return schemas.DrawnSample(**{name: getattr(sample.row, name) for name in own}, members=members)
