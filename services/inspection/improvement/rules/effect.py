"""What an improvement did: counted the same way before and after; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.inspection.policy_improvement import Indicator
from services.inspection.programme.rules.windows import midnight


@dataclass(frozen=True, slots=True)
class Share:
    """A measure as numerator and denominator; rounded only where it is shown."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Window:
    """From the beginning of a civil day to before another."""

    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """Civil days, also where one of them has not 24 hours."""
        return round((self.until - self.since) / timedelta(days=1))


def before_window(indicator: Indicator, planned_at: datetime, zone: ZoneInfo) -> Window:
    """The days before that on which it was planned."""
    day = planned_at.astimezone(zone).date()
    return Window(midnight(day - timedelta(days=indicator.before_days), zone), midnight(day, zone))


def after_window(indicator: Indicator, done_at: datetime, zone: ZoneInfo) -> Window:
    """The days after that on which it was done."""
    day = done_at.astimezone(zone).date() + timedelta(days=1)
    return Window(midnight(day, zone), midnight(day + timedelta(days=indicator.after_days), zone))


def is_improved(before: Share, after: Share, *, is_less_better: bool) -> bool | None:
    """Whether the share moved the right way; None where one of them counts nothing."""
    if before.denominator == 0 or after.denominator == 0:
        return None
    then, now = before.numerator * after.denominator, after.numerator * before.denominator
    return now < then if is_less_better else now > then
