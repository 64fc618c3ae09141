"""When one may call: quiet hours and calling days; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.policy.model import QuietHours
from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import to_us

LOOK_AHEAD_DAYS = 62
"""No holiday lasts longer: beyond that the search for a calling day ends."""


@dataclass(frozen=True, slots=True)
class CallingHours:
    """At which times of which dates customers are called."""

    quiet: QuietHours
    zone: ZoneInfo
    calendar: WorkingCalendar | None = None
    """Calls are made on its working dates only; None = on any day."""

    def allow(self, at: datetime) -> bool:
        """Whether one may call at an instant."""
        return not is_quiet(at, self.quiet, self.zone) and is_calling_day(at, self.calendar)

    def first_from(self, at: datetime) -> datetime:
        """The first instant, from this one on, at which one may call."""
        moment = at
        for _ in range(LOOK_AHEAD_DAYS):
            if is_quiet(moment, self.quiet, self.zone):
                moment = self._next(moment, time.fromisoformat(self.quiet.until_hour))
            if is_calling_day(moment, self.calendar):
                return moment
            moment = self._next(moment, time.min)
        return moment

    def _next(self, after: datetime, clock: time) -> datetime:
        """When the clock next shows this."""
        local = after.astimezone(self.zone)
        on = local.date() if local.time() < clock else local.date() + timedelta(days=1)
        return datetime.combine(on, clock, tzinfo=self.zone).astimezone(UTC)


def is_quiet(at: datetime, hours: QuietHours, zone: ZoneInfo) -> bool:
    """Whether the time of day is quiet; the first minute is, the last is not.  Equal ends: never quiet."""
    clock = f"{at.astimezone(zone):%H:%M}"
    if hours.from_hour <= hours.until_hour:
        return hours.from_hour <= clock < hours.until_hour
    return clock >= hours.from_hour or clock < hours.until_hour


def is_calling_day(at: datetime, calendar: WorkingCalendar | None) -> bool:
    """Whether calls are made on the date; without a calendar on every one."""
    return calendar is None or calendar.is_working(calendar.date_of(to_us(at)))
