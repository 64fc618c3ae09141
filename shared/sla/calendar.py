"""A working calendar compiled to arrays of cumulative open time: a deadline is two bisects (sla.md 1, 3)."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.sla.definition import CalendarDefinition, Windows, parse_windows
from shared.sla.errors import BeyondCalendarError
from shared.sla.instants import DAY_US, MINUTE_US, Instant, from_us

FIRST_YEAR, LAST_YEAR = 1971, 2199
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Span:
    """Whole years of compiled windows; `before[i]` is the open time of the span before window i."""

    first_year: int
    last_year: int
    first: Instant
    last: Instant
    opens: "array[int]"
    closes: "array[int]"
    before: "array[int]"
    total: int
    days: "array[int]"
    day_closes: "array[int]"

    def open_until(self, at: Instant) -> int:
        i = bisect_right(self.opens, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.closes[i]) - self.opens[i]

    def instant_of(self, open_time: int) -> Instant:
        i = bisect_left(self.before, open_time) - 1
        return self.opens[i] + open_time - self.before[i]


class WorkingCalendar:
    """Business time of one calendar revision; years are compiled when first asked for."""

    def __init__(self, definition: CalendarDefinition, *, code: str = "calendar", revision: int = 1) -> None:
        self.code = code
        self.revision = revision
        self.definition = definition
        self.zone = ZoneInfo(definition.zone)
        self._weekly: tuple[Windows, ...] = tuple(definition.windows_of(weekday) for weekday in range(7))
        self._overrides = {day: parse_windows(texts) for day, texts in definition.overrides.items()}
        self._provisional = None if definition.provisional_from is None else self._midnight(definition.provisional_from)
        self._span: _Span | None = None

    def elapsed(self, start: Instant, end: Instant) -> int:
        """Open microseconds between two instants; negative when `end` lies before `start`."""
        span = self._covering(min(start, end), max(start, end))
        return span.open_until(end) - span.open_until(start)

    def advance(self, start: Instant, amount: int) -> Instant:
        """The earliest instant with `elapsed(start, it) == amount`; `start` itself for 0; a negative amount goes back.

        Raises: BeyondCalendarError.
        """
        if amount == 0:
            return start
        span = self._covering(start, start)
        while True:
            target = span.open_until(start) + amount
            if target > span.total:
                span = self._widen(span, after=True)
            elif target <= 0:
                span = self._widen(span, after=False)
            else:
                return span.instant_of(target)

    def instants(self, start: Instant, amounts: Sequence[int]) -> list[Instant]:
        """`advance` for many amounts of one start."""
        span = self._covering(start, start)
        base = span.open_until(start)
        lowest, highest = -base, span.total - base
        opens, before = span.opens, span.before
        found = []
        for amount in amounts:
            if amount == 0 or not lowest < amount <= highest:
                found.append(self.advance(start, amount))
                continue
            i = bisect_left(before, base + amount) - 1
            found.append(opens[i] + base + amount - before[i])
        return found

    def close_of_working_day(self, start: Instant, days: int) -> Instant:
        """Close of business on the N-th working date after the date of `start`.  Raises: BeyondCalendarError."""
        span = self._covering(start, start)
        ordinal = self.date_of(start).toordinal()
        while (index := bisect_right(span.days, ordinal) + days - 1) >= len(span.days):
            span = self._widen(span, after=True)
        return span.day_closes[index]

    def end_of_date(self, start: Instant, days: int) -> Instant:
        """24:00 of the N-th date after the date of `start`; 0 is the same day."""
        return self._midnight(self.date_of(start) + timedelta(days=days + 1))

    def date_of(self, at: Instant) -> date:
        """The date in the calendar's zone."""
        return from_us(at).astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        """Whether the date has any window."""
        return bool(self._windows(day))

    def is_provisional(self, at: Instant) -> bool:
        """Whether the instant lies where holidays are not published yet (sla.md 3)."""
        return self._provisional is not None and at >= self._provisional

    def intervals(self, start: Instant, end: Instant) -> list[tuple[Instant, Instant]]:
        """The open windows between two instants, clipped to them."""
        if end <= start:
            return []
        span = self._covering(start, end)
        first, last = bisect_right(span.closes, start), bisect_left(span.opens, end)
        return [(max(span.opens[i], start), min(span.closes[i], end)) for i in range(first, last)]

    def _windows(self, day: date) -> Windows:
        override = self._overrides.get(day)
        return self._weekly[day.weekday()] if override is None else override

    def _midnight(self, day: date) -> Instant:
        local = datetime.combine(day, time.min, self.zone)
        offset = (local.replace(tzinfo=UTC) - local) // timedelta(microseconds=1)
        return (day.toordinal() - _EPOCH_ORDINAL) * DAY_US - offset

    def _covering(self, first: Instant, last: Instant) -> _Span:
        span = self._span
        if span is None:
            year = self.date_of(first).year
            span = self._keep(_first(year - 1), _last(year + 2))
        while first < span.first:
            span = self._widen(span, after=False)
        while last >= span.last:
            span = self._widen(span, after=True)
        return span

    def _widen(self, span: _Span, *, after: bool) -> _Span:
        more = span.last_year - span.first_year + 1
        if after:
            if span.last_year >= LAST_YEAR:
                raise BeyondCalendarError("时限超出日历范围")
            return self._keep(span.first_year, _last(span.last_year + more))
        if span.first_year <= FIRST_YEAR:
            raise BeyondCalendarError("时限超出日历范围")
        return self._keep(_first(span.first_year - more), span.last_year)

    def _keep(self, first_year: int, last_year: int) -> _Span:
        self._span = span = self._compile(first_year, last_year)
        return span

    def _compile(self, first_year: int, last_year: int) -> _Span:
        opens, closes, before = array("q"), array("q"), array("q")
        days, day_closes = array("q"), array("q")
        total, past = 0, -(1 << 62)
        start, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
        midnight = first = self._midnight(start)
        for ordinal in range(start.toordinal(), end.toordinal()):
            day = date.fromordinal(ordinal)
            tomorrow = self._midnight(day + timedelta(days=1))
            plain = tomorrow - midnight == DAY_US
            for window in self._windows(day):
                opened, closed = (
                    (midnight + minute * MINUTE_US if plain else self._wall(day, minute)) for minute in window
                )
                opened = max(opened, past)  # an hour that summer time skips or repeats is never counted twice
                if closed > opened:
                    opens.append(opened)
                    closes.append(closed)
                    before.append(total)
                    total += closed - opened
                    past = closed
            if past > midnight:
                days.append(ordinal)
                day_closes.append(past)
            midnight = tomorrow
        return _Span(first_year, last_year, first, midnight, opens, closes, before, total, days, day_closes)

    def _wall(self, day: date, minute: int) -> Instant:
        if minute == 1440:
            return self._midnight(day + timedelta(days=1))
        local = datetime.combine(day, time(minute // 60, minute % 60), self.zone)
        return (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _first(year: int) -> int:
    return max(FIRST_YEAR, year)


def _last(year: int) -> int:
    return min(LAST_YEAR, year)
