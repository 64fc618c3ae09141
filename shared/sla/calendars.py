"""The registry of compiled calendars by code and revision, and the store of their revisions (sla.md 3, 4)."""

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from shared.database.outage import DATABASE_AWAY
from shared.sla.calendar import WorkingCalendar
from shared.sla.definition import WEEKDAYS, CalendarDefinition
from shared.sla.errors import CalendarUnknownError

log = logging.getLogger(__name__)

NATURAL_CALENDAR = "natural"
"""Always there: open all day, every day; gives natural time its zone."""


class Calendars:
    """Compiled calendars of one schema; refreshed by polling, so that all processes follow an import within seconds."""

    def __init__(self, *calendars: WorkingCalendar) -> None:
        """With calendars at hand, for tests."""
        around_the_clock = CalendarDefinition(weekly=dict.fromkeys(WEEKDAYS, ("00:00-24:00",)))
        self._known: dict[tuple[str, int], WorkingCalendar] = {}
        self._newest: dict[str, WorkingCalendar] = {}
        self.put(WorkingCalendar(around_the_clock, code=NATURAL_CALENDAR, revision=0))
        for calendar in calendars:
            self.put(calendar)

    def put(self, calendar: WorkingCalendar) -> None:
        """Add one; the highest revision of a code is the one in force."""
        self._known[calendar.code, calendar.revision] = calendar
        newest = self._newest.get(calendar.code)
        if newest is None or newest.revision <= calendar.revision:
            self._newest[calendar.code] = calendar

    def get(self, code: str, revision: int | None = None) -> WorkingCalendar:
        """The calendar at a revision, else the newest.  Raises: CalendarUnknownError."""
        found = self._newest.get(code) if revision is None else self._known.get((code, revision))
        if found is None:
            raise CalendarUnknownError("没有这个工作日历", params={"calendar": code})
        return found

    def __iter__(self) -> Iterator[WorkingCalendar]:
        """The newest revision of each."""
        return iter(tuple(self._newest.values()))

    async def refresh(self, source: Any) -> bool:
        """Read revisions that are not known yet from an asyncpg pool or connection; whether there were any."""
        known = [f"{code}/{revision}" for code, revision in self._known]
        rows = await source.fetch(
            "select code, revision, definition::text as definition from calendar_revisions"
            " where code || '/' || revision <> all($1::text[]) order by code, revision",
            known,
        )
        for row in rows:
            definition = CalendarDefinition.model_validate_json(row["definition"])
            self.put(WorkingCalendar(definition, code=row["code"], revision=row["revision"]))
        return bool(rows)

    async def run(self, source: Any, stop: asyncio.Event, *, seconds: float = 30.0) -> None:
        """Refresh until `stop`."""
        while not stop.is_set():
            try:
                await self.refresh(source)
            except DATABASE_AWAY as error:
                log.warning("calendars not read: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                continue


async def store_revision(
    connection: Any,
    *,
    code: str,
    definition: CalendarDefinition,
    source: str,
    now: datetime,
    imported_by: str | None = None,
) -> int:
    """Store a definition as the next revision of its code (asyncpg connection); the same content is no new one."""
    value = definition.model_dump(mode="json")
    canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(canonical).hexdigest()
    return int(
        await connection.fetchval(
            """
            with newest as (
              select revision, sha256 from calendar_revisions where code = $1 order by revision desc limit 1
            ), stored as (
              insert into calendar_revisions (code, revision, definition, sha256, source, effective_at, imported_by)
              select $1, coalesce((select revision from newest), 0) + 1, $2::text::jsonb, $3, $4, $5, $6
              where $3 is distinct from (select sha256 from newest)
              returning revision
            )
            select coalesce((select revision from stored), (select revision from newest))
            """,
            code,
            canonical.decode(),
            digest,
            source,
            now,
            imported_by,
        )
    )
