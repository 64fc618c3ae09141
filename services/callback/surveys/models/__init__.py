"""The tables of the surveys."""

from services.callback.surveys.models.answers import CodingRow, ResponseRow, SurveyAnswerRow
from services.callback.surveys.models.invitations import InvitationRow, RefusalRow
from services.callback.surveys.models.results import ResultRow, ScoreRow
from services.callback.surveys.models.surveys import FrameRow, SurveyRow, SurveyStratumRow

__all__ = [
    "CodingRow",
    "FrameRow",
    "InvitationRow",
    "RefusalRow",
    "ResponseRow",
    "ResultRow",
    "ScoreRow",
    "SurveyAnswerRow",
    "SurveyRow",
    "SurveyStratumRow",
]
