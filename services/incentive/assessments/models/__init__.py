"""The tables of sheets and publications."""

from services.incentive.assessments.models.publications import PublicationRow
from services.incentive.assessments.models.sheets import AssessmentLineRow, AssessmentSheetRow

__all__ = ["AssessmentLineRow", "AssessmentSheetRow", "PublicationRow"]
