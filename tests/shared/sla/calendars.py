"""Calendars for the clock's tests: the house's office hours, and any calendar at all."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from shared.sla.calendar import WorkingCalendar
from shared.sla.definition import WEEKDAYS, CalendarDefinition, Weekday
from shared.sla.holidays import seed

OFFICE = CalendarDefinition(
    weekly=dict.fromkeys(WEEKDAYS[:5], ("08:30-12:00", "13:30-17:30")),
)


def office(revision: int = 1, **overrides: tuple[str, ...]) -> WorkingCalendar:
    """08:30-12:00 and 13:30-17:30 on weekdays, without holidays; overrides as `d20260501=()`."""
    days = {date.fromisoformat(f"{key[1:5]}-{key[5:7]}-{key[7:]}"): texts for key, texts in overrides.items()}
    definition = OFFICE.model_copy(update={"overrides": days})
    return WorkingCalendar(definition, code="office", revision=revision)


def chinese() -> WorkingCalendar:
    """The same with Chinese holidays and shifted workdays."""
    return WorkingCalendar(seed(OFFICE), code="office-cn")


def at(text: str) -> datetime:
    """`2026-11-20 17:00` in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def _text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def windows(draw: st.DrawFn) -> tuple[str, ...]:
    """Up to three windows of one day, possibly touching, possibly up to 24:00."""
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(f"{_text(opens * 15)}-{_text(closes * 15)}" for opens, closes in pairs)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Any valid calendar in one of several zones, also those with summer time and odd offsets."""
    weekly: dict[Weekday, tuple[str, ...]] = {day: draw(windows()) for day in WEEKDAYS}
    if not any(weekly.values()):
        weekly["wed"] = ("09:00-10:00",)
    overrides = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), windows(), max_size=12))
    zone = draw(st.sampled_from(["Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]))
    return WorkingCalendar(CalendarDefinition(zone=zone, weekly=weekly, overrides=overrides))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the bounds are naive by the strategy's rule

amounts = st.one_of(
    st.integers(0, 400 * 3_600_000_000),
    st.integers(0, 200).map(lambda quarters: quarters * 15 * 60_000_000),
)

HOUR = timedelta(hours=1)
