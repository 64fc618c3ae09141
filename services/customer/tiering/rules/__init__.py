"""Pure rules of tiering: states, the compiled classification, what a move changes."""

from services.customer.tiering.rules.classification import Classification, Source, classification
from services.customer.tiering.rules.states import (
    Decision,
    ProposalSource,
    ProposalState,
    RunState,
    TierChange,
    civil_day,
    day_begins,
    day_ends,
    months_after,
)

__all__ = [
    "Classification",
    "Decision",
    "ProposalSource",
    "ProposalState",
    "RunState",
    "Source",
    "TierChange",
    "civil_day",
    "classification",
    "day_begins",
    "day_ends",
    "months_after",
]
