"""When the customers of a kind of business and a tier are called, by one revision of the chapter."""

from services.callback.calls.rules.windows import CallingHours
from services.callback.policy_in_force import Governing


def hours_of(governing: Governing, business: str | None = None, tier: str | None = None) -> CallingHours:
    """The company's hours, or those of the window where it has its own.

    A business that the revision does not know (any more) has the company's.
    """
    calls = governing.chapter.calls
    window = calls.terms(business, tier or "").window if business in calls.businesses and business else None
    quiet = window.quiet_hours if window and window.quiet_hours else calls.quiet_hours
    calendar = window.calendar if window and window.calendar else calls.calendar
    return CallingHours(quiet, governing.zone, governing.calendars.get(calendar) if calendar else None)
