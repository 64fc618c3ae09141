"""Answers of the figures' own door; the figures themselves go out by shared.contracts.indicators."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.http.base_model import ApiModel
from shared.http.page import Page


class Counted(ApiModel):
    """One that a figure counted; the codes are those by which it was counted."""

    ref_id: UUID
    """The clock, order, inspection plan, contact or interrupted customer that was counted."""
    subject_type: str
    """`order`, `contract`, `safety_plan`, `contact`, `supply_interruption`."""
    subject_id: UUID
    at: AwareDatetime
    """What put it into the period: due, entered, called or interrupted."""
    is_numerator: bool
    is_denominator: bool
    is_untargeted: bool
    is_unanswered: bool
    seconds: int | None
    """Without gas in the period; null for figures that count no time."""
    tier: str | None
    category: str | None
    """The kind of work, of contract or of interruption, or the topic of a contact."""
    department: str | None
    channel: str | None


class CountedPage(Page[Counted]):
    """One page of what was counted."""
