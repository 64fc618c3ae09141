"""States of runs and proposals, where proposals come from, and the dates that follow from a decision: pure."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    PROPOSED = "proposed"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    """A later run judged the same customers before this one was confirmed."""


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    """A later run came to another result before anybody decided."""
    WITHDRAWN = "withdrawn"
    """A later run proposes nothing for the customer: the tier in force fits, or there is nothing to judge any more."""
    SCHEDULED = "scheduled"
    """Confirmed, in force from a later day on."""
    REJECTED = "rejected"


class ProposalSource(StrEnum):
    """Who proposes."""

    RULE = "rule"
    """A run of the pack's rules."""
    DEPARTMENT = "department"
    EVENT = "event"
    """The customer's facts changed in the course of business."""
    REVIEW = "review"
    """The tier in force is due for its review."""


class Decision(StrEnum):
    """The reviewing post's word on one proposal."""

    CONFIRM = "confirm"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class TierChange:
    """A customer whose tier in force changed by a confirmation."""

    customer_id: UUID
    company: str
    version: int
    from_tier: str
    to_tier: str
    rule: str | None
    policy_version: str
    kind: str
    customer_class: str
    party: str
    standing: str
    account_manager_id: UUID | None


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def civil_day(at: datetime, zone: ZoneInfo) -> date:
    """The date in the company's civil time."""
    return at.astimezone(zone).date()


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a date in the company's civil time."""
    return datetime.combine(day, time(), zone)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a date."""
    return day_begins(day + timedelta(days=1), zone)
