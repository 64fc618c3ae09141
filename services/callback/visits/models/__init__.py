"""Tables of the visits."""

from services.callback.visits.models.plans import VisitPlanRow
from services.callback.visits.models.records import FindingRow, MoveRow, ParticipantRow, ProofRow
from services.callback.visits.models.visits import VISIT_NUMBERS, VisitRow

__all__ = ["VISIT_NUMBERS", "FindingRow", "MoveRow", "ParticipantRow", "ProofRow", "VisitPlanRow", "VisitRow"]
