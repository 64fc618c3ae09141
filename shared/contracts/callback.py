"""Facts that the callback service publishes: ids, codes, times and versions only (design.md 4)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class CallbackCompleted(EventPayload):
    """A customer was called back, or could not be: the outcome, and whether the customer is satisfied."""

    TYPE: ClassVar[str] = "callback.completed"

    callback_id: UUID
    subject_type: str
    """complaint or order."""
    subject_id: UUID
    cycle: int | None = None
    """Of the case that was asked about."""
    outcome: str
    """reached, no_answer, refused …"""
    is_satisfied: bool | None = None
    """Null = unanswered: counted apart, neither satisfied nor not."""
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (CallbackCompleted,)
"""Everything in this file that crosses the bus."""
