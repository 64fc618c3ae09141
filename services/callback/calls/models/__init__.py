"""The tables of the calls."""

from sqlalchemy import Sequence

from services.callback.calls.models.callbacks import AnswerRow, AttemptRow, CallbackRow
from services.callback.calls.models.consequences import ConsequenceRow
from services.callback.calls.models.draws import DrawRow, StratumRow
from services.callback.database import Base

CALLBACK_NUMBERS = Sequence("callback_numbers", metadata=Base.metadata, schema="callback")

__all__ = ["CALLBACK_NUMBERS", "AnswerRow", "AttemptRow", "CallbackRow", "ConsequenceRow", "DrawRow", "StratumRow"]
