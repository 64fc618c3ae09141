"""The tables of the quality of calls."""

from sqlalchemy import Sequence

from services.callback.database import Base
from services.callback.quality.models.draws import ReviewDrawRow, ReviewStratumRow
from services.callback.quality.models.reviews import CallReviewRow, ReviewScoreRow, VerdictRow
from services.callback.quality.models.settling import CalibrationRow, DisputeRow, FalsificationRow

CALL_REVIEW_NUMBERS = Sequence("call_review_numbers", metadata=Base.metadata, schema="callback")

__all__ = [
    "CALL_REVIEW_NUMBERS",
    "CalibrationRow",
    "CallReviewRow",
    "DisputeRow",
    "FalsificationRow",
    "ReviewDrawRow",
    "ReviewScoreRow",
    "ReviewStratumRow",
    "VerdictRow",
]
