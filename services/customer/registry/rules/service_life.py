"""How long equipment may be used."""

from datetime import date


def expires_on(installed_on: date | None, years: int | None) -> date | None:
    """The last day of its service life, `years` after installation; None where either is unknown."""
    if installed_on is None or years is None:
        return None
    try:
        return installed_on.replace(year=installed_on.year + years)
    except ValueError:  # installed on 29 February
        return installed_on.replace(year=installed_on.year + years, day=28)


def is_overdue(last_day: date | None, on: date) -> bool:
    """Whether the service life was over before the day."""
    return last_day is not None and last_day < on
