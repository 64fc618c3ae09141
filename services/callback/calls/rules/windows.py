"""When one may call: quiet hours and calling days; pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.policy.model import QuietHours
from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import to_us


def is_quiet(at: datetime, hours: QuietHours, zone: ZoneInfo) -> bool:
    """Whether the time of day is quiet; the first minute is, the last is not.  Equal ends: never quiet."""
    clock = f"{at.astimezone(zone):%H:%M}"
    if hours.from_hour <= hours.until_hour:
        return hours.from_hour <= clock < hours.until_hour
    return clock >= hours.from_hour or clock < hours.until_hour


def is_calling_day(at: datetime, calendar: WorkingCalendar | None) -> bool:
    """Whether calls are made on the date; without a calendar on every one."""
    return calendar is None or calendar.is_working(calendar.date_of(to_us(at)))
