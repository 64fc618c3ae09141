"""Sheet → contract fact."""

from datetime import datetime

from services.incentive.assessments.models import AssessmentSheetRow
from shared.contracts.incentive_assessments import AssessmentReleased
from shared.events.fact import Fact


def released(row: AssessmentSheetRow, now: datetime) -> Fact:
    """`incentive.assessment_released`."""
    payload = AssessmentReleased(
        sheet_id=row.id,
        month=row.month,
        subject_type=row.subject_type,
        subject_id=row.employee_id,
        subject_department=row.department,
        edition=row.edition,
        corrects_id=row.corrects_id,
        points=row.points or 0,
        grade=row.grade or "",
        digest=row.digest or "",
        released_by=row.released_by,
        occurred_at=now,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="assessment_sheet",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
