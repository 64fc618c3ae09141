"""Facts that the callback service publishes: ids, codes, times and versions only (design.md 4)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class CallbackCompleted(EventPayload):
    """A customer was called back, or could not be: the outcome, and whether the customer is satisfied."""

    TYPE: ClassVar[str] = "callback.completed"

    callback_id: UUID
    subject_type: str
    """complaint, order, account or customer."""
    subject_id: UUID
    cycle: int | None = None
    """Of the case that was asked about."""
    outcome: str
    """reached, no_answer, refused …"""
    is_satisfied: bool | None = None
    """Null = unanswered: counted apart, neither satisfied nor not."""
    occurred_at: datetime
    number: str | None = None
    business: str | None = None
    """The kind of business that was called back, a code of the pack."""
    tier: str | None = None
    work: str | None = None
    customer_id: UUID | None = None
    called_by: UUID | None = None
    score: int | None = None
    """1 to 5, of the overall question."""
    reasons: list[str] = Field(default_factory=list)
    """Why the customer is not satisfied, codes of the pack."""
    script: str | None = None
    script_version: int | None = None
    attempts: int | None = None
    """Calls made, this one included."""


EVENTS: tuple[type[EventPayload], ...] = (CallbackCompleted,)
"""Everything in this file that crosses the bus."""
