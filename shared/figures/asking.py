"""Which figures are asked for in `GET /v1/indicators`: company, period, breakdown, policy of the period."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.policy.book import Policy, PolicyBook
from shared.sla.periods import Period, parse_period


class Dimension(StrEnum):
    """What figures can be broken down by."""

    TIER = "tier"
    GRADE = "grade"
    CATEGORY = "category"
    DEPARTMENT = "department"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class FigureAsk:
    """Which figures are asked for; those of a period that is over are frozen."""

    company: str
    period: Period
    dimension: Dimension
    policy: Policy
    """In force now, or on the last day of a period that is over."""
    now: datetime

    @property
    def is_over(self) -> bool:
        """Whether the period has ended."""
        return self.period.until_at <= self.now


def ask_for(book: PolicyBook, company: str, period: str, dimension: Dimension, now: datetime) -> FigureAsk:
    """Read a period in the company's civil time.  Raises: PeriodInvalidError, PolicyNotFoundError."""
    span = parse_period(period, ZoneInfo(book.policy(company, now).common.zone))
    last = min(now, span.until_at - timedelta(microseconds=1))
    return FigureAsk(company, span, dimension, book.policy(company, last), now)
